package io.tagma.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BinaryServerFuzzTest {
    private static final long PING = 0x5A5A_5A5A_5A5AL;

    private final StubEngine engine = new StubEngine(100_000);
    private final BinaryServer server = new BinaryServer(engine, engine.router(), engine::lookups,
        UnaryOperator.identity(), new BinarySettings(1, 100, 30_000, 30_000, 30_000, 1));
    private final int port = server.start("127.0.0.1", 0);

    @AfterEach
    void close() {
        server.close();
        engine.close();
        assertThat(engine.pinned.get()).isZero();
        assertThat(engine.readers.get()).isZero();
    }

    @Test
    void shouldAnswerAPingBehindEveryFrameWhoseBodyIsGarbled() {
        final SplittableRandom random = new SplittableRandom(11);
        final List<byte[]> frames = Frames.requests();
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.openLane(1, Frames.LANE));
            client.receive();
            for (int round = 0; round < 100; round++) {
                for (int i = 0; i < 100; i++) {
                    final byte[] garbled = frames.get(random.nextInt(frames.size())).clone();
                    for (int k = random.nextInt(0, 6); k > 0; k--) {
                        garbled[random.nextInt(4, garbled.length)] = (byte)random.nextInt();
                    }
                    client.send(garbled);
                }
                client.send(RawClient.pingFrame(PING));
                awaitPong(client);
            }
        }
    }

    @Test
    void shouldStayAliveWhenStreamsAreGarbage() {
        final SplittableRandom random = new SplittableRandom(13);
        final List<byte[]> frames = Frames.requests();
        for (int i = 0; i < 2_000; i++) {
            try (RawClient client = new RawClient(port)) {
                final byte[] hello = RawClient.hello(1);
                final byte[] frame = frames.get(random.nextInt(frames.size())).clone();
                for (int k = random.nextInt(0, 4); k > 0; k--) {
                    frame[random.nextInt(frame.length)] = (byte)random.nextInt();
                }
                final byte[] noise = new byte[random.nextInt(64)];
                for (int k = 0; k < noise.length; k++) {
                    noise[k] = (byte)random.nextInt();
                }
                final ByteBuffer all = ByteBuffer.allocate(hello.length + frame.length + noise.length);
                all.put(hello).put(frame).put(noise);
                client.send(all.array());
            }
        }
        try (RawClient client = RawClient.greeted(port)) {
            client.ping(1);
        }
        Await.until("all connections closed", () -> server.connections() == 0);
    }

    @Test
    void shouldServeOthersWhileAFloodOfMalformedFramesIsAnswered() {
        final byte[] bad = RawClient.pingFrame(3);
        bad[6] = 77;
        try (RawClient flood = RawClient.greeted(port); RawClient other = RawClient.greeted(port)) {
            final CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20_000; i++) {
                    flood.send(bad);
                }
            });
            other.ping(1);
            for (int i = 0; i < 20_000; i++) {
                assertThat(flood.receive()).isNotNull();
            }
            sending.join();
        }
    }

    private static void awaitPong(final RawClient client) {
        while (true) {
            final ByteBuffer message = client.receive();
            assertThat(message).as("the connection lives").isNotNull();
            if (message.getShort(2) == 17 && message.getLong(8) == PING) {
                return;
            }
        }
    }
}
