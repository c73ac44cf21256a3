package io.tagma.engine.oracle;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/** Random steps of time: small ones, large ones, and ones that land on a boundary or a millisecond beside it. */
final class RandomTimes {
    private static final List<ZoneId> ZONES =
        List.of(ZoneId.of("UTC"), ZoneId.of("Europe/Berlin"), ZoneId.of("America/New_York"));
    /** Clocks change, and the leap day. */
    private static final List<Instant> SPECIAL = List.of(
        Instant.parse("2026-03-08T07:00:00Z"), Instant.parse("2026-03-29T01:00:00Z"),
        Instant.parse("2026-10-25T01:00:00Z"), Instant.parse("2026-11-01T06:00:00Z"),
        Instant.parse("2028-02-28T00:00:00Z"), Instant.parse("2028-02-28T23:00:00Z"),
        Instant.parse("2028-02-29T05:00:00Z"), Instant.parse("2028-03-01T00:00:00Z"),
        Instant.parse("2028-03-01T05:00:00Z"));
    private static final int TRIES = 20;

    private final RandomValues values;

    RandomTimes(final RandomValues values) {
        this.values = values;
    }

    /** Never before now; now itself where nothing moves. */
    long next(final long now) {
        final int dice = values.below(1000);
        if (dice < 150) {
            return now;
        } else if (dice < 350) {
            return now + values.between(1, 999);
        } else if (dice < 500) {
            return now + values.between(1_000, 59_999);
        } else if (dice < 620) {
            return now + values.between(1, 59) * RandomValues.MINUTE;
        } else if (dice < 680) {
            return now + values.between(1, 8) * RandomValues.HOUR;
        } else if (dice < 700) {
            return now + RandomValues.DAY;
        } else if (dice < 935) {
            return boundary(now);
        } else if (dice < 995) {
            return midnight(now);
        }
        return special(now);
    }

    /** A remembered instant, plus or minus a duration, plus or minus a millisecond. */
    private long boundary(final long now) {
        for (int i = 0; i < TRIES; i++) {
            final int dice = values.below(6);
            final long shift = dice == 0 ? 0 : dice == 1 ? -values.pick(RandomValues.DURATIONS)
                : values.pick(RandomValues.DURATIONS);
            final long target = values.remembered(now) + shift + values.jitter();
            if (target > now && target <= now + RandomValues.DAY) {
                return target;
            }
        }
        return now + 1;
    }

    private long midnight(final long now) {
        final ZoneId zone = values.pick(ZONES);
        final ZonedDateTime local = Instant.ofEpochMilli(now).atZone(zone);
        return Math.max(now, local.toLocalDate().plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli()
            + values.jitter());
    }

    private long special(final long now) {
        for (final Instant special : SPECIAL) {
            if (special.toEpochMilli() > now + RandomValues.HOUR) {
                final int dice = values.below(3);
                return special.toEpochMilli() - (dice == 0 ? values.below(3 * 3_600_000) : 0) + values.jitter();
            }
        }
        return now + RandomValues.DAY;
    }
}
