package io.tagma.loadtest.linear;

import io.tagma.loadtest.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The same judgement by exhaustion, for small histories: Jeannette M. Wing and Chun Gong, "Testing and verifying
 * concurrent objects", 1993, tries every order of writes and linearizable reads that their times allow; weaker reads
 * are held against each order of the writes that is found.
 */
final class OrderSearch {
    private final List<Operation> ordered = new ArrayList<>();
    private final List<Operation> weak = new ArrayList<>();
    private final List<Operation> history;
    private final List<Long> writes = new ArrayList<>(List.of(0L));

    private OrderSearch(final List<Operation> history) {
        this.history = history;
        for (final Operation operation : history) {
            (operation.isWrite() || operation.kind() == Kind.LINEARIZABLE_READ ? ordered : weak).add(operation);
        }
    }

    static boolean isExplained(final List<Operation> history) {
        return new OrderSearch(history).search(new ArrayList<>());
    }

    private boolean search(final List<Operation> done) {
        boolean isComplete = true;
        for (final Operation next : ordered) {
            isComplete &= done.contains(next) || !next.isAnswered();
        }
        if (isComplete && weakReadsFit()) {
            return true;
        }
        for (final Operation next : ordered) {
            if (!done.contains(next) && mayBeNext(next, done)
                && (next.isWrite() || next.value() == writes.get(writes.size() - 1))) {
                done.add(next);
                if (next.isWrite()) {
                    writes.add(next.value());
                }
                final boolean isFound = search(done);
                done.remove(done.size() - 1);
                if (next.isWrite()) {
                    writes.remove(writes.size() - 1);
                }
                if (isFound) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Nothing that is still to come has ended before it begins; what a weak read saw has ended with the read. */
    private boolean mayBeNext(final Operation next, final List<Operation> done) {
        for (final Operation other : ordered) {
            if (other != next && !done.contains(other) && end(other) < next.invokedNs()) {
                return false;
            }
        }
        return true;
    }

    private long end(final Operation operation) {
        long end = operation.returnedNs();
        for (final Operation read : weak) {
            if (operation.isWrite() && read.value() == operation.value()) {
                end = Math.min(end, read.returnedNs());
            }
        }
        return end;
    }

    private boolean weakReadsFit() {
        for (final Operation read : history) {
            if (!read.isWrite() && !fits(read)) {
                return false;
            }
        }
        return true;
    }

    private boolean fits(final Operation read) {
        final int at = writes.indexOf(read.value());
        if (at < 0 || read.position() < read.atLeast()) {
            return false;
        }
        for (final Operation other : history) {
            final int before = writes.indexOf(other.value());
            final boolean isPosition = other.isWrite() && other.isAnswered() && other.position() <= read.position();
            final boolean isClient = !other.isWrite() && other.client() == read.client()
                && other.invokedNs() < read.invokedNs() && read.kind() == Kind.POSITION_READ
                && other.position() <= read.atLeast();
            final boolean isNode = other.isAnswered() && other.node() == read.node() && other.life() == read.life()
                && read.life() >= 0 && other.returnedNs() < read.invokedNs();
            final boolean isFuture = other.isWrite() && other.value() == read.value()
                && read.returnedNs() < other.invokedNs();
            if (isFuture || (isPosition || isClient || isNode) && before > at) {
                return false;
            }
        }
        return true;
    }
}
