package io.tagma.server.backup;

import io.tagma.engine.SnapshotCheck;
import io.tagma.engine.SnapshotSummary;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine.SnapshotSink;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A backup as {@link BackupWriter} lays it out, checked as a whole when it is opened: the checksum over all bytes
 * first, because nothing else is looked at in a file that fails it, then each section's, and the end. Reads its
 * messages afterwards. One thread.
 */
public final class BackupFile implements SnapshotSource, AutoCloseable {
    private static final int BUFFER_LENGTH = 1024 * 1024;
    private static final int CHECKSUM_LENGTH = Integer.BYTES;

    private final Path file;
    private final long length;
    private final int checksum;
    private final SnapshotSummary summary;
    private final byte[] bytes = new byte[BackupWriter.MESSAGE_LENGTH_MAX];
    private final UnsafeBuffer message = new UnsafeBuffer(bytes);
    private DataInputStream input;
    private long messages;

    /**
     * Checks the file.
     *
     * @throws DamagedBackupException where it is no whole backup
     */
    public BackupFile(final Path file) {
        this.file = file;
        boolean isOpen = false;
        try {
            length = Files.size(file);
            checksum = checkBytes();
            summary = checkMessages();
            rewind();
            isOpen = true;
        } catch (final IOException ex) {
            throw new UncheckedIOException("the backup cannot be read: file=" + file, ex);
        } finally {
            if (!isOpen) {
                close();
            }
        }
    }

    /** Its length in bytes. */
    public long length() {
        return length;
    }

    /** The checksum over all its bytes, as 8 hexadecimal digits. */
    public String checksum() {
        return String.format("%08x", checksum);
    }

    /** What the snapshot in it says of itself. */
    public SnapshotSummary summary() {
        return summary;
    }

    /** The next message; false behind the last. */
    @Override
    public boolean read(final SnapshotSink consumer) {
        try {
            final int messageLength = readInt();
            if (messageLength == 0) {
                return false;
            }
            if (messageLength < 0 || messageLength > bytes.length) {
                throw new DamagedBackupException("a message of impossible length: length=" + messageLength
                    + ", messages=" + messages + ", file=" + file);
            }
            input.readFully(bytes, 0, messageLength);
            messages++;
            consumer.write(message, 0, messageLength);
            return true;
        } catch (final EOFException ex) {
            throw new DamagedBackupException("the backup breaks off: messages=" + messages + ", file=" + file, ex);
        } catch (final IOException ex) {
            throw new UncheckedIOException("the backup cannot be read: file=" + file, ex);
        }
    }

    @Override
    public void close() {
        if (input != null) {
            try {
                input.close();
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
            input = null;
        }
    }

    private int checkBytes() throws IOException {
        if (length < BackupWriter.HEADER_LENGTH + BackupWriter.TRAILER_LENGTH) {
            throw new DamagedBackupException("too short for a backup: length=" + length + ", file=" + file);
        }
        final CRC32C crc = new CRC32C();
        final byte[] piece = new byte[BUFFER_LENGTH];
        try (InputStream stream = Files.newInputStream(file)) {
            long left = length - CHECKSUM_LENGTH;
            boolean isFirst = true;
            while (left > 0) {
                final int read = stream.readNBytes(piece, 0, (int) Math.min(left, piece.length));
                if (read == 0) {
                    throw new DamagedBackupException("the file became shorter while it was read: file=" + file);
                }
                if (isFirst) {
                    checkHeader(piece);
                    isFirst = false;
                }
                crc.update(piece, 0, read);
                left -= read;
            }
            final byte[] last = stream.readNBytes(CHECKSUM_LENGTH);
            final int expected = last.length < CHECKSUM_LENGTH ? 0
                : ByteBuffer.wrap(last).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (expected != (int) crc.getValue()) {
                throw new DamagedBackupException(String.format("the backup is damaged or cut off: checksum=%08x, "
                    + "expected=%08x, length=%d, file=%s", (int) crc.getValue(), expected, length, file));
            }
            return expected;
        }
    }

    private void checkHeader(final byte[] piece) {
        if (!Arrays.equals(piece, 0, BackupWriter.MAGIC.length, BackupWriter.MAGIC, 0, BackupWriter.MAGIC.length)) {
            throw new DamagedBackupException("not a backup of Tagma: file=" + file);
        }
        final int version = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN).getInt(BackupWriter.MAGIC.length);
        if (version != BackupWriter.VERSION) {
            throw new DamagedBackupException("a backup of another format: version=" + version + ", known="
                + BackupWriter.VERSION + ", file=" + file);
        }
    }

    private SnapshotSummary checkMessages() throws IOException {
        rewind();
        final SnapshotSummary whole;
        try {
            whole = SnapshotCheck.check(this);
        } catch (final NodeTooOldException ex) {
            throw new DamagedBackupException("a backup by newer software: " + ex.getMessage() + ", file=" + file, ex);
        } catch (final IllegalStateException ex) {
            throw new DamagedBackupException("the snapshot in the backup is not whole: " + ex.getMessage() + ", file="
                + file, ex);
        }
        final int none = readInt();
        final long counted = Long.reverseBytes(input.readLong());
        if (none != 0 || counted != messages) {
            throw new DamagedBackupException("the backup does not end where its snapshot ends: messages=" + messages
                + ", counted=" + counted + ", file=" + file);
        }
        return whole;
    }

    private void rewind() throws IOException {
        close();
        messages = 0;
        input = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_LENGTH));
        input.skipNBytes(BackupWriter.HEADER_LENGTH);
    }

    private int readInt() throws IOException {
        return Integer.reverseBytes(input.readInt());
    }
}
