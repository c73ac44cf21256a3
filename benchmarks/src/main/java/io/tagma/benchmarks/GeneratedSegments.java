package io.tagma.benchmarks;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Conditions over 32 attributes that hold one of 100 codes (id 0 to 31) and 32 that hold a number below a million (32
 * to 63), from a fixed seed. Each has four leaves: a code, a bound, and one of a range or one of three codes:
 * {@code all[c eq, n ge or lt, any[n between, c in]]}. A subject is in about one of 300.
 */
final class GeneratedSegments {
    static final int CODED = 32;
    static final int ATTRIBUTES = 64;
    static final int CODES = 100;
    static final int NUMBERS = 1_000_000;

    private GeneratedSegments() {
    }

    static String attribute(final int id) {
        return (id < CODED ? "c" : "n") + id;
    }

    static int randomValue(final int attribute, final Random random) {
        return random.nextInt(attribute < CODED ? CODES : NUMBERS);
    }

    /** Another code, or a number at most 5 % of the domain away: what an update brings. */
    static int otherValue(final int attribute, final int value, final Random random) {
        if (attribute < CODED) {
            return (value + 1 + random.nextInt(CODES - 1)) % CODES;
        }
        final int step = 1 + random.nextInt(NUMBERS / 20);
        return value + step < NUMBERS ? value + step : value - step;
    }

    static List<String> json(final int count) {
        final Random random = new Random(7);
        final List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int from = random.nextInt(NUMBERS);
            all.add("{\"all\":[" + leaf(code(random), "eq", random.nextInt(CODES)) + ","
                + leaf(number(random), random.nextBoolean() ? "ge" : "lt", random.nextInt(NUMBERS)) + ",{\"any\":["
                + leaf(number(random), "between", List.of(from, from + random.nextInt(NUMBERS))) + ","
                + leaf(code(random), "in", List.of(random.nextInt(CODES), random.nextInt(CODES),
                    random.nextInt(CODES))) + "]}]}");
        }
        return all;
    }

    private static String code(final Random random) {
        return attribute(random.nextInt(CODED));
    }

    private static String number(final Random random) {
        return attribute(CODED + random.nextInt(ATTRIBUTES - CODED));
    }

    private static String leaf(final String attribute, final String operator, final Object value) {
        return "{\"attr\":\"" + attribute + "\",\"op\":\"" + operator + "\",\"v\":" + value + "}";
    }

    /** The conditions as the engine's own parser reads them. */
    static List<Condition> parse(final List<String> conditions) {
        final Catalog catalog = new Names();
        final List<Condition> parsed = new ArrayList<>();
        for (final String condition : conditions) {
            try {
                parsed.add(SegmentParser.parse("s", "{\"condition\":" + condition + "}", catalog).condition());
            } catch (final Refusal refusal) {
                throw new IllegalStateException("refused: condition=" + condition, refusal);
            }
        }
        return parsed;
    }

    /** Knows the generated attributes and nothing else. */
    private static final class Names implements Catalog {
        @Override
        public Attribute attribute(final String key) {
            final int id = Integer.parseInt(key.substring(1));
            return new Attribute(id, key, ValueType.INT, false, false, false);
        }

        @Override
        public Website website(final String code) {
            return null;
        }

        @Override
        public Website website(final int id) {
            return null;
        }

        @Override
        public CustomerGroup group(final String code) {
            return null;
        }

        @Override
        public CustomerGroup group(final int id) {
            return null;
        }

        @Override
        public boolean hasSegment(final String key) {
            return false;
        }
    }
}
