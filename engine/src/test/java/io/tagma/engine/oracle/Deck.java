package io.tagma.engine.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Deals what is in a pack in random order, and begins again when all of it was dealt: what is rare comes too. */
final class Deck<T> {
    private final RandomValues values;
    private final List<T> pack;
    private final List<T> left = new ArrayList<>();

    Deck(final RandomValues values, final List<T> pack) {
        this.values = values;
        this.pack = List.copyOf(pack);
    }

    boolean isEmpty() {
        return pack.isEmpty();
    }

    /** Now and then one of those that are wanted more. */
    T next(final Predicate<T> isWanted) {
        if (values.chance(55)) {
            final List<T> wanted = pack.stream().filter(isWanted).toList();
            if (!wanted.isEmpty()) {
                return values.pick(wanted);
            }
        }
        return next();
    }

    private T next() {
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
