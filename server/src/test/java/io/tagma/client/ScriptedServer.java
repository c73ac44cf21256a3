package io.tagma.client;

import io.tagma.engine.protocol.ErrorEncoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.HelloDecoder;
import io.tagma.engine.protocol.HelloReplyEncoder;
import io.tagma.engine.protocol.LookupDecoder;
import io.tagma.engine.protocol.LookupReplyEncoder;
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
 * had them; or keeps its answers to look-ups to itself until it is told.
 */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    /** Null: it answers when it is told. */
    private final ResultCode code;
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final AtomicInteger refused = new AtomicInteger();

    /** Keeps what it has to say until {@link #answerAll}; it has no segments then. */
    ScriptedServer() {
        this(null);
    }

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

    /** Look-ups whose answers it keeps. */
    int held() {
        return held.size();
    }

    /** Says what it has kept. */
    void answerAll() {
        held.forEach(Runnable::run);
        held.clear();
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
                final UnsafeBuffer request = new UnsafeBuffer(message);
                if (code == null && template(request) == LookupDecoder.TEMPLATE_ID) {
                    held.add(() -> write(client, noSegments(correlationId(request))));
                } else {
                    write(client, answer(request));
                }
            }
        } catch (final IOException | UncheckedIOException gone) {
            // The client has what it needs.
        }
    }

    private static void write(final Socket client, final byte[] bytes) {
        try {
            synchronized (client) {
                client.getOutputStream().write(bytes);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int template(final UnsafeBuffer message) {
        return message.getShort(2, ByteOrder.LITTLE_ENDIAN);
    }

    private static long correlationId(final UnsafeBuffer message) {
        return message.getLong(MessageHeaderEncoder.ENCODED_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] noSegments(final long correlationId) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[256]);
        final LookupReplyEncoder reply = new LookupReplyEncoder().wrapAndApplyHeader(frame, 4,
            new MessageHeaderEncoder());
        reply.correlationId(correlationId).position(0).asOf(0).varyHash(0).epoch(0).customerGroup(0)
            .isStale(Flag.NO).isKnown(Flag.YES).segmentsCount(0);
        return framed(frame, reply.limit());
    }

    private byte[] answer(final UnsafeBuffer message) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[256]);
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        final long correlationId = correlationId(message);
        final int limit;
        switch (template(message)) {
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
        return framed(frame, limit);
    }

    private static byte[] framed(final UnsafeBuffer frame, final int limit) {
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
