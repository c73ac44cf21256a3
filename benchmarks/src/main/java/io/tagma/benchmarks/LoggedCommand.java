package io.tagma.benchmarks;

import io.tagma.engine.condition.TextNormaliser;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A log message of one command, encoded before its time is taken. The lane's sequence, and digits within its texts, are
 * written over before it is applied.
 */
final class LoggedCommand {
    private static final int FRAME = Integer.BYTES;
    private static final int SEQUENCE =
        FRAME + MessageHeaderEncoder.ENCODED_LENGTH + LogEntryEncoder.sequenceEncodingOffset();

    private final byte[] bytes;
    private final UnsafeBuffer buffer;

    private LoggedCommand(final byte[] bytes) {
        this.bytes = bytes;
        buffer = new UnsafeBuffer(bytes);
    }

    static LoggedCommand of(final long clientId, final Command plain) {
        final ExpandableArrayBuffer command = new ExpandableArrayBuffer();
        final int length = new CommandEncoder().encode(TextNormaliser.normalise(plain), command, 0);
        final ExpandableArrayBuffer entry = new ExpandableArrayBuffer();
        final LogEntryEncoder encoder = new LogEntryEncoder().wrapAndApplyHeader(entry, FRAME,
            new MessageHeaderEncoder()).clientId(clientId).sequence(0).putCommand(command, 0, length);
        entry.putInt(0, encoder.limit() - FRAME);
        return new LoggedCommand(Arrays.copyOf(entry.byteArray(), encoder.limit()));
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int length() {
        return bytes.length;
    }

    void sequence(final long sequence) {
        buffer.putLong(SEQUENCE, sequence, ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the text is that occurs exactly once. */
    int indexOf(final String text) {
        final String whole = new String(bytes, StandardCharsets.ISO_8859_1);
        final int found = whole.indexOf(text);
        if (found < 0 || whole.indexOf(text, found + 1) >= 0) {
            throw new IllegalStateException("expected exactly once: text=" + text);
        }
        return found;
    }

    /** Writes a number over as many digits. */
    void digits(final int index, final int count, final int number) {
        buffer.putNaturalPaddedIntAscii(index, count, number);
    }
}
