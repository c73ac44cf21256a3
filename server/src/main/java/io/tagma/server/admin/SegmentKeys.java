package io.tagma.server.admin;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes keys of segments' names: {@code Über 50 €!} becomes {@code uber-50}. A key that a segment of another name has
 * is not taken but numbered, so that an import replaces what it once created and nothing else. One import's.
 */
final class SegmentKeys {
    private static final int LENGTH_MAX = 64;
    private static final int NUMBER_LENGTH_MAX = 7;

    private final Map<String, Known> known = new HashMap<>();
    private final Set<String> given = new HashSet<>();

    SegmentKeys(final List<Known> segments) {
        segments.forEach(segment -> known.put(segment.key(), segment));
    }

    /** A segment that is there already. */
    record Known(String key, String name, int version) {
    }

    /** The key for a segment of that name. */
    String next(final String name) {
        final String slug = slug(name);
        String key = slug;
        for (int number = 2; isTaken(key, name); number++) {
            key = slug + "-" + number;
        }
        given.add(key);
        return key;
    }

    /** The version of the segment that has the key; 0 where none has. */
    int version(final String key) {
        final Known segment = known.get(key);
        return segment == null ? 0 : segment.version();
    }

    private boolean isTaken(final String key, final String name) {
        final Known segment = known.get(key);
        return given.contains(key) || segment != null && !segment.name().equals(name);
    }

    private static String slug(final String name) {
        final String plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT)
            .replace("ß", "ss").replaceAll("\\p{M}+", "").replaceAll("[^a-z0-9]+", "-");
        final String cut = plain.substring(plain.startsWith("-") ? 1 : 0,
            Math.min(plain.length(), LENGTH_MAX - NUMBER_LENGTH_MAX));
        final String slug = cut.endsWith("-") ? cut.substring(0, cut.length() - 1) : cut;
        return slug.isEmpty() ? "segment" : slug;
    }
}
