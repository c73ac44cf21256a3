package io.tagma.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** A page of a list that is ordered by id: {@code {"items":[...],"next":cursor or null}}. */
final class Paging {
    static final String[] QUERY = {"limit", "cursor"};
    private static final int LIMIT_MAX = 1000;

    private final int limit;
    private final long after;

    private Paging(final int limit, final long after) {
        this.limit = limit;
        this.after = after;
    }

    static Paging of(final Request request) {
        return new Paging((int) request.number("limit", 1, LIMIT_MAX, LIMIT_MAX), after(request.query("cursor")));
    }

    <T> Answer.Whole page(final List<T> all, final ToIntFunction<T> id, final Function<T, JsonNode> render) {
        final ObjectNode page = Json.object();
        final ArrayNode items = page.putArray("items");
        String next = null;
        long last = after;
        for (final T one : all) {
            if (id.applyAsInt(one) <= after) {
                continue;
            }
            if (items.size() == limit) {
                next = Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(("after:" + last).getBytes(StandardCharsets.US_ASCII));
                break;
            }
            items.add(render.apply(one));
            last = id.applyAsInt(one);
        }
        page.put("next", next);
        return Answer.json(200, page);
    }

    private static long after(final String cursor) {
        if (cursor == null) {
            return Long.MIN_VALUE;
        }
        try {
            final String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (text.startsWith("after:")) {
                return Long.parseLong(text.substring(6));
            }
        } catch (final IllegalArgumentException notOurs) {
            throw Problem.badParameter("cursor", "no cursor of this list");
        }
        throw Problem.badParameter("cursor", "no cursor of this list");
    }
}
