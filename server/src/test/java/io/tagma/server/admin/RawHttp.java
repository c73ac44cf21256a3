package io.tagma.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket that speaks whatever a test wants spoken. */
final class RawHttp implements AutoCloseable {
    final Socket socket = new Socket();

    RawHttp(final int port) throws IOException {
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
    }

    RawHttp send(final String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawHttp send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Everything until the peer closes. */
    String readAll() throws IOException {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (final java.net.SocketException reset) {
            all.write("<reset>".getBytes(StandardCharsets.UTF_8));
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Everything until the text has been read. */
    String readUntil(final String end) throws IOException {
        final StringBuilder all = new StringBuilder();
        final InputStream in = socket.getInputStream();
        while (all.length() < end.length() || all.indexOf(end, all.length() - end.length()) < 0) {
            final int b = in.read();
            if (b < 0) {
                throw new IOException("closed before " + end + ": " + all);
            }
            all.append((char) b);
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
