package io.tagma.loadtest.linear;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges the history of one register whose written values are all different, in polynomial time and exactly: it accepts
 * a history if and only if some order of the writes explains every answer.
 *
 * <p>With different values it is known which write each read saw. Phillip B. Gibbons and Ephraim Korach, "Testing
 * shared memories", SIAM Journal on Computing 26 (4), 1997, group each write with its reads into a cluster; in a
 * linearizable history, clusters follow each other whole, so that one cluster must come before another where any of its
 * operations has ended before any of the other's has begun. The history is linearizable if and only if no read ends
 * before its write begins and these demands contain no circle. Weaker reads make more demands of the same kind, so that
 * one search for a circle judges all:
 *
 * <ul>
 *   <li>No read, of whatever kind, ends before its write begins, and what it saw has happened when it ends.
 *   <li>A read that contains everything up to a log position (the one asked for, or the one it answers) saw no write
 *       before another one acknowledged at or below it. The position asked for is reached.
 *   <li>A client's read at a position sees no older write than its earlier reads whose positions are at or below it.
 *   <li>A node's process never goes back: its reads see no older write than its reads and acknowledgements that had
 *       ended before they began.
 * </ul>
 *
 * <p>A write of unknown outcome ends when the first read that saw it ends; one that nobody saw demands nothing.
 */
final class RegisterCheck {
    private static final long BEFORE_ALL = Long.MIN_VALUE;

    private final List<Operation> history;
    /** Cluster of a value. */
    private final Map<Long, Integer> indexes = new HashMap<>();
    /** By cluster: its write; null for what is there from the beginning. */
    private final List<Operation> writes = new ArrayList<>();
    private final WriteOrder order;

    private RegisterCheck(final List<Operation> history) {
        this.history = history;
        final Set<Long> seen = new HashSet<>();
        for (final Operation operation : history) {
            if (!operation.isWrite()) {
                seen.add(operation.value());
            }
        }
        writes.add(null);
        indexes.put(0L, 0);
        for (final Operation operation : history) {
            if (operation.isWrite() && (operation.isAnswered() || seen.contains(operation.value()))) {
                if (indexes.put(operation.value(), writes.size()) != null) {
                    throw new IllegalArgumentException("written twice: value=" + operation.value());
                }
                writes.add(operation);
            }
        }
        order = new WriteOrder(writes.size());
    }

    /**
     * Judges a history.
     *
     * @param key     of the register, whose value is 0 before the first write
     * @param history in any order
     * @return null where all is well
     */
    static Violation check(final String key, final List<Operation> history) {
        final List<Operation> window = new ArrayList<>();
        if (new RegisterCheck(history).fault(window) == null) {
            return null;
        }
        shrink(window);
        window.sort(Comparator.comparingLong(Operation::invokedNs));
        return new Violation(key, new RegisterCheck(window).fault(null), window);
    }

    /** Leaves out what is not needed: a read demands less when it is gone, and so does a write that nobody saw. */
    private static void shrink(final List<Operation> window) {
        for (int i = window.size() - 1; i >= 0; i--) {
            final Operation removed = window.remove(i);
            final boolean isSeen = removed.isWrite()
                && window.stream().anyMatch(each -> !each.isWrite() && each.value() == removed.value());
            if (isSeen || new RegisterCheck(window).fault(null) == null) {
                window.add(i, removed);
            }
        }
    }

    /** Null, or what is wrong; where a list is given, it gets the operations that show it. */
    private String fault(final List<Operation> shown) {
        for (final Operation read : history) {
            final String reason = read.isWrite() ? null : alone(read);
            if (reason != null) {
                if (shown != null) {
                    final Integer cluster = indexes.get(read.value());
                    shown.add(read);
                    if (cluster != null && cluster != 0) {
                        shown.add(writes.get(cluster));
                    }
                }
                return reason;
            }
        }
        demandTime();
        demandPositions();
        demandClients();
        demandNodes();
        final int[] circle = order.circle();
        if (circle.length == 0) {
            return null;
        }
        final StringBuilder text = new StringBuilder("no order of the writes fits: ");
        final Set<Long> values = new HashSet<>();
        for (final int write : circle) {
            values.add(value(write));
            text.append(value(write)).append(" before ");
        }
        if (shown != null) {
            history.stream().filter(each -> values.contains(each.value())).forEach(shown::add);
        }
        return text.append(value(circle[0])).toString();
    }

    private long value(final int cluster) {
        return cluster == 0 ? 0 : writes.get(cluster).value();
    }

    /** What is wrong with a read and its write, whatever else happened. */
    private String alone(final Operation read) {
        final Integer cluster = indexes.get(read.value());
        if (cluster == null) {
            return "a value was read that nobody wrote: value=" + read.value();
        }
        if (cluster != 0 && read.returnedNs() < writes.get(cluster).invokedNs()) {
            return "a value was read before it was written: value=" + read.value();
        }
        if (read.position() < read.atLeast()) {
            return "an answer is older than asked for: atLeast=" + read.atLeast() + ", position=" + read.position();
        }
        return null;
    }

    private void demandTime() {
        final int count = writes.size();
        final long[] firstEnd = new long[count];
        final long[] lastBegin = new long[count];
        firstEnd[0] = BEFORE_ALL;
        lastBegin[0] = BEFORE_ALL;
        for (int i = 1; i < count; i++) {
            firstEnd[i] = writes.get(i).returnedNs();
            lastBegin[i] = writes.get(i).invokedNs();
        }
        for (final Operation read : history) {
            if (!read.isWrite()) {
                final int cluster = indexes.get(read.value());
                firstEnd[cluster] = Math.min(firstEnd[cluster], read.returnedNs());
                if (read.kind() == Operation.Kind.LINEARIZABLE_READ) {
                    lastBegin[cluster] = Math.max(lastBegin[cluster], read.invokedNs());
                }
            }
        }
        final List<Integer> byEnd = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byEnd.add(i);
        }
        final List<Integer> byBegin = new ArrayList<>(byEnd);
        byEnd.sort(Comparator.comparingLong(i -> firstEnd[i]));
        byBegin.sort(Comparator.comparingLong(i -> lastBegin[i]));
        final BitSet ended = new BitSet(count);
        int next = 0;
        for (final int cluster : byBegin) {
            while (next < count && firstEnd[byEnd.get(next)] < lastBegin[cluster]) {
                ended.set(byEnd.get(next++));
            }
            order.require(ended, cluster);
        }
    }

    private void demandPositions() {
        final List<Operation> acknowledged = new ArrayList<>();
        final List<Operation> reads = new ArrayList<>();
        for (final Operation operation : history) {
            if (!operation.isWrite()) {
                reads.add(operation);
            } else if (operation.isAnswered()) {
                acknowledged.add(operation);
            }
        }
        acknowledged.sort(Comparator.comparingLong(Operation::position));
        reads.sort(Comparator.comparingLong(Operation::position));
        final BitSet contained = new BitSet(writes.size());
        int next = 0;
        for (final Operation read : reads) {
            while (next < acknowledged.size() && acknowledged.get(next).position() <= read.position()) {
                contained.set(indexes.get(acknowledged.get(next++).value()));
            }
            order.require(contained, indexes.get(read.value()));
        }
    }

    private void demandClients() {
        final Map<Integer, List<Operation>> readsByClient = new HashMap<>();
        history.stream().filter(each -> !each.isWrite()).sorted(Comparator.comparingLong(Operation::invokedNs))
            .forEach(read -> readsByClient.computeIfAbsent(read.client(), client -> new ArrayList<>()).add(read));
        for (final List<Operation> reads : readsByClient.values()) {
            for (int later = 0; later < reads.size(); later++) {
                final Operation read = reads.get(later);
                for (int i = 0; i < later && read.kind() == Operation.Kind.POSITION_READ; i++) {
                    final Operation former = reads.get(i);
                    if (former.position() <= read.atLeast() && former.invokedNs() < read.invokedNs()) {
                        order.require(indexes.get(former.value()), indexes.get(read.value()));
                    }
                }
            }
        }
    }

    private void demandNodes() {
        final Map<Long, List<Operation>> byLife = new HashMap<>();
        for (final Operation operation : history) {
            if (operation.isAnswered() && operation.life() >= 0) {
                byLife.computeIfAbsent((long) operation.node() << Integer.SIZE | operation.life(),
                    life -> new ArrayList<>()).add(operation);
            }
        }
        for (final List<Operation> byEnd : byLife.values()) {
            final List<Operation> byBegin = new ArrayList<>(byEnd);
            byBegin.removeIf(Operation::isWrite);
            byBegin.sort(Comparator.comparingLong(Operation::invokedNs));
            byEnd.sort(Comparator.comparingLong(Operation::returnedNs));
            final BitSet seen = new BitSet(writes.size());
            int next = 0;
            for (final Operation read : byBegin) {
                while (next < byEnd.size() && byEnd.get(next).returnedNs() < read.invokedNs()) {
                    seen.set(indexes.get(byEnd.get(next++).value()));
                }
                order.require(seen, indexes.get(read.value()));
            }
        }
    }
}
