package io.tagma.loadtest.torture;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Subjects and segments of every kind, as many as wanted: each is a function of its number and the seed. A subject is
 * in a tenth of the segments, or a little less. Immutable.
 */
final class Population {
    /** When the subjects' times were so long ago as they say. */
    static final Instant NOW = Instant.parse("2026-10-26T00:00:00Z");
    /** Of segments; one in each as many has it. */
    static final int KINDS = 8;

    private static final int POINTS = 10_000;
    private static final int CITIES = 50;
    private static final int TAGS = 40;
    private static final int TAGS_EACH = 3;
    private static final int JOINED_DAYS = 400;
    private static final int BORN_DAYS = 60 * 365;
    private static final int ORDERS_ONE_IN = 4;
    private static final int ORDERED_DAYS = 60;
    private static final int UNITS = 10_000;
    private static final long DAY_MS = 86_400_000;
    private static final List<String> TIERS = List.of("bronze", "silver", "gold", "platinum", "diamond");

    private final long seed;

    Population(final long seed) {
        this.seed = seed;
    }

    /** What has to be declared: type by attribute. */
    static Map<String, String> attributes() {
        final Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("points", "INT");
        attributes.put("spend", "DECIMAL");
        attributes.put("city", "STRING");
        attributes.put("tier", "ENUM");
        attributes.put("tags", "ENUM_SET");
        attributes.put("joined", "INSTANT");
        attributes.put("born", "DATE");
        return attributes;
    }

    static String key(final int subject) {
        return "c" + subject;
    }

    static String segmentKey(final int segment) {
        return "s" + segment;
    }

    /** Definition of a segment. */
    static String segment(final int segment) {
        final int n = segment / KINDS;
        final String condition = switch (segment % KINDS) {
            case 0 -> leaf("points", "ge", POINTS * 8 / 10 + n * 7 % (POINTS * 2 / 10));
            case 1 -> leaf("spend", "between", "[" + n * 13 % 900 + ", " + (n * 13 % 900 + 100) + ".50]");
            case 2 -> leaf("city", "eq", "\"City " + n % CITIES + "\"");
            case 3 -> leaf("tags", "containsAny", "[\"tag-" + n % TAGS + "\", \"tag-" + n * 3 % TAGS + "\"]");
            case 4 -> n % 2 == 0 ? leaf("joined", "withinLast", "\"P" + (1 + n % 60) + "DT" + n % 24 + "H\"")
                : leaf("joined", "olderThan", "\"P" + (JOINED_DAYS - 10 - n % 50) + "D\"");
            case 5 -> leaf("born", "anniversaryWithin", "[" + n % 300 + ", " + (n % 300 + 14) + "]");
            case 6 -> "{\"all\":[" + leaf("tier", "in", "[\"" + TIERS.get(n % TIERS.size()) + "\", \""
                + TIERS.get((n + 2) % TIERS.size()) + "\"]") + ", " + leaf("points", "lt", 500 + n * 17 % 4_000)
                + "]}";
            default -> "{\"agg\":{\"fn\":\"sum\",\"source\":\"order\",\"field\":\"grandTotal\",\"window\":{\"last\":\"P"
                + (5 + n % 40) + "D\"}},\"op\":\"ge\",\"v\":" + (10 + n * 11 % 300) + "}";
        };
        return "{\"name\":\"" + segmentKey(segment) + "\",\"condition\":" + condition + "}";
    }

    private static String leaf(final String attribute, final String operator, final Object literal) {
        return "{\"attr\":\"" + attribute + "\",\"op\":\"" + operator + "\",\"v\":" + literal + "}";
    }

    /** Adds what makes a subject. */
    void subject(final int subject, final List<Command> to) {
        final SplittableRandom random = new SplittableRandom(seed * 1_000_003 + subject);
        final List<String> tags = new ArrayList<>(TAGS_EACH);
        final int first = random.nextInt(TAGS);
        for (int i = 0; i < TAGS_EACH; i++) {
            tags.add("tag-" + (first + i * 7) % TAGS);
        }
        final long joinedMs = NOW.toEpochMilli() - random.nextLong(JOINED_DAYS * DAY_MS);
        to.add(new Command.SubjectUpsert(key(subject), SubjectKind.CUSTOMER, null, null, List.of(
            new NamedValue("points", Value.of(random.nextInt(POINTS))),
            new NamedValue("spend", new Value.Decimal(random.nextLong(1_000L * UNITS))),
            new NamedValue("city", Value.of("City " + random.nextInt(CITIES))),
            new NamedValue("tier", Value.of(TIERS.get(random.nextInt(TIERS.size())))),
            new NamedValue("tags", Value.of(tags)),
            new NamedValue("joined", Value.of(joinedMs)),
            new NamedValue("born", Value.of(LocalDate.of(1945, 1, 1).plusDays(random.nextInt(BORN_DAYS)).toString()))),
            null, null));
        if (subject % ORDERS_ONE_IN == 0) {
            to.add(new Command.OrderUpsert(key(subject), "o" + subject,
                NOW.toEpochMilli() - random.nextLong(ORDERED_DAYS * DAY_MS),
                List.of(new NamedValue("grandTotal", new Value.Decimal(random.nextLong(400L * UNITS)))), List.of(),
                null));
        }
    }
}
