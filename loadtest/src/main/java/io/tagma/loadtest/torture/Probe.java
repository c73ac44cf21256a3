package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.LookupResult;
import io.tagma.client.TagmaClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** What a node says of every segment and of a sample of subjects, to be compared with what it says later. */
record Probe(Map<String, Long> counts, List<String> keys, List<LookupResult> rows) {
    static final int ROWS_MAX = 10_000;

    /** Asks; the same seed asks for the same subjects. */
    static Probe of(final NodeHttp http, final TagmaClient client, final int subjects, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < ROWS_MAX; i++) {
            keys.add(Population.key(random.nextInt(subjects)));
        }
        // One by one: with many segments the rows of few subjects fill a frame.
        final List<CompletableFuture<LookupResult>> rows = keys.stream().map(client::lookup).toList();
        return new Probe(counts(http), keys, rows.stream().map(CompletableFuture::join).toList());
    }

    private static Map<String, Long> counts(final NodeHttp http) {
        final Map<String, Long> counts = new LinkedHashMap<>();
        String path = "/v1/segments";
        while (path != null) {
            final JsonNode page = NodeHttp.json(http.read(path));
            for (final JsonNode segment : page.path("items")) {
                if (!segment.path("state").asText().equals("ready")) {
                    throw new TortureException("a segment is not ready: segment=" + segment);
                }
                counts.put(segment.path("key").asText(), segment.path("count").longValue());
            }
            path = page.path("next").isTextual() ? "/v1/segments?cursor=" + page.path("next").asText() : null;
        }
        return counts;
    }

    long memberships() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Notes where a later one says something else. */
    void compare(final Probe later, final Violations violations) {
        if (!counts.keySet().equals(later.counts.keySet())) {
            violations.add("other segments after the start: before=" + counts.size() + ", after="
                + later.counts.size());
        }
        counts.forEach((key, count) -> {
            if (!count.equals(later.counts.get(key))) {
                violations.add("another count after the start: segment=" + key + ", before=" + count + ", after="
                    + later.counts.get(key));
            }
        });
        for (int i = 0; i < rows.size(); i++) {
            if (!isSame(rows.get(i), later.rows.get(i))) {
                violations.add("another row after the start: key=" + keys.get(i) + ", before=" + rows.get(i)
                    + ", after=" + later.rows.get(i));
            }
        }
    }

    /** All but what a restart may change: the position, and the number of the definitions' state. */
    private static boolean isSame(final LookupResult before, final LookupResult after) {
        return before.isKnown() && after.isKnown() && before.customerGroup() == after.customerGroup()
            && before.varyHash() == after.varyHash() && before.asOf() == after.asOf()
            && Arrays.equals(sorted(before), sorted(after));
    }

    private static int[] sorted(final LookupResult result) {
        final int[] segments = result.segments().clone();
        Arrays.sort(segments);
        return segments;
    }
}
