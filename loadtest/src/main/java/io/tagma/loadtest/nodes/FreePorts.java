package io.tagma.loadtest.nodes;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Base ports whose node finds all its ports free, below those that the system gives away, so that they stay free. */
final class FreePorts {
    /** From one node's base port to the next one's. */
    static final int EACH = 20;

    private static final int[] TCP = {0, 1, 2};
    private static final int[] UDP = {10, 11, 12, 13, 14};
    private static final int FIRST = 12_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePorts() {
    }

    /** The base port of the first of so many nodes. */
    static int find(final int nodes) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final int base = FIRST + ThreadLocalRandom.current().nextInt((LAST - FIRST) / EACH - nodes) * EACH;
            boolean areFree = true;
            for (int node = 0; node < nodes && areFree; node++) {
                areFree = areFree(base + node * EACH);
            }
            if (areFree) {
                return base;
            }
        }
        throw new NodeException("no free ports: from=" + FIRST + ", to=" + LAST + ", nodes=" + nodes);
    }

    private static boolean areFree(final int base) {
        for (final int each : TCP) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), base + each));
            } catch (final IOException taken) {
                return false;
            }
        }
        for (final int each : UDP) {
            try (DatagramSocket socket = new DatagramSocket(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), base + each))) {
                if (!socket.isBound()) {
                    return false;
                }
            } catch (final IOException taken) {
                return false;
            }
        }
        return true;
    }
}
