package io.tagma.engine.oracle;

import java.util.ArrayList;
import java.util.List;

/** Deals what is in a pack in random order, and begins again when all of it was dealt: what is rare comes too. */
final class Deck<T> {
    private final RandomValues values;
    private final List<T> pack;
    private final List<T> left = new ArrayList<>();

    Deck(final RandomValues values, final List<T> pack) {
        this.values = values;
        this.pack = List.copyOf(pack);
    }

    T next() {
        if (left.isEmpty()) {
            left.addAll(pack);
        }
        final int at = values.below(left.size());
        final T next = left.get(at);
        left.set(at, left.get(left.size() - 1));
        left.remove(left.size() - 1);
        return next;
    }
}
