package io.tagma.engine.condition;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** A parsed JSON document: small, whole, numbers exact, members in the order they were written. Immutable. */
sealed interface Json {
    /** What people call it, with an article. */
    String kind();

    /** An object. */
    record Obj(Map<String, Json> members) implements Json {
        @Override
        public String kind() {
            return "an object";
        }
    }

    /** An array. */
    record Arr(List<Json> elements) implements Json {
        @Override
        public String kind() {
            return "an array";
        }
    }

    /** A text of whole code points. */
    record Text(String value) implements Json {
        @Override
        public String kind() {
            return "a text";
        }
    }

    /** A number; an exponent beyond every type's reach is cut to one that still is. */
    record Num(BigDecimal value) implements Json {
        @Override
        public String kind() {
            return "a number";
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Json {
        @Override
        public String kind() {
            return "a boolean";
        }
    }

    /** Null. */
    record Null() implements Json {
        @Override
        public String kind() {
            return "null";
        }
    }

    /** What stood below the deepest level that is read; whoever wants its content refuses it. */
    record TooDeep() implements Json {
        @Override
        public String kind() {
            return "something nested too deeply";
        }
    }
}
