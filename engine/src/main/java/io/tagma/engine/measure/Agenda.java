package io.tagma.engine.measure;

import io.tagma.engine.ordinals.OrdinalSet;
import org.agrona.collections.Int2ObjectHashMap;

/** Sets of ordinals under ascending keys of 31 bits. No set is empty unless its holder empties it. */
final class Agenda {
    private static final int ENTRY_BYTES = 16;

    private final OrdinalSet keys = new OrdinalSet();
    private final Int2ObjectHashMap<OrdinalSet> sets = new Int2ObjectHashMap<>();

    /** Adds the ordinal under the key. */
    void add(final int key, final int ordinal) {
        OrdinalSet set = sets.get(key);
        if (set == null) {
            set = new OrdinalSet();
            put(key, set);
        }
        set.add(ordinal);
    }

    /** Puts a set under a key that has none. */
    void put(final int key, final OrdinalSet set) {
        sets.put(key, set);
        keys.add(key);
    }

    /** The least key, or -1. */
    int first() {
        return keys.next(0);
    }

    /** The least key at or after that one, or -1. */
    int next(final int from) {
        return keys.next(from);
    }

    /** The set under the key, or null. */
    OrdinalSet get(final int key) {
        return sets.get(key);
    }

    /** Forgets the key and its set. */
    void remove(final int key) {
        sets.remove(key);
        keys.remove(key);
    }

    /** Whether there is no key. */
    boolean isEmpty() {
        return sets.isEmpty();
    }

    /** An estimate of the memory held. */
    long memoryBytes() {
        long sum = keys.memoryBytes() + (long) sets.capacity() * ENTRY_BYTES;
        for (int key = keys.next(0); key >= 0; key = keys.next(key + 1)) {
            sum += sets.get(key).memoryBytes();
        }
        return sum;
    }
}
