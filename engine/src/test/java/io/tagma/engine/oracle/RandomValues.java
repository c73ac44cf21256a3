package io.tagma.engine.oracle;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The small pools that commands and conditions both draw from, so that constants meet values: as {@link Value} for a
 * command, as JSON for a condition. Instants that were used are remembered, for time to land on them.
 */
final class RandomValues {
    static final long MINUTE = Duration.ofMinutes(1).toMillis();
    static final long HOUR = Duration.ofHours(1).toMillis();
    static final long DAY = Duration.ofDays(1).toMillis();
    static final List<Long> DURATIONS = List.of(5 * MINUTE, HOUR, DAY, 3 * DAY, 7 * DAY);

    private static final List<String> DURATION_TEXTS =
        List.of("PT5M", "PT300S", "PT1H", "PT60M", "P1D", "PT24H", "P3D", "P2DT24H", "P7D", "P1W");
    private static final List<String> DAY_TEXTS = List.of("P1D", "P2D", "P3D", "P7D", "P1W");
    private static final String LONG_TEXT = "Lorem ipsum dolor sit amet, consectetur ".repeat(100);
    private static final List<String> TEXTS = List.of("Berlin", "berlin ", "BERLIN", "Berlin\u00a0", " Berlin", "",
        " ", "Straße", "STRASSE", "strasse", "Zoë", "ZOË", "Zoe\u0308", "İstanbul", "istanbul", "ﬁsh", "Fish", "ＡＢＣ",
        "abc", "ΟΔΟΣ", "οδος", "東京", "東京都", "a\u00adb", "ab", "🙂 ok", "München 12", "a@b.c", "A@B.C", LONG_TEXT,
        LONG_TEXT + "ß", "ä".repeat(2048));
    private static final List<String> NEEDLES = List.of("", "b", "B", "in", "IN", "ss", "ß", "str", "e", "ë", "i",
        "京", "fi", "σ", "ς", "a", "@b.", "ok", "12", "lin ", "dolor SIT", " ");
    private static final List<String> PATTERNS = List.of("^b", "in$", "stra(ß|ss)e", "", "[0-9]+", "zo.", "\\p{L}+$",
        "^$", "s{2,}", "(?:a|b)@", "京$", "ipsum.*amet", "^\\s", "I|J", "\\bok\\b");
    private static final List<String> CODES = List.of("F", "M", "f", "X", "ä", "Ä", "two words");
    private static final List<String> DECIMALS = List.of("0", "0.1", "0.2", "0.3", "0.0001", "1", "2", "2.5", "10",
        "10.01", "33.3333", "99.99", "100", "-5", "-0.1", "12.5", "99999999999.9999", "100000000000");
    private static final List<String> INTEGERS = List.of("-1", "0", "1", "2", "3", "12", "9007199254740992",
        "9007199254740993", "9223372036854775807", "-9223372036854775807");
    private static final List<String> DOUBLES = List.of("0", "0.1", "0.2", "0.3", "0.30000000000000004", "-1.5",
        "1e300", "-1e300", "5e-324", "12345678901234.5678", "9007199254740993", "1", "2.5", "33.333333333333336");
    /** Few, so that what is asked for is also there, folded alike or not. */
    private static final List<String> FREQUENT_TEXTS = List.of("Berlin", "berlin ", "BERLIN", "Straße", "STRASSE");
    private static final List<String> FREQUENT_CODES = List.of("F", "M");
    private static final List<String> FREQUENT_AMOUNTS = List.of("0", "1", "10");
    private static final int INSTANTS = 256;
    private static final int RECENT = 12;

    private final SplittableRandom random;
    private final List<Long> instants = new ArrayList<>();
    private final Deque<Long> recordInstants = new ArrayDeque<>();

    RandomValues(final SplittableRandom random) {
        this.random = random;
    }

    // ----- dice

    <T> T pick(final List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    boolean chance(final int percent) {
        return random.nextInt(100) < percent;
    }

    /** Thousandths. */
    boolean rare(final int permille) {
        return random.nextInt(1000) < permille;
    }

    int below(final int bound) {
        return random.nextInt(bound);
    }

    long between(final long from, final long to) {
        return random.nextLong(from, to + 1);
    }

    // ----- instants

    /** An instant worth landing on, also a duration before or after it. */
    void remember(final long instant) {
        if (instants.size() < INSTANTS) {
            instants.add(instant);
        } else {
            instants.set(random.nextInt(INSTANTS), instant);
        }
    }

    /** Now where none was remembered. */
    long remembered(final long now) {
        return instants.isEmpty() ? now : pick(instants);
    }

    long jitter() {
        return random.nextInt(3) - 1;
    }

    /** Around now, often exactly a duration away or a millisecond beside that; remembered. */
    long instantNear(final long now) {
        final int dice = random.nextInt(10);
        final long instant;
        if (dice < 1) {
            instant = remembered(now) + (chance(30) ? jitter() : 0);
        } else if (dice < 4) {
            instant = anchor(now);
        } else if (dice < 7) {
            instant = now + (chance(45) ? pick(DURATIONS) : -pick(DURATIONS)) + jitter();
        } else if (dice < 9) {
            instant = now + between(-4 * DAY, 10 * DAY);
        } else {
            instant = now + between(-2 * HOUR, HOUR);
        }
        remember(instant);
        return instant;
    }

    /** An instant that values may have exactly. */
    long meetingPoint(final long now) {
        return chance(60) ? anchor(now) : remembered(now);
    }

    /** For a record: at most five minutes ahead; remembered. */
    long recordTime(final long now) {
        final int dice = random.nextInt(20);
        final long t;
        if (dice < 2) {
            t = now + between(1, NaiveShop.FUTURE_MAX_MS);
        } else if (dice < 3) {
            t = now + NaiveShop.FUTURE_MAX_MS;
        } else if (dice < 6) {
            t = now - pick(DURATIONS) + jitter();
        } else if (dice < 8) {
            t = now - between(0, 40 * DAY);
        } else if (dice < 12) {
            t = now - between(0, 3 * DAY);
        } else if (dice < 14) {
            t = Math.min(remembered(now), now);
        } else if (dice < 16) {
            final long anchor = anchor(now);
            t = anchor <= now ? anchor : weekStart(now);
        } else {
            t = now - between(0, HOUR);
        }
        rememberRecord(t);
        return t;
    }

    /** The instant of a record. */
    void rememberRecord(final long t) {
        remember(t);
        if (recordInstants.size() == RECENT) {
            recordInstants.removeFirst();
        }
        recordInstants.addLast(t);
    }

    /** An instant that a recent record has exactly. */
    long recordInstant(final long now) {
        return recordInstants.isEmpty() ? now : pick(List.copyOf(recordInstants));
    }

    /** One of four instants of the week, so that instants of different origin are equal now and then. */
    private long anchor(final long now) {
        return weekStart(now) + below(4) * 2 * DAY;
    }

    private static long weekStart(final long now) {
        return Math.floorDiv(now, 7 * DAY) * 7 * DAY;
    }

    LocalDate dayNear(final long now) {
        final LocalDate today = Instant.ofEpochMilli(now).atZone(ZoneOffset.UTC).toLocalDate();
        final int dice = random.nextInt(10);
        if (dice < 6) {
            return today.plusDays(between(-4, 4));
        } else if (dice < 7) {
            return chance(50) ? LocalDate.of(1990, 2, 28) : LocalDate.of(1999, 3, 1);
        } else if (dice < 8) {
            return LocalDate.of(pick(List.of(1968, 2000, 2024)), 2, 29);
        }
        return today.plusDays(between(-9, 9)).withYear(1960 + below(50));
    }

    // ----- JSON for conditions

    String duration() {
        return pick(DURATION_TEXTS);
    }

    String days() {
        return pick(DAY_TEXTS);
    }

    String needle() {
        return chance(70) ? pick(NEEDLES) : text();
    }

    String pattern() {
        return pick(PATTERNS);
    }

    String instantJson(final long instant) {
        return chance(50) ? Long.toString(instant) : "\"" + Instant.ofEpochMilli(instant) + "\"";
    }

    /** A constant of the type. With {@code isFree} decimals are always numbers: a text would mean STRING. */
    String literal(final ValueType type, final long now, final boolean isFree) {
        switch (type) {
            case BOOL:
                return Boolean.toString(chance(50));
            case INT:
                return integer().toString();
            case DECIMAL: {
                final String number = decimal().toPlainString();
                return !isFree && chance(20) ? "\"" + number + "\"" : number;
            }
            case DOUBLE:
                return pick(DOUBLES);
            case STRING:
                return quote(text());
            case ENUM:
            case ENUM_SET:
                return quote(code());
            case DATE:
                return quote(dayNear(now).toString());
            case INSTANT:
                return instantJson(instantNear(now));
            default:
                throw new IllegalStateException("type=" + type);
        }
    }

    /** A number that many amounts are. */
    String frequentAmount() {
        return pick(FREQUENT_AMOUNTS);
    }

    /** A number that sums of the pool's amounts reach, or one unit beside it. */
    String total() {
        BigDecimal total = BigDecimal.ZERO;
        for (int i = below(3); i >= 0; i--) {
            total = total.add(small());
        }
        return nudged(total).toPlainString();
    }

    /** A number that averages of the pool's amounts reach, or one unit beside it, or beside a third. */
    String average() {
        if (chance(25)) {
            return small().add(small()).add(small()).divide(BigDecimal.valueOf(3), 4, RoundingMode.FLOOR)
                .toPlainString();
        }
        final BigDecimal half = small().add(small()).divide(BigDecimal.valueOf(2));
        return nudged(half.stripTrailingZeros().scale() > 4 || chance(30) ? small() : half).toPlainString();
    }

    /** Sometimes with escapes where none are needed. */
    String quote(final String text) {
        if (text.length() > 40 || chance(85)) {
            return Json.quote(text);
        }
        final StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            out.append(String.format("\\u%04x", (int)text.charAt(i)));
        }
        return out.append('"').toString();
    }

    // ----- values for commands

    Value value(final ValueType type, final long now) {
        switch (type) {
            case BOOL:
                return Value.of(chance(50));
            case INT:
                return Value.of(integer().longValueExact());
            case DECIMAL: {
                final BigDecimal number = decimal();
                return chance(30) ? Value.of(number.toPlainString()) : Value.of(number);
            }
            case DOUBLE:
                return Value.of(new BigDecimal(pick(DOUBLES)));
            case STRING:
                return Value.of(text());
            case ENUM:
                return Value.of(code());
            case ENUM_SET:
                return codes();
            case DATE:
                return Value.of(dayNear(now).toString());
            case INSTANT: {
                final long instant = instantNear(now);
                return chance(50) ? Value.of(instant) : Value.of(Instant.ofEpochMilli(instant).toString());
            }
            default:
                throw new IllegalStateException("type=" + type);
        }
    }

    /** Seldom a long one: commands and definitions have at most 64 KB. */
    String text() {
        final String text = pick(chance(45) ? FREQUENT_TEXTS : TEXTS);
        return text.length() < 100 || chance(15) ? text : pick(NEEDLES);
    }

    /** An amount of an order: small ones, so that sums meet thresholds. */
    Value amount() {
        final BigDecimal number = chance(97) ? small() : decimal();
        return chance(30) ? Value.of(number.toPlainString()) : Value.of(number);
    }

    Value codes() {
        final TreeSet<String> codes = new TreeSet<>();
        for (int i = below(4); i > 0; i--) {
            codes.add(code());
        }
        return Value.of(new ArrayList<>(codes));
    }

    private String code() {
        return pick(chance(50) ? FREQUENT_CODES : CODES);
    }

    private BigDecimal small() {
        return new BigDecimal(chance(50) ? pick(FREQUENT_AMOUNTS) : DECIMALS.get(below(DECIMALS.size() - 2)));
    }

    private BigDecimal decimal() {
        final BigDecimal number = new BigDecimal(pick(DECIMALS));
        return number.precision() > 10 ? number : nudged(number);
    }

    private BigDecimal nudged(final BigDecimal number) {
        return chance(20) ? number.add(BigDecimal.valueOf(jitter(), 4)) : number;
    }

    private BigDecimal integer() {
        final BigDecimal number = new BigDecimal(pick(INTEGERS));
        return number.precision() > 10 ? number : number.add(BigDecimal.valueOf(chance(20) ? jitter() : 0));
    }
}
