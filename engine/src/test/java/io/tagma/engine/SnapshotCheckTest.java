package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.protocol.Value;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A snapshot of several sections, whole and with every kind of damage. */
class SnapshotCheckTest {
    private static final long NOW = 1_764_000_000_000L;

    private static final int FORMAT_AT = MessageHeaderDecoder.ENCODED_LENGTH
        + SnapshotBeginDecoder.formatVersionEncodingOffset();
    private static final int CRC_AT = MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginDecoder.crcEncodingOffset();

    private static EngineHarness engine;
    private static List<byte[]> whole;

    private final List<byte[]> messages = copy(whole);

    @BeforeAll
    static void write() {
        engine = EngineHarness.begin(NOW);
        for (int i = 0; i < 500; i++) {
            engine.apply(new Command.OrderUpsert("customer-" + i, "order-" + i, NOW,
                List.of(new NamedValue("grandTotal", new Value.Decimal(i * 10_000L))), List.of(), null), NOW);
        }
        whole = new ArrayList<>();
        engine.engine().snapshot((buffer, offset, length) -> {
            final byte[] message = new byte[length];
            buffer.getBytes(offset, message);
            whole.add(message);
        });
        assertThat(whole).hasSizeGreaterThan(4);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void shouldTellWhatIsInItWhenItIsWhole() {
        final SnapshotSummary summary = SnapshotCheck.check(source());

        assertThat(summary.stateHash()).isEqualTo(engine.engine().stateHash());
        assertThat(summary.sections()).isEqualTo(whole.size() - 2);
        assertThat(summary.position()).isEqualTo(engine.engine().position());
        assertThat(summary.nowMs()).isEqualTo(NOW);
        assertThat(summary.length()).isEqualTo(whole.stream().mapToLong(message -> message.length).sum());
        assertThat(summary.stateHashText()).hasSize(16);
    }

    @Test
    void shouldRefuseWhenABitOfAnySectionIsFlipped() {
        for (int section = 1; section < whole.size() - 1; section++) {
            final List<byte[]> damaged = copy(whole);
            final byte[] message = damaged.get(section);
            message[message.length / 2] ^= 8;
            assertRefused(damaged, "damaged");
        }
    }

    @Test
    void shouldRefuseWhenTheEndIsMissing() {
        messages.remove(messages.size() - 1);
        assertRefused(messages, "breaks off");
    }

    @Test
    void shouldRefuseWhenItIsEmpty() {
        assertRefused(List.of(), "breaks off");
    }

    @Test
    void shouldRefuseWhenASectionIsMissing() {
        messages.remove(2);
        assertRefused(messages, "not whole");
    }

    @Test
    void shouldRefuseWhenSectionsAreExchanged() {
        messages.add(1, messages.remove(2));
        assertRefused(messages, "not whole");
    }

    @Test
    void shouldRefuseWhenTheBeginningIsMissingOrComesTwice() {
        final byte[] begin = messages.remove(0);
        assertRefused(messages, "no section");
        messages.add(0, begin);
        messages.add(0, begin);
        assertRefused(messages, "unknown snapshot");
    }

    @Test
    void shouldRefuseWhenAMessageIsCutOff() {
        messages.set(1, Arrays.copyOf(messages.get(1), 20));
        assertThatThrownBy(() -> SnapshotCheck.check(source(messages))).isInstanceOf(IllegalStateException.class);
        messages.set(1, new byte[3]);
        assertRefused(messages, "no part");
    }

    @Test
    void shouldRefuseWhenAMessageIsNoneOfASnapshot() {
        final byte[] message = messages.get(1);
        message[2] ^= 0x40;
        assertRefused(messages, "no part");
    }

    @Test
    void shouldSayThatTheNodeIsTooOldWhenTheFormatIsLater() {
        final byte[] begin = messages.get(0);
        new UnsafeBuffer(begin).putShort(FORMAT_AT, (short)4, ByteOrder.LITTLE_ENDIAN);
        assertRefused(messages, "damaged");
        assertThatThrownBy(() -> SnapshotCheck.check(source(messages))).isNotInstanceOf(NodeTooOldException.class);

        new UnsafeBuffer(begin).putInt(CRC_AT, (int)SnapshotWriter.beginningCrc(new UnsafeBuffer(begin), 0,
            begin.length), ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> SnapshotCheck.check(source(messages))).isInstanceOf(NodeTooOldException.class)
            .hasMessageContaining("this node is too old: snapshotFormat=4, known=3");
        assertThatThrownBy(() -> engine.engine().check(source(messages))).isInstanceOf(NodeTooOldException.class);
        assertThatThrownBy(() -> engine.engine().restore(source(messages))).isInstanceOf(NodeTooOldException.class);
    }

    @Test
    void shouldRefuseAFormatThatNeverWas() {
        final byte[] begin = messages.get(0);
        new UnsafeBuffer(begin).putShort(FORMAT_AT, (short)1, ByteOrder.LITTLE_ENDIAN);
        assertRefused(messages, "unknown snapshot: formatVersion=1");
    }

    @Test
    void shouldBeAskedByTheEngineThatWouldRestoreIt() {
        messages.remove(messages.size() - 1);
        assertThatThrownBy(() -> engine.engine().check(source(messages))).hasMessageContaining("breaks off");
        engine.engine().check(source());
    }

    private SnapshotSource source() {
        return source(whole);
    }

    private static void assertRefused(final List<byte[]> messages, final String words) {
        assertThatThrownBy(() -> SnapshotCheck.check(source(messages))).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(words);
    }

    private static SnapshotSource source(final List<byte[]> messages) {
        final List<byte[]> left = new ArrayList<>(messages);
        return consumer -> {
            if (left.isEmpty()) {
                return false;
            }
            final byte[] message = left.remove(0);
            consumer.write(new UnsafeBuffer(message), 0, message.length);
            return true;
        };
    }

    private static List<byte[]> copy(final List<byte[]> messages) {
        final List<byte[]> copies = new ArrayList<>();
        messages.forEach(message -> copies.add(message.clone()));
        return copies;
    }
}
