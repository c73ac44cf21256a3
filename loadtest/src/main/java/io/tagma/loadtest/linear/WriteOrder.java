package io.tagma.loadtest.linear;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/** Which writes must come before which, and whether that can be. */
final class WriteOrder {
    private static final int[] NONE = {};

    private final BitSet[] earlier;

    /** @param count of the writes */
    WriteOrder(final int count) {
        earlier = new BitSet[count];
        for (int i = 0; i < count; i++) {
            earlier[i] = new BitSet(count);
        }
    }

    /** Each of the former must come before the latter, which may be among them. */
    void require(final BitSet former, final int latter) {
        earlier[latter].or(former);
        earlier[latter].clear(latter);
    }

    /** The former must come before the latter, where they are two. */
    void require(final int former, final int latter) {
        if (former != latter) {
            earlier[latter].set(former);
        }
    }

    /**
     * Writes each of which must come before the next, and the last before the first; as few as there are around some of
     * those in the circle found first. Empty where an order exists.
     */
    int[] circle() {
        final int[] found = anyCircle();
        int[] shortest = found;
        for (final int start : found) {
            final int[] around = shortestAround(start, shortest.length);
            shortest = around.length == 0 || around.length >= shortest.length ? shortest : around;
        }
        return shortest;
    }

    /** Depth first; an open write met again closes a circle. */
    private int[] anyCircle() {
        final int count = earlier.length;
        final int[] next = new int[count];
        final BitSet done = new BitSet(count);
        final BitSet open = new BitSet(count);
        final int[] path = new int[count];
        for (int start = 0; start < count; start++) {
            int depth = 0;
            if (!done.get(start)) {
                path[depth++] = start;
                open.set(start);
            }
            while (depth > 0) {
                final int at = path[depth - 1];
                final int to = earlier[at].nextSetBit(next[at]);
                if (to < 0) {
                    depth--;
                    open.clear(at);
                    done.set(at);
                } else {
                    next[at] = to + 1;
                    if (open.get(to)) {
                        int from = depth - 1;
                        while (path[from] != to) {
                            from--;
                        }
                        return reversed(Arrays.copyOfRange(path, from, depth));
                    }
                    if (!done.get(to)) {
                        path[depth++] = to;
                        open.set(to);
                    }
                }
            }
        }
        return NONE;
    }

    /** Breadth first from a write against the order until it is met again; empty where that takes too many. */
    private int[] shortestAround(final int start, final int lengthMax) {
        final int[] laterOf = new int[earlier.length];
        final int[] depths = new int[earlier.length];
        Arrays.fill(laterOf, -1);
        final ArrayDeque<Integer> queue = new ArrayDeque<>();
        queue.add(start);
        depths[start] = 1;
        while (!queue.isEmpty()) {
            final int at = queue.poll();
            if (earlier[at].get(start)) {
                final int[] circle = new int[depths[at]];
                int write = at;
                for (int i = 0; i < circle.length; i++) {
                    circle[i] = write;
                    write = laterOf[write];
                }
                return circle;
            }
            if (depths[at] < lengthMax) {
                for (int to = earlier[at].nextSetBit(0); to >= 0; to = earlier[at].nextSetBit(to + 1)) {
                    if (depths[to] == 0) {
                        depths[to] = depths[at] + 1;
                        laterOf[to] = at;
                        queue.add(to);
                    }
                }
            }
        }
        return NONE;
    }

    private static int[] reversed(final int[] path) {
        final int[] turned = new int[path.length];
        for (int i = 0; i < path.length; i++) {
            turned[i] = path[path.length - 1 - i];
        }
        return turned;
    }
}
