package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.subject.StoreSizes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged snapshot is refused, or what is restored is what was written, to the position. */
class SnapshotDamageTest {
    private static final long NOW = 1_790_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(4);

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRefuseOrRestoreExactlyWhereABitIsFlipped(final int version) {
        try (EngineHarness engine = begin(version)) {
            final List<byte[]> frames = engine.snapshot();
            int refused = 0;
            for (int frame = 0; frame < frames.size(); frame++) {
                final int length = frames.get(frame).length;
                for (int at = 0; at < length; at += length > 500 ? 97 : 1) {
                    final byte[] flipped = frames.get(frame).clone();
                    flipped[at] ^= (byte)(1 << random.nextInt(8));
                    final List<byte[]> damaged = new ArrayList<>(frames);
                    damaged.set(frame, flipped);
                    refused += isRefused(engine, damaged) ? 1 : 0;
                }
            }
            assertThat(refused).isGreaterThan(100);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRefuseWhatBreaksOff(final int version) {
        try (EngineHarness engine = begin(version)) {
            final List<byte[]> frames = engine.snapshot();
            for (int length = 0; length < frames.size(); length++) {
                assertThat(isRefused(engine, frames.subList(0, length))).as("%d frames", length).isTrue();
            }
            assertThat(isRefused(engine, frames)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRestoreASnapshotFromBeforeItsBeginningHadAChecksum(final int version) {
        try (EngineHarness engine = begin(version)) {
            final List<byte[]> frames = engine.snapshot();
            final ByteBuffer now = ByteBuffer.wrap(frames.get(0)).order(ByteOrder.LITTLE_ENDIAN);
            final int crcAt = MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginDecoder.crcEncodingOffset();
            final ByteBuffer before =
                ByteBuffer.allocate(now.capacity() - Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            before.put(now.array(), 0, crcAt).put(now.array(), crcAt + 4, now.capacity() - crcAt - 4);
            before.putShort(0, (short)(SnapshotBeginDecoder.BLOCK_LENGTH - Integer.BYTES));
            frames.set(0, before.array());

            assertThat(isRefused(engine, frames)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldSayThatTheBeginningIsDamaged(final int version) {
        try (EngineHarness engine = begin(version); Engine restored = fresh()) {
            final List<byte[]> frames = engine.snapshot();
            frames.get(0)[MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginDecoder.positionEncodingOffset()] ^= 1;

            assertThatThrownBy(() -> restored.restore(source(frames))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the beginning of the snapshot is damaged");
        }
    }

    private static EngineHarness begin(final int version) {
        final EngineHarness engine = EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0, 0, 0, version), NOW);
        for (int i = 0; i < 20; i++) {
            engine.apply(new Command.View("v" + i, "p", null, null, null), NOW);
        }
        return engine;
    }

    private static Engine fresh() {
        return new Engine(new EngineOptions(3, new StoreSizes(100, 100, 100, 100)), EngineListener.NONE);
    }

    private static boolean isRefused(final EngineHarness engine, final List<byte[]> frames) {
        try (Engine restored = fresh()) {
            restored.restore(source(frames));
            assertThat(restored.stateHash()).isEqualTo(engine.engine().stateHash());
            assertThat(restored.position()).isEqualTo(engine.engine().position());
            return false;
        } catch (final RuntimeException refused) {
            return true;
        }
    }

    private static StateMachine.SnapshotSource source(final List<byte[]> frames) {
        final int[] next = {0};
        return consumer -> {
            if (next[0] == frames.size()) {
                return false;
            }
            final byte[] frame = frames.get(next[0]++);
            consumer.write(new UnsafeBuffer(frame), 0, frame.length);
            return true;
        };
    }
}
