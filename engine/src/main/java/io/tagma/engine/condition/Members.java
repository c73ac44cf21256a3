package io.tagma.engine.condition;

import io.tagma.engine.model.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The members of an object while they are read. An explicit null is the same as an absent member. */
final class Members {
    private final Json.Obj object;
    private final String at;

    private Members(final Json.Obj object, final String at) {
        this.object = object;
        this.at = at;
    }

    /** Of a value that must be an object. */
    static Members of(final Json json, final String at, final String what) throws Refusal {
        if (!(json instanceof Json.Obj object)) {
            throw Faults.expected(what + ", an object", json, at);
        }
        return new Members(object, at);
    }

    /** Pointer to the object. */
    String at() {
        return at;
    }

    /** Pointer to a member. */
    String at(final String name) {
        return Faults.below(at, name);
    }

    /** All names in the order written. */
    Set<String> names() {
        return object.members().keySet();
    }

    /** Whether a value other than null is there. */
    boolean has(final String name) {
        return get(name) != null;
    }

    /** Null where absent or null. */
    Json get(final String name) {
        final Json value = object.members().get(name);
        return value instanceof Json.Null ? null : value;
    }

    /** Refuses the first member that is none of these. */
    void allow(final String... allowed) throws Refusal {
        final List<String> names = Arrays.asList(allowed);
        for (final String name : object.members().keySet()) {
            if (!names.contains(name)) {
                throw Faults.invalid(at(name), "unknown member: name=" + Faults.clip(name) + ", allowed="
                    + String.join(" ", names) + Spelling.hint(name, names));
            }
        }
    }

    /** A value that must be there. */
    Json require(final String name) throws Refusal {
        final Json value = get(name);
        if (value == null) {
            throw Faults.invalid(at, "a member is missing: name=" + name);
        }
        return value;
    }

    /** A text that must be there. */
    String requireText(final String name) throws Refusal {
        return text(require(name), at(name));
    }

    /** A text, or the default. */
    String text(final String name, final String otherwise) throws Refusal {
        final Json value = get(name);
        return value == null ? otherwise : text(value, at(name));
    }

    /** A boolean, or the default. */
    boolean bool(final String name, final boolean otherwise) throws Refusal {
        final Boolean value = bool(name);
        return value == null ? otherwise : value;
    }

    /** A boolean, or null. */
    Boolean bool(final String name) throws Refusal {
        final Json value = get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Bool bool)) {
            throw Faults.expected("true or false", value, at(name));
        }
        return bool.value();
    }

    /** A whole number in a range, or null. */
    Integer whole(final String name, final int min, final int max) throws Refusal {
        final Json value = get(name);
        return value == null ? null : (Integer) whole(value, at(name), min, max);
    }

    /** A whole number in a range that must be there. */
    int requireWhole(final String name, final int min, final int max) throws Refusal {
        return whole(require(name), at(name), min, max);
    }

    /** An array that must be there. */
    List<Json> requireArray(final String name) throws Refusal {
        return array(require(name), at(name));
    }

    /** An array, or null. */
    List<Json> array(final String name) throws Refusal {
        final Json value = get(name);
        return value == null ? null : array(value, at(name));
    }

    /** An array of texts, or null. */
    List<String> texts(final String name) throws Refusal {
        final List<Json> elements = array(name);
        if (elements == null) {
            return null;
        }
        final List<String> texts = new ArrayList<>(elements.size());
        for (final Json element : elements) {
            texts.add(text(element, Faults.below(at(name), texts.size())));
        }
        return texts;
    }

    /** A value that must be a text. */
    static String text(final Json value, final String at) throws Refusal {
        if (!(value instanceof Json.Text text)) {
            throw Faults.expected("a text", value, at);
        }
        return text.value();
    }

    /** A value that must be an array. */
    static List<Json> array(final Json value, final String at) throws Refusal {
        if (!(value instanceof Json.Arr array)) {
            throw Faults.expected("an array", value, at);
        }
        return array.elements();
    }

    /** A value that must be a whole number in a range. */
    static int whole(final Json value, final String at, final int min, final int max) throws Refusal {
        if (!(value instanceof Json.Num number)) {
            throw Faults.expected("a whole number", value, at);
        }
        final long whole = Literals.whole(number.value());
        if (whole < min || whole > max) {
            throw Faults.invalid(at, "not a whole number in range: min=" + min + ", max=" + max);
        }
        return (int) whole;
    }
}
