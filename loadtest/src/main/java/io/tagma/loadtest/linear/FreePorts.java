package io.tagma.loadtest.linear;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;

/** Finds ports that nobody listens on: nodes must know each other's before they start. */
final class FreePorts {
    /** Below what the system hands out to connections. */
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS_MAX = 1_000;

    private FreePorts() {
    }

    /** The first of so many in a row, free for TCP and UDP on the loopback address a moment ago. */
    static int find(final int count) {
        final SplittableRandom random = new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid() << 40);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            final int first = random.nextInt(FIRST, LAST - count);
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no free ports: count=" + count + ", first=" + FIRST + ", last=" + LAST);
    }

    private static boolean areFree(final int first, final int count) {
        final InetAddress host = InetAddress.getLoopbackAddress();
        for (int port = first; port < first + count; port++) {
            try (ServerSocket tcp = new ServerSocket(port, 1, host);
                 DatagramSocket udp = new DatagramSocket(port, host)) {
                if (tcp.getLocalPort() != udp.getLocalPort()) {
                    return false;
                }
            } catch (final IOException taken) {
                return false;
            }
        }
        return true;
    }
}
