package io.tagma.engine.measure;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Local days of a zone as days since 1970-01-01: when they begin ({@code java.time}'s {@code atStartOfDay}), and which
 * one an instant is in. Remembers the days it was asked for; engine's thread.
 */
public final class LocalDays {
    private static final long DAY_MS = 86_400_000L;
    private static final int REMEMBERED_MAX = 65_536;
    private static final int DAY_MAX = 200_000_000;

    private final ZoneId zone;
    private final boolean isUtc;
    private final Int2ObjectHashMap<Long> starts = new Int2ObjectHashMap<>();

    /** For a zone. */
    public LocalDays(final ZoneId zone) {
        this.zone = zone;
        isUtc = zone.normalized().equals(ZoneOffset.UTC);
    }

    /** The zone. */
    public ZoneId zone() {
        return zone;
    }

    /** The first instant of a local day; saturates far away. */
    public long start(final long day) {
        if (day > DAY_MAX) {
            return Long.MAX_VALUE;
        }
        if (day < -DAY_MAX) {
            return Long.MIN_VALUE + 1;
        }
        if (isUtc) {
            return day * DAY_MS;
        }
        final Long known = starts.get((int)day);
        if (known != null) {
            return known;
        }
        if (starts.size() >= REMEMBERED_MAX) {
            starts.clear();
        }
        final long start = LocalDate.ofEpochDay(day).atStartOfDay(zone).toInstant().toEpochMilli();
        starts.put((int)day, (Long)start);
        return start;
    }

    /** The local day an instant is in. */
    public long day(final long instant) {
        final long guess = Math.floorDiv(instant, DAY_MS);
        if (isUtc) {
            return guess;
        }
        if (start(guess + 1) <= instant) {
            return guess + 1;
        }
        return start(guess) <= instant ? guess : guess - 1;
    }
}
