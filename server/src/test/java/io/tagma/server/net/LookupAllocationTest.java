package io.tagma.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.protocol.ReadMode;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupAllocationTest {
    private static final int BATCH = 2_000;

    private final StubEngine engine = new StubEngine(10);
    private final AtomicLong loopThread = new AtomicLong();
    private final BinaryServer server = new BinaryServer(engine, engine.router(), this::lookups,
        UnaryOperator.identity(), new BinarySettings(1, 10, 30_000, 30_000, 30_000, 50));

    @AfterEach
    void close() {
        server.close();
        engine.close();
    }

    @Test
    void shouldAllocateNothingPerLookup() {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        try (RawClient client = RawClient.greeted(server.start("127.0.0.1", 0))) {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < BATCH; i++) {
                bytes.writeBytes(RawClient.lookup(i, "customer-" + i, 1, ReadMode.LOCAL, 0));
            }
            final byte[] batch = bytes.toByteArray();
            for (int i = 0; i < 20; i++) {
                exchange(client, batch);
            }
            final long before = threads.getThreadAllocatedBytes(loopThread.get());
            for (int i = 0; i < 50; i++) {
                exchange(client, batch);
            }
            final long allocated = threads.getThreadAllocatedBytes(loopThread.get()) - before;
            assertThat(allocated / (50.0 * BATCH)).as("bytes a look-up").isLessThan(4.0);
        }
    }

    private static void exchange(final RawClient client, final byte[] batch) {
        final CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> client.send(batch));
        for (int i = 0; i < BATCH; i++) {
            assertThat(client.receive().getLong(8)).isEqualTo(i);
        }
        sending.join();
    }

    private Lookups lookups() {
        loopThread.set(Thread.currentThread().getId());
        return new FixedLookups();
    }

    /** Every subject has the same twenty segments. */
    private static final class FixedLookups implements Lookups {
        @Override
        public void begin() {
        }

        @Override
        public boolean lookup(final DirectBuffer key, final int offset, final int length, final int website) {
            return true;
        }

        @Override
        public void expect(final DirectBuffer buffer, final int[] offsets, final int[] lengths, final int count) {
        }

        @Override
        public boolean lookupExpected(final int index, final int website) {
            return true;
        }

        @Override
        public int customerGroup() {
            return 1;
        }

        @Override
        public int count() {
            return 20;
        }

        @Override
        public int segmentId(final int i) {
            return i;
        }

        @Override
        public int segmentIds(final MutableDirectBuffer destination, final int offset) {
            for (int i = 0; i < 20; i++) {
                destination.putInt(offset + i * 4, i);
            }
            return 20;
        }

        @Override
        public long varyHash() {
            return 1;
        }

        @Override
        public boolean isStale() {
            return false;
        }

        @Override
        public int epoch() {
            return 1;
        }

        @Override
        public boolean isMember(final int segmentId) {
            return false;
        }

        @Override
        public long asOf() {
            return 1;
        }

        @Override
        public long position() {
            return 1;
        }

        @Override
        public boolean hasWebsite(final int id) {
            return true;
        }

        @Override
        public void end() {
        }

        @Override
        public void close() {
        }
    }
}
