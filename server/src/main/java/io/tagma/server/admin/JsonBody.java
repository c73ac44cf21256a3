package io.tagma.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.condition.JsonFault;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The JSON object of a request's body, read strictly: what is unknown, or of another type than asked, is a
 * {@link Problem} 400 with its pointer. Null members count as absent.
 */
final class JsonBody {
    private final ObjectNode object;

    private JsonBody(final ObjectNode object) {
        this.object = object;
    }

    /** Reads the body; only these members are known. */
    static JsonBody of(final Request request, final String... known) {
        final JsonNode tree;
        try {
            tree = Json.parse(request.text());
        } catch (final JsonProcessingException notJson) {
            throw Problem.malformed("the body is not JSON " + JsonFault.of(notJson));
        }
        if (tree == null) {
            throw Problem.badShape("", "a body is required");
        }
        if (!(tree instanceof ObjectNode object)) {
            throw Problem.badShape("", "the body must be an object");
        }
        refuseBrokenTexts(object, "");
        final Set<String> names = Set.of(known);
        final List<Fault> faults = new ArrayList<>();
        for (final Iterator<String> fields = object.fieldNames(); fields.hasNext();) {
            final String name = fields.next();
            if (!names.contains(name)) {
                faults.add(Fault.at(pointer(name), "unknown field"));
            }
        }
        if (!faults.isEmpty()) {
            throw new Problem(400, ResultCode.INVALID, "the body has unknown fields", faults,
                Map.of(), Map.of());
        }
        return new JsonBody(object);
    }

    /** Half a surrogate pair would silently become a question mark on its way into the log. */
    private static void refuseBrokenTexts(final JsonNode node, final String at) {
        if (node.isTextual() && !Keys.isWellFormed(node.textValue())) {
            throw Problem.badShape(at, "is no Unicode text: a surrogate stands alone");
        }
        for (final Map.Entry<String, JsonNode> member : node.properties()) {
            if (!Keys.isWellFormed(member.getKey())) {
                throw Problem.badShape(at, "has a name that is no Unicode text: a surrogate stands alone");
            }
            refuseBrokenTexts(member.getValue(), at + pointer(member.getKey()));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            refuseBrokenTexts(node.get(i), at + "/" + i);
        }
    }

    /** The pointer to a member. */
    static String pointer(final String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }

    boolean has(final String name) {
        return object.hasNonNull(name);
    }

    /** Null where absent. */
    String text(final String name) {
        final JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw Problem.badShape(pointer(name), "must be a text");
        }
        return node.textValue();
    }

    /** Null where absent. */
    Long whole(final String name) {
        final JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw Problem.badShape(pointer(name), "must be a whole number");
        }
        return node.longValue();
    }

    /** Null where absent. */
    Boolean flag(final String name) {
        final JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isBoolean()) {
            throw Problem.badShape(pointer(name), "must be true or false");
        }
        return node.booleanValue();
    }

    /** Null where absent. */
    List<String> texts(final String name) {
        final JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isArray()) {
            throw Problem.badShape(pointer(name), "must be a list of texts");
        }
        final List<String> texts = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            if (!node.get(i).isTextual()) {
                throw Problem.badShape(pointer(name) + "/" + i, "must be a text");
            }
            texts.add(node.get(i).textValue());
        }
        return texts;
    }

    /** The member as it stands, or null. */
    JsonNode node(final String name) {
        return object.get(name);
    }

    /** Refuses a body without the member. */
    void require(final String name) {
        if (!has(name)) {
            throw Problem.badShape(pointer(name), "required");
        }
    }

    /** The body without some members and without null ones, as compact JSON with every number as it was written. */
    String without(final String... names) {
        final ObjectNode copy = object.deepCopy();
        copy.remove(List.of(names));
        final Iterator<JsonNode> members = copy.elements();
        while (members.hasNext()) {
            if (members.next().isNull()) {
                members.remove();
            }
        }
        return Json.text(copy);
    }
}
