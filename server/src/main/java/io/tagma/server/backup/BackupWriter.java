package io.tagma.server.backup;

import io.tagma.engine.SnapshotCheck;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * The bytes of a backup, slice by slice, from a snapshot's messages; refuses a damaged snapshot in the middle, so that
 * what was written has no trailer. One thread at a time. All integers are little endian:
 *
 * <pre>
 *   offset  length  what
 *        0       8  "TAGMABAK"
 *        8       4  int32 version of this format: 1
 *       12       4  int32 0
 *       16          messages, each:
 *        0       4    int32 length of the message, 1 or more
 *        4       n    the message: SnapshotBegin, SnapshotSection ..., SnapshotEnd of the schema
 *                   behind the last message:
 *        0       4    int32 0: no message follows
 *        4       8    int64 number of messages
 *       12       4    int32 CRC-32C of every byte of the file before this one
 * </pre>
 */
public final class BackupWriter {
    static final byte[] MAGIC = "TAGMABAK".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;
    static final int HEADER_LENGTH = 16;
    static final int TRAILER_LENGTH = 16;
    /** Longest message; a section is half of it. */
    static final int MESSAGE_LENGTH_MAX = 64 * 1024;

    private static final int SLICE_LENGTH = 256 * 1024;

    private final SnapshotSource source;
    private final SnapshotCheck check = new SnapshotCheck();
    private final CRC32C checksum = new CRC32C();
    private final ExpandableArrayBuffer slice = new ExpandableArrayBuffer(SLICE_LENGTH + MESSAGE_LENGTH_MAX);
    private int used;
    private long messages;
    private boolean isBegun;
    private boolean isDone;

    /** The backup of that snapshot. */
    public BackupWriter(final SnapshotSource source) {
        this.source = source;
    }

    /**
     * The next bytes; null behind the last.
     *
     * @throws IllegalStateException where the snapshot is damaged or breaks off
     */
    public byte[] next() {
        if (isDone) {
            return null;
        }
        used = 0;
        if (!isBegun) {
            isBegun = true;
            slice.putBytes(0, MAGIC);
            slice.putInt(MAGIC.length, VERSION, ByteOrder.LITTLE_ENDIAN);
            slice.putInt(MAGIC.length + Integer.BYTES, 0, ByteOrder.LITTLE_ENDIAN);
            used = HEADER_LENGTH;
        }
        while (used < SLICE_LENGTH && !check.isEnded()) {
            if (!source.read(this::append)) {
                throw new IllegalStateException("the snapshot breaks off: messages=" + messages);
            }
        }
        if (check.isEnded()) {
            end();
        }
        final byte[] bytes = new byte[used];
        slice.getBytes(0, bytes);
        if (!isDone) {
            checksum.update(bytes, 0, used);
        }
        return bytes;
    }

    private void append(final DirectBuffer buffer, final int offset, final int length) {
        if (length > MESSAGE_LENGTH_MAX) {
            throw new IllegalStateException("a message of the snapshot is too long: length=" + length);
        }
        check.onMessage(buffer, offset, length);
        slice.putInt(used, length, ByteOrder.LITTLE_ENDIAN);
        slice.putBytes(used + Integer.BYTES, buffer, offset, length);
        used += Integer.BYTES + length;
        messages++;
    }

    private void end() {
        slice.putInt(used, 0, ByteOrder.LITTLE_ENDIAN);
        slice.putLong(used + Integer.BYTES, messages, ByteOrder.LITTLE_ENDIAN);
        used += Integer.BYTES + Long.BYTES;
        checksum.update(slice.byteArray(), 0, used);
        slice.putInt(used, (int) checksum.getValue(), ByteOrder.LITTLE_ENDIAN);
        used += Integer.BYTES;
        isDone = true;
    }
}
