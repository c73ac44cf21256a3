package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Which segments refer to which, by the definitions last accepted. Engine's thread. */
public final class References {
    /** Segments on the longest chain of references. */
    public static final int DEPTH_MAX = 32;
    /** Segments that refer to one, directly or through others: all are built anew with it. */
    public static final int DEPENDENTS_MAX = 256;

    /** A segment's key to the keys that its definition names, some perhaps of segments that are deleted. */
    private final Map<String, Set<String>> names = new HashMap<>();
    /** The other way round. */
    private final Map<String, TreeSet<String>> referring = new HashMap<>();

    /** A segment is defined, perhaps anew. */
    void define(final SegmentDefinition definition) {
        delete(definition.key());
        final Set<String> keys = definition.references().keySet();
        if (!keys.isEmpty()) {
            names.put(definition.key(), keys);
            keys.forEach(key -> referring.computeIfAbsent(key, k -> new TreeSet<>()).add(definition.key()));
        }
    }

    /** A segment refers to none any more. */
    void delete(final String key) {
        final Set<String> before = names.remove(key);
        if (before != null) {
            for (final String each : before) {
                final Set<String> keys = referring.get(each);
                keys.remove(key);
                if (keys.isEmpty()) {
                    referring.remove(each);
                }
            }
        }
    }

    /** Keys of the segments that refer to one, in order. */
    public Set<String> referringTo(final String key) {
        return Collections.unmodifiableSet(referring.getOrDefault(key, new TreeSet<>()));
    }

    private Set<String> namedBy(final String key) {
        return names.getOrDefault(key, Set.of());
    }

    /** The way back to a segment from one that it is about to refer to: both are on it; empty where there is none. */
    public List<String> wayBack(final String from, final String to) {
        final Map<String, String> cameFrom = new LinkedHashMap<>();
        final Deque<String> open = new ArrayDeque<>();
        cameFrom.put(from, null);
        open.add(from);
        while (!open.isEmpty()) {
            final String at = open.poll();
            if (at.equals(to)) {
                final List<String> way = new ArrayList<>();
                for (String step = at; step != null; step = cameFrom.get(step)) {
                    way.add(0, step);
                }
                return way;
            }
            for (final String next : namedBy(at)) {
                if (!cameFrom.containsKey(next)) {
                    cameFrom.put(next, at);
                    open.add(next);
                }
            }
        }
        return List.of();
    }

    /** Segments on the longest chain through a definition that is in no cycle: those below and above it, and itself. */
    public int depth(final SegmentDefinition definition) {
        int below = 0;
        final Map<String, Integer> known = new HashMap<>();
        for (final String named : definition.references().keySet()) {
            below = Math.max(below, chain(named, this::namedBy, known));
        }
        known.clear();
        return below + chain(definition.key(), this::referringTo, known);
    }

    private static int chain(final String key, final Function<String, Set<String>> next,
                             final Map<String, Integer> known) {
        final Integer done = known.get(key);
        if (done != null) {
            return done;
        }
        int longest = 0;
        for (final String each : next.apply(key)) {
            longest = Math.max(longest, chain(each, next, known));
        }
        known.put(key, longest + 1);
        return longest + 1;
    }

    /** Of the segments that a definition refers to, one on which too many would depend with it; null where none. */
    public String overloaded(final SegmentDefinition definition) {
        final Set<String> above = closure(Set.of(definition.key()), this::referringTo);
        for (final String below : closure(definition.references().keySet(), this::namedBy)) {
            final Set<String> dependents = closure(Set.of(below), this::referringTo);
            dependents.addAll(above);
            if (dependents.size() > DEPENDENTS_MAX) {
                return below;
            }
        }
        return null;
    }

    private static Set<String> closure(final Set<String> from, final Function<String, Set<String>> next) {
        final Set<String> all = new TreeSet<>(from);
        final Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            for (final String each : next.apply(open.poll())) {
                if (all.add(each)) {
                    open.add(each);
                }
            }
        }
        return all;
    }
}
