package io.tagma.client;

import io.tagma.engine.protocol.ErrorEncoder;
import io.tagma.engine.protocol.HelloDecoder;
import io.tagma.engine.protocol.HelloReplyEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.PingDecoder;
import io.tagma.engine.protocol.PongEncoder;
import io.tagma.engine.protocol.ResultCode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A server that greets, answers pings, and refuses everything else with one code, in Errors as version 1 of the schema
 * had them.
 */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    private final ResultCode code;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final AtomicInteger refused = new AtomicInteger();

    ScriptedServer(final ResultCode code) {
        this.code = code;
        try {
            listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    String name() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (final Socket socket : sockets) {
                socket.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                final Socket client = listening.accept();
                sockets.add(client);
                daemon(() -> serve(client));
            } catch (final IOException closed) {
                return;
            }
        }
    }

    private void serve(final Socket client) {
        try {
            final DataInputStream in = new DataInputStream(client.getInputStream());
            while (true) {
                final byte[] message = new byte[Integer.reverseBytes(in.readInt())];
                in.readFully(message);
                client.getOutputStream().write(answer(new UnsafeBuffer(message)));
            }
        } catch (final IOException gone) {
            // The client has what it needs.
        }
    }

    private byte[] answer(final UnsafeBuffer message) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[256]);
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        final long correlationId = message.getLong(MessageHeaderEncoder.ENCODED_LENGTH, ByteOrder.LITTLE_ENDIAN);
        final int limit;
        switch (message.getShort(2, ByteOrder.LITTLE_ENDIAN)) {
            case HelloDecoder.TEMPLATE_ID -> {
                final HelloReplyEncoder hello = new HelloReplyEncoder().wrapAndApplyHeader(frame, 4, header);
                hello.protocolVersion(1).features(0).frameLengthMax(262_144).commandLengthMax(65_536)
                    .keysPerRequestMax(1_000).commandsPerBatchMax(1_000).slotMapVersion(0).server("script");
                limit = hello.limit();
            }
            case PingDecoder.TEMPLATE_ID -> limit = new PongEncoder().wrapAndApplyHeader(frame, 4, header)
                .correlationId(correlationId).position(0).asOf(0).limit();
            default -> {
                refused.incrementAndGet();
                final ErrorEncoder error = new ErrorEncoder().wrapAndApplyHeader(frame, 4, header);
                error.correlationId(correlationId).code(code).detail("refused by the script");
                header.version(1);
                limit = error.limit();
            }
        }
        frame.putInt(0, limit - 4, ByteOrder.LITTLE_ENDIAN);
        final byte[] bytes = new byte[limit];
        frame.getBytes(0, bytes);
        return bytes;
    }

    private static void daemon(final Runnable work) {
        final Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }
}
