package io.tagma.server;

import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * What a node knows of its peers: each is asked a few times a second over its binary protocol where it stands.
 * {@link #start} and {@link #close} are the owner's, the rest is for any thread.
 */
final class PeerBoard implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(PeerBoard.class.getName());
    private static final long PING_INTERVAL_MS = 200;
    private static final long HEARD_NS = TimeUnit.SECONDS.toNanos(2);

    private final List<Entry> entries = new ArrayList<>();
    private final NanoClock clock;
    private final long graceNs;
    private final long startNs;
    private ScheduledExecutorService executor;

    /** @param grace a peer heard so lately will be back with what it has; one away for longer may have to be seeded */
    PeerBoard(final Membership membership, final NanoClock clock, final Duration grace) {
        this.clock = clock;
        graceNs = grace.toNanos();
        startNs = clock.nanoTime();
        for (int node = 0; node < membership.peers().size(); node++) {
            if (node != membership.node()) {
                entries.add(new Entry(node, membership.peers().get(node)));
            }
        }
    }

    void start() {
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = new Thread(task, "tagma-peers");
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleWithFixedDelay(() -> entries.forEach(entry -> entry.ping(clock)), PING_INTERVAL_MS,
            PING_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Address of a peer that has applied the position, or empty. */
    String nodeWith(final long position) {
        final long nowNs = clock.nanoTime();
        for (final Entry entry : entries) {
            final Heard heard = entry.heard;
            if (heard != null && nowNs - heard.atNs < HEARD_NS && heard.position >= position) {
                return entry.peer.address();
            }
        }
        return "";
    }

    /**
     * The lowest position that a peer has applied which is there or was lately; the highest number where none was for
     * long. One that has not been heard yet may need everything, until it has been silent for so long from the start.
     */
    long lowestLivePosition() {
        final long nowNs = clock.nanoTime();
        long lowest = Long.MAX_VALUE;
        for (final Entry entry : entries) {
            final Heard heard = entry.heard;
            if (nowNs - (heard == null ? startNs : heard.atNs) < graceNs) {
                lowest = Math.min(lowest, heard == null ? 0 : heard.position);
            }
        }
        return lowest;
    }

    /** A line for each peer: its id, address, whether it was heard lately, and its position. */
    <T> List<T> each(final Line<T> line) {
        final long nowNs = clock.nanoTime();
        final List<T> lines = new ArrayList<>();
        for (final Entry entry : entries) {
            final Heard heard = entry.heard;
            lines.add(line.of(entry.node, entry.peer.address(), heard != null && nowNs - heard.atNs < HEARD_NS,
                heard == null ? 0 : heard.position));
        }
        return lines;
    }

    /** Makes something of what is known of a peer. */
    interface Line<T> {
        T of(int node, String address, boolean isHeard, long position);
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
        entries.forEach(Entry::close);
    }

    private record Heard(long position, long atNs) {
    }

    private static final class Entry {
        private final int node;
        private final Membership.Peer peer;
        private TagmaClient client;
        private volatile boolean isClosed;
        private volatile Heard heard;

        Entry(final int node, final Membership.Peer peer) {
            this.node = node;
            this.peer = peer;
        }

        synchronized void connect() {
            if (!isClosed && client == null) {
                client = TagmaClient.connect(ClientSettings.of(InetSocketAddress.createUnresolved(peer.host(),
                    peer.basePort())).withTimeout(Duration.ofSeconds(1)));
            }
        }

        /** Never throws: what throws here would not be asked again. */
        void ping(final NanoClock clock) {
            try {
                connect();
                if (client != null && client.inFlight() == 0) {
                    client.ping().thenAccept(pong -> heard = new Heard(pong.position(), clock.nanoTime()));
                }
            } catch (final RuntimeException failed) {
                LOGGER.log(System.Logger.Level.WARNING, "a peer cannot be asked: peer=" + peer.address(), failed);
            }
        }

        synchronized void close() {
            isClosed = true;
            if (client != null) {
                client.close();
            }
        }
    }
}
