package io.tagma.server;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.CloseHelper;

/** Base ports of nodes that were free just now, with all that a node takes behind them. */
public final class FreePorts {
    private static final int ATTEMPTS = 1_000;
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final int TAKEN_EACH = 20;

    private FreePorts() {
    }

    /** Texts like {@code 127.0.0.1:12340}, as peers are written. */
    static List<String> peers(final int count) {
        return bases(count).stream().map(base -> "127.0.0.1:" + base).toList();
    }

    /** First UDP ports of so many members' logs. */
    public static List<Integer> ofLogs(final int count) {
        return bases(count).stream().map(base -> base + Membership.LOG_PORT).toList();
    }

    private static List<Integer> bases(final int count) {
        final List<Integer> bases = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS && bases.size() < count; attempt++) {
            final int base = freeBase();
            if (base > 0 && !bases.contains(base)) {
                bases.add(base);
            }
        }
        if (bases.size() < count) {
            throw new IllegalStateException("no free ports: wanted=" + count + ", found=" + bases);
        }
        return bases;
    }

    /** 0 where the one that was tried is not free. */
    private static int freeBase() {
        final List<AutoCloseable> sockets = new ArrayList<>();
        try {
            // Below the ports that connections of other tests are given.
            final int base = FIRST + ThreadLocalRandom.current().nextInt((LAST - FIRST) / TAKEN_EACH) * TAKEN_EACH;
            sockets.add(new ServerSocket(base, 1, InetAddress.getLoopbackAddress()));
            sockets.add(new ServerSocket(base + 2, 1, InetAddress.getLoopbackAddress()));
            for (int i = 0; i < 5; i++) {
                sockets.add(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(),
                    base + Membership.LOG_PORT + i)));
            }
            return base;
        } catch (final IOException | IllegalArgumentException taken) {
            return 0;
        } finally {
            CloseHelper.quietCloseAll(sockets);
        }
    }
}
