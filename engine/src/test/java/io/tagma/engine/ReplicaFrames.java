package io.tagma.engine;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;

/** Commands as the bytes of a log message. */
final class ReplicaFrames {
    private ReplicaFrames() {
    }

    /** A LogEntry with its length in front. */
    static byte[] frame(final long clientId, final long sequence, final Command command) {
        final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer(512);
        final int length = new CommandEncoder().encode(command, bytes, 0);
        final ExpandableArrayBuffer entry = new ExpandableArrayBuffer(512);
        final int entryLength = new LogEntryEncoder().wrapAndApplyHeader(entry, 4, new MessageHeaderEncoder())
            .clientId(clientId).sequence(sequence).putCommand(bytes, 0, length).limit() - 4;
        entry.putInt(0, entryLength, ByteOrder.LITTLE_ENDIAN);
        final byte[] frame = new byte[4 + entryLength];
        entry.getBytes(0, frame);
        return frame;
    }

    /** Frames end to end. */
    static byte[] message(final List<byte[]> frames) {
        final byte[] message = new byte[frames.stream().mapToInt(frame -> frame.length).sum()];
        int at = 0;
        for (final byte[] frame : frames) {
            System.arraycopy(frame, 0, message, at, frame.length);
            at += frame.length;
        }
        return message;
    }
}
