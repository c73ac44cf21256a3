package io.tagma.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Passes bytes between clients and a server, and cuts their connections when told to, wherever they are. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong accepted = new AtomicLong();
    private final Thread accepting;
    private volatile boolean isDeaf;

    CuttingProxy(final int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        accepting = daemon(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    long accepted() {
        return accepted.get();
    }

    /** Cuts every connection at once. */
    void cut() {
        for (final Socket socket : sockets) {
            shut(socket);
        }
        sockets.clear();
    }

    /** While deaf, answers are swallowed and connections stay open. */
    void deaf(final boolean deaf) {
        isDeaf = deaf;
    }

    @Override
    public void close() {
        try {
            listening.close();
            // One that was being accepted just now is among those that are cut.
            accepting.join();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cut();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                final Socket client = listening.accept();
                final Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                accepted.incrementAndGet();
                daemon(() -> pump(client, server, false));
                daemon(() -> pump(server, client, true));
            } catch (final IOException closed) {
                return;
            }
        }
    }

    private void pump(final Socket from, final Socket to, final boolean isAnswers) {
        final byte[] bytes = new byte[4096];
        try {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            int length = in.read(bytes);
            while (length >= 0) {
                if (!isAnswers || !isDeaf) {
                    out.write(bytes, 0, length);
                }
                length = in.read(bytes);
            }
        } catch (final IOException cutOff) {
            // What follows is the same as at the stream's end.
        }
        shut(from);
        shut(to);
    }

    private static void shut(final Socket socket) {
        try {
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread daemon(final Runnable work) {
        final Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
