package io.tagma.engine;

import static io.tagma.engine.Expect.equal;

import io.tagma.engine.model.Cause;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the change stream has told so far, added up: who is in which segments and group. Every change must have the next
 * number, change something, and be no earlier than its subject's last one. One thread.
 */
final class Told {
    private static final int CHANGES_AT_ONCE = 1_000;

    private final Map<String, Set<Integer>> segments = new HashMap<>();
    private final Map<String, Integer> groups = new HashMap<>();
    private final Map<String, Long> lastAt = new HashMap<>();
    private final Map<Cause, Long> causes = new EnumMap<>(Cause.class);
    private long next;

    /** Reads on to the end of the stream; each change is handed over when it is added. */
    void read(final EngineView view, final Consumer<EngineView.Change> added) {
        while (next < view.changesNext()) {
            for (final EngineView.Change change : view.changes(next, CHANGES_AT_ONCE)) {
                equal("number of a change", next, change.seq());
                next++;
                add(change);
                added.accept(change);
            }
        }
    }

    private void add(final EngineView.Change change) {
        causes.merge(change.cause(), 1L, Long::sum);
        final Long before = lastAt.put(change.subject(), change.effectiveAt());
        if (before != null && before > change.effectiveAt()) {
            throw new AssertionError("changes of a subject go back in time: before=" + before + ", " + change);
        }
        if (change.processedAt() < change.effectiveAt()) {
            throw new AssertionError("processed before its time: " + change);
        }
        if (change.group() >= 0) {
            final Integer was = change.isEnter() ? groups.put(change.subject(), change.group())
                : groups.remove(change.subject());
            if (change.isEnter() ? was != null : was == null || was != change.group()) {
                throw new AssertionError("a group that does not fit: was=" + was + ", " + change);
            }
            return;
        }
        final Set<Integer> ids = segments.computeIfAbsent(change.subject(), key -> new HashSet<>());
        if (change.isEnter() ? !ids.add(change.segmentId()) : !ids.remove(change.segmentId())) {
            throw new AssertionError("a change that changes nothing: " + change);
        }
    }

    /** Nobody is in anything but these subjects in these segments, and in their groups. */
    void compare(final Map<String, Set<Integer>> expected, final Function<String, Integer> groupOf) {
        expected.forEach((key, ids) -> {
            equal("told of " + key, ids, segments(key));
            equal("told group of " + key, groupOf.apply(key), groups.get(key));
        });
        segments.forEach((key, ids) -> {
            if (!expected.containsKey(key)) {
                equal("told of " + key + ", who is nobody", Set.of(), ids);
            }
        });
        equal("told groups", new TreeSet<>(expected.keySet()), new TreeSet<>(groups.keySet()));
    }

    /** Public ids of the segments that it is in. */
    Set<Integer> segments(final String key) {
        return segments.getOrDefault(key, Set.of());
    }

    /** The group that it is in, or null. */
    Integer group(final String key) {
        return groups.get(key);
    }

    /** Whoever is in that segment. */
    Set<String> members(final int segment) {
        final Set<String> members = new TreeSet<>();
        segments.forEach((key, ids) -> {
            if (ids.contains(segment)) {
                members.add(key);
            }
        });
        return members;
    }

    /** The number of the first change that has not been read. */
    long next() {
        return next;
    }

    /** Changes by cause, since they were last counted anew. */
    Map<Cause, Long> causes() {
        return causes;
    }

    /** Changes since they were last counted anew. */
    long changes() {
        return causes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Begins to count anew; what is added up stays. */
    void countAnew() {
        causes.clear();
    }
}
