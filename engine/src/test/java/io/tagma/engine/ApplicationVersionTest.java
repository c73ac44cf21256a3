package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.GenesisDecoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.subject.StoreSizes;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ApplicationVersionTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long LANE = 7;

    @Test
    void shouldBeginWithTheVersionThatGenesisNames() {
        try (EngineHarness engine = begin(2)) {
            assertThat(engine.view().applicationVersion()).isEqualTo(2);
        }
        try (EngineHarness engine = begin(1)) {
            assertThat(engine.view().applicationVersion()).isEqualTo(1);
        }
    }

    @Test
    void shouldReplayALogFromBeforeThereWereVersionsByTheFirst() {
        try (Engine engine = new Engine(options(2), EngineListener.NONE)) {
            send(engine, 64, 0, 0, new Command.Genesis(true, NOW, 7, 0, 0, 5, 6, 2), true);

            assertThat(engine.view().isBegun()).isTrue();
            assertThat(engine.view().isManualClock()).isTrue();
            assertThat(engine.view().applicationVersion()).isEqualTo(ApplicationVersion.FIRST);
        }
    }

    @Test
    void shouldOnlyRise() {
        try (EngineHarness engine = begin(1)) {
            assertThat(engine.apply(new Command.SetApplicationVersion(1), NOW).isOk()).isTrue();
            final long before = engine.engine().stateHash();
            assertThat(engine.apply(new Command.SetApplicationVersion(2), NOW).isOk()).isTrue();
            assertThat(engine.view().applicationVersion()).isEqualTo(2);
            assertThat(engine.engine().stateHash()).isNotEqualTo(before);
            assertThat(engine.apply(new Command.SetApplicationVersion(2), NOW).isOk()).isTrue();
            assertThat(engine.apply(new Command.SetApplicationVersion(1), NOW).code()).isEqualTo(ResultCode.CONFLICT);
            assertThat(engine.apply(new Command.SetApplicationVersion(0), NOW).code()).isEqualTo(ResultCode.CONFLICT);
            assertThat(engine.view().applicationVersion()).isEqualTo(2);
        }
    }

    @Test
    void shouldStopANodeThatDoesNotKnowTheVersion() {
        try (Engine old = new Engine(options(1), EngineListener.NONE)) {
            send(old, 64, 0, 0, new Command.Genesis(false, 0, 0, 0, 0, 0, 0, 1), false);
            send(old, 128, 0, 0, new Command.LaneOpen(LANE), false);
            assertThat(old.view().applicationVersionKnown()).isEqualTo(1);

            assertThatThrownBy(() -> send(old, 192, LANE, 1, new Command.SetApplicationVersion(2), false))
                .isInstanceOf(NodeTooOldException.class)
                .hasMessageContaining("this node is too old: applicationVersion=2, known=1");
            assertThat(old.view().applicationVersion()).isEqualTo(1);
        }
    }

    @Test
    void shouldStopAnOldNodeAtTheBeginningOfANewLog() {
        try (Engine old = new Engine(options(1), EngineListener.NONE)) {
            assertThatThrownBy(() -> send(old, 64, 0, 0, new Command.Genesis(false, 0, 0, 0, 0, 0, 0, 2), false))
                .isInstanceOf(NodeTooOldException.class);
            assertThat(old.view().isBegun()).isFalse();
        }
    }

    @Test
    void shouldNotStopAnOldNodeWhereANewOneIsRefusedAsAll() {
        try (Engine old = new Engine(options(1), EngineListener.NONE)) {
            send(old, 64, 0, 0, new Command.Genesis(false, 0, 0, 0, 0, 0, 0, 1), false);
            send(old, 128, 0, 0, new Command.Genesis(false, 0, 0, 0, 0, 0, 0, 2), false);
            send(old, 192, 0, 0, new Command.LaneOpen(LANE), false);
            send(old, 256, LANE, 2, new Command.SetApplicationVersion(2), false);

            assertThat(old.view().applicationVersion()).isEqualTo(1);
        }
    }

    @Test
    void shouldRestoreTheVersion() {
        try (EngineHarness engine = begin(1)) {
            engine.apply(new Command.SetApplicationVersion(2), NOW);
            try (EngineHarness restored = EngineHarness.restore(engine)) {
                assertThat(restored.view().applicationVersion()).isEqualTo(2);
                assertThat(restored.engine().stateHash()).isEqualTo(engine.engine().stateHash());
            }
        }
    }

    @Test
    void shouldNotRestoreASnapshotOfAVersionThatIsUnknown() {
        try (EngineHarness engine = begin(2); Engine old = new Engine(options(1), EngineListener.NONE)) {
            assertThatThrownBy(() -> old.restore(new Frames(engine.snapshot()))).isInstanceOf(NodeTooOldException.class)
                .hasMessageContaining("applicationVersion=2, known=1");
        }
    }

    @Test
    void shouldWriteUnderTheFirstVersionWhatNodesFromBeforeCanRead() {
        try (EngineHarness engine = begin(1); Engine old = new Engine(options(1), EngineListener.NONE)) {
            final List<byte[]> frames = engine.snapshot();
            assertThat(new SnapshotBeginDecoder().wrapAndApplyHeader(new UnsafeBuffer(frames.get(0)), 0,
                new MessageHeaderDecoder()).formatVersion()).isEqualTo(2);
            old.restore(new Frames(frames));
            assertThat(old.stateHash()).isEqualTo(engine.engine().stateHash());
        }
    }

    @Test
    void shouldNotRunByRulesThatThisSoftwareDoesNotHave() {
        assertThatThrownBy(() -> options(ApplicationVersion.NEWEST + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldApplyWhatANewerNodeOfTheClusterLogsUnderALaterVersionOfTheSchema() {
        try (Engine old = new Engine(options(1), EngineListener.NONE);
            Engine same = new Engine(options(1), EngineListener.NONE)) {
            for (final boolean isLater : new boolean[] {true, false}) {
                final Engine engine = isLater ? old : same;
                final int more = isLater ? 6 : 0;
                sendLater(engine, 64, 0, 0, new Command.Genesis(false, 0, 0, 0, 0, 0, 0, 1), more);
                sendLater(engine, 128, 0, 0, new Command.LaneOpen(LANE), more);
                sendLater(engine, 192, LANE, 1, new Command.SubjectUpsert("c", SubjectKind.CUSTOMER, null, 2,
                    List.of(new NamedValue("firstname", Value.of("Zo\u00eb"))), null, null), more);
                sendLater(engine, 256, LANE, 2, new Command.GroupAssign("c", 3, null), more);
            }
            assertThat(old.view().subject("c").group()).isEqualTo(3);
            assertThat(old.stateHash()).isEqualTo(same.stateHash());
        }
    }

    private static EngineHarness begin(final int version) {
        return EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0, 0, 0, version), NOW);
    }

    private static EngineOptions options(final int known) {
        return new EngineOptions(1, StoreSizes.SMALL, known);
    }

    private static void send(final Engine engine, final long position, final long clientId, final long sequence,
                             final Command command, final boolean isFromBefore) {
        final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = new CommandEncoder().encode(command, bytes, 0);
        if (isFromBefore) {
            length -= Short.BYTES;
            bytes.putShort(0, (short)(GenesisDecoder.BLOCK_LENGTH - Short.BYTES), ByteOrder.LITTLE_ENDIAN);
        }
        final ExpandableArrayBuffer entry = new ExpandableArrayBuffer();
        final int entryLength = new LogEntryEncoder().wrapAndApplyHeader(entry, 4, new MessageHeaderEncoder())
            .clientId(clientId).sequence(sequence).putCommand(bytes, 0, length).limit() - 4;
        entry.putInt(0, entryLength, ByteOrder.LITTLE_ENDIAN);
        engine.onMessage(position, NOW, entry, 0, 4 + entryLength);
    }

    /** As software writes it whose schema is later and has appended so many bytes to the fields of the command. */
    private static void sendLater(final Engine engine, final long position, final long clientId, final long sequence,
                                  final Command command, final int more) {
        final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        final int length = new CommandEncoder().encode(command, bytes, 0);
        final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(bytes, 0);
        final int version = more == 0 ? header.version() : header.version() + 1;
        final int fieldsEnd = MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength();
        final ExpandableArrayBuffer later = new ExpandableArrayBuffer();
        later.putBytes(0, bytes, 0, fieldsEnd);
        later.setMemory(fieldsEnd, more, (byte)0x7F);
        later.putBytes(fieldsEnd + more, bytes, fieldsEnd, length - fieldsEnd);
        new MessageHeaderEncoder().wrap(later, 0).blockLength(header.blockLength() + more).version(version);
        final ExpandableArrayBuffer entry = new ExpandableArrayBuffer();
        final int entryLength = new LogEntryEncoder().wrapAndApplyHeader(entry, 4, new MessageHeaderEncoder())
            .clientId(clientId).sequence(sequence).putCommand(later, 0, length + more).limit() - 4;
        new MessageHeaderEncoder().wrap(entry, 4).version(version);
        entry.putInt(0, entryLength, ByteOrder.LITTLE_ENDIAN);
        engine.onMessage(position, NOW, entry, 0, 4 + entryLength);
    }

    private static final class Frames implements StateMachine.SnapshotSource {
        private final List<byte[]> frames;
        private int next;

        Frames(final List<byte[]> frames) {
            this.frames = frames;
        }

        @Override
        public boolean read(final StateMachine.SnapshotSink consumer) {
            if (next == frames.size()) {
                return false;
            }
            final byte[] frame = frames.get(next++);
            consumer.write(new UnsafeBuffer(frame), 0, frame.length);
            return true;
        }
    }
}
