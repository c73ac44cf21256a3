package io.tagma.server.admin;

import io.tagma.engine.protocol.Command;
import java.util.Set;

/** The engine names a fault by its field, a line's reader wants a JSON Pointer into the line. Stateless. */
final class LinePointers {
    private static final Set<String> OF_A_SUBJECT = Set.of("key", "kind", "website", "group", "addresses", "eventId");
    private static final Set<String> OF_AN_ORDER = Set.of("key", "eventId", "order");

    private LinePointers() {
    }

    /** The pointer; what is one already stays. */
    static String of(final Command command, final String field) {
        if (field.isEmpty() || field.startsWith("/") || command == null) {
            return field;
        }
        if (command instanceof Command.SubjectUpsert && !OF_A_SUBJECT.contains(field)) {
            return "/attributes" + JsonBody.pointer(withoutPrefix(field, "attributes."));
        }
        if (command instanceof Command.OrderUpsert && !OF_AN_ORDER.contains(field)) {
            return "/order" + nested(withoutPrefix(field, "order."));
        }
        return nested(field);
    }

    /** {@code shipping.country} and {@code props.x.y} have one dot that divides. */
    private static String nested(final String field) {
        final int dot = field.indexOf('.');
        return dot < 0 ? JsonBody.pointer(field)
            : JsonBody.pointer(field.substring(0, dot)) + JsonBody.pointer(field.substring(dot + 1));
    }

    private static String withoutPrefix(final String field, final String prefix) {
        return field.startsWith(prefix) ? field.substring(prefix.length()) : field;
    }
}
