package io.tagma.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.util.List;

/** Typed values and dotted fields as JSON. Stateless. */
final class RecordJson {
    private RecordJson() {
    }

    /** Fields under their own names; {@code shipping.country} and {@code props.x} become nested objects. */
    static void nest(final List<NamedValue> fields, final ObjectNode into) {
        for (final NamedValue field : fields) {
            final int dot = field.name().indexOf('.');
            final ObjectNode parent = dot < 0 ? into : into.withObjectProperty(field.name().substring(0, dot));
            parent.set(dot < 0 ? field.name() : field.name().substring(dot + 1), node(field.value()));
        }
    }

    /** Values under their names as they are: attributes, whose names may have dots. */
    static ObjectNode flat(final List<NamedValue> values) {
        final ObjectNode node = Json.object();
        for (final NamedValue value : values) {
            node.set(value.name(), node(value.value()));
        }
        return node;
    }

    private static JsonNode node(final Value value) {
        if (value instanceof Value.Bool bool) {
            return Json.node(bool.value());
        } else if (value instanceof Value.Whole whole) {
            return Json.node(whole.value());
        } else if (value instanceof Value.Decimal decimal) {
            return Json.number(decimal(decimal.units()));
        } else if (value instanceof Value.Floating floating) {
            return Json.node(floating.value());
        } else if (value instanceof Value.Text text) {
            return Json.node(text.value());
        } else if (value instanceof Value.Texts texts) {
            final ArrayNode array = Json.object().arrayNode();
            texts.elements().forEach(array::add);
            return array;
        }
        return NullNode.getInstance();
    }

    private static BigDecimal decimal(final long units) {
        final BigDecimal stripped = BigDecimal.valueOf(units, 4).stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
