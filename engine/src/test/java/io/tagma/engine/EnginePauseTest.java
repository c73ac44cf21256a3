package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.log.EntryQueue;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.subject.StoreSizes;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

/** Listeners may gather what they hear until the engine pauses: it must, behind everything it told. */
class EnginePauseTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long LANE = 7;

    private final List<String> heard = new ArrayList<>();
    private final ExpandableArrayBuffer message = new ExpandableArrayBuffer();
    private int length;

    @Test
    void shouldPauseOnceBehindAllThatStoodTogether() {
        try (Engine engine = new Engine(new EngineOptions(1, StoreSizes.SMALL), new Listener())) {
            add(0, 0, new Command.Genesis(true, NOW, 0, 0, 0));
            add(0, 0, new Command.LaneOpen(LANE));
            add(LANE, 1, new Command.GroupAssign("a", 1, null));
            add(LANE, 3, new Command.GroupAssign("a", 1, null));
            engine.onMessage(64, NOW, message, 0, length);

            assertThat(heard).containsExactly("result 0", "result 0", "result 1", "result 3", "changes", "pause");
            heard.clear();
            engine.onSlice(128, NOW);
            assertThat(heard).containsExactly("pause");
        }
    }

    private void add(final long clientId, final long sequence, final Command command) {
        final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        final int commandLength = new CommandEncoder().encode(command, bytes, 0);
        final int at = length + EntryQueue.FRAME_HEADER_LENGTH;
        final int end = new LogEntryEncoder().wrapAndApplyHeader(message, at, new MessageHeaderEncoder())
            .clientId(clientId).sequence(sequence).putCommand(bytes, 0, commandLength).limit();
        message.putInt(length, end - at, ByteOrder.LITTLE_ENDIAN);
        length = end;
    }

    private final class Listener implements EngineListener {
        @Override
        public void onResult(final long clientId, final long sequence, final long position,
                             final CommandResult result) {
            heard.add("result " + sequence);
        }

        @Override
        public void onJobDone(final long job) {
            heard.add("job");
        }

        @Override
        public void onChanges(final long nextSeq) {
            heard.add("changes");
        }

        @Override
        public void onPause() {
            heard.add("pause");
        }
    }
}
