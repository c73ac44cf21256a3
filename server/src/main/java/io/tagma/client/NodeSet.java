package io.tagma.client;

import java.util.concurrent.TimeUnit;

/**
 * The nodes of the cluster and which of them is in use. Look-ups and the lane stay on one, the preferred at first,
 * while it is well; when it fails, another that is well takes its place, chosen in turn, and keeps it: going back would
 * be a second disturbance. Belongs to the client's event loop, but for {@link #inUse()} and
 * {@link #readyCount()}.
 */
final class NodeSet {
    /** So long the preferred node is waited for at the beginning, where others are there already. */
    static final long PREFERENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Node[] nodes;
    private final Counters counters;
    private int turn;
    private long begunNs;
    private volatile Node inUse;

    NodeSet(final Node[] nodes, final int preferred, final Counters counters) {
        this.nodes = nodes;
        this.counters = counters;
        turn = preferred;
        inUse = nodes[preferred];
    }

    void begin() {
        begunNs = System.nanoTime();
        for (final Node node : nodes) {
            node.begin();
        }
    }

    void stop() {
        for (final Node node : nodes) {
            node.stop();
        }
    }

    int count() {
        return nodes.length;
    }

    /** Any thread. */
    Node inUse() {
        return inUse;
    }

    /** Nodes that can be asked. Any thread. */
    int readyCount() {
        int count = 0;
        for (final Node node : nodes) {
            count += node.isReady() ? 1 : 0;
        }
        return count;
    }

    /** A connection to the node in use, to another one if that has failed, or null where none can be had now. */
    ServerConnection connection() {
        final ServerConnection well = inUse.well();
        if (well != null) {
            return well;
        }
        if (!inUse.hasBeenTried() && System.nanoTime() - begunNs < PREFERENCE_NS) {
            return null;
        }
        leave(inUse);
        final ServerConnection other = inUse.well();
        if (other != null) {
            return other;
        }
        // A silent one is better than none.
        final ServerConnection silent = inUse.ready();
        if (silent != null) {
            return silent;
        }
        for (final Node node : nodes) {
            final ServerConnection ready = node.ready();
            if (ready != null) {
                use(node);
                return ready;
            }
        }
        return null;
    }

    /** The node has failed: another one, if one is well, is in use from now on. */
    void leave(final Node failed) {
        if (inUse == failed) {
            final Node other = otherThan(failed);
            if (other != null) {
                use(other);
            }
        }
    }

    /** Another node that is well, each in its turn, or null. */
    Node otherThan(final Node node) {
        for (int i = 0; i < nodes.length; i++) {
            turn = turn + 1 == nodes.length ? 0 : turn + 1;
            if (nodes[turn] != node && nodes[turn].isWell()) {
                return nodes[turn];
            }
        }
        return null;
    }

    /** The next one that is well behind the node in the settings' order, round and round, or null. */
    Node after(final Node node) {
        int at = 0;
        while (nodes[at] != node) {
            at++;
        }
        for (int i = 1; i < nodes.length; i++) {
            final Node next = nodes[(at + i) % nodes.length];
            if (next.isWell()) {
                return next;
            }
        }
        return null;
    }

    /** The node that a server calls so, or null: only servers of the settings are connected to. */
    Node named(final String hostAndPort) {
        final int colon = hostAndPort.lastIndexOf(':');
        final int port = colon < 1 ? -1 : port(hostAndPort, colon + 1);
        if (port >= 0) {
            final String host = hostAndPort.substring(0, colon);
            for (final Node node : nodes) {
                if (node.isNamed(host, port)) {
                    return node;
                }
            }
        }
        return null;
    }

    void flush() {
        for (final Node node : nodes) {
            node.flush();
        }
    }

    /** Looks for silence; true where answers are due. */
    boolean check(final long nowNs, final long lateNs, final long usualNs, final RequestWriter writer) {
        boolean isDue = false;
        for (final Node node : nodes) {
            isDue |= node.check(nowNs, lateNs, usualNs, writer);
        }
        return isDue;
    }

    /** Asks on every idle connection whether somebody is there, so that a dead one is found before it is needed. */
    void keepWarm(final RequestWriter writer) {
        for (final Node node : nodes) {
            node.forEachConnection(connection -> connection.pingWhereIdle(writer));
        }
    }

    private void use(final Node node) {
        if (inUse != node) {
            counters.failovers.incrementAndGet();
            inUse = node;
        }
    }

    private static int port(final String text, final int from) {
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            final char digit = text.charAt(i);
            if (digit < '0' || digit > '9' || i - from > 4) {
                return -1;
            }
            port = port * 10 + digit - '0';
        }
        return from == text.length() ? -1 : port;
    }
}
