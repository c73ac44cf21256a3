package io.tagma.server.cluster;

import io.aeron.archive.CatalogView;
import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.CatalogHeaderDecoder;
import io.aeron.archive.codecs.RecordingDescriptorDecoder;
import io.aeron.archive.codecs.RecordingDescriptorHeaderDecoder;
import io.aeron.archive.codecs.RecordingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The archive's list of its recordings. Each entry has a checksum, which the archive writes and never looks at; here it
 * must fit, where no archive runs, but for entries of what was deleted.
 *
 * <pre>
 *   | catalogue header, 32 | entry | entry | ...
 *   entry = header {length behind it, state, CRC-32C of what is behind it, ...}, 32, and descriptor
 * </pre>
 */
final class ArchiveCatalogue {
    static final String FILE_NAME = "archive.catalog";

    private static final Checksum CHECKSUM = Checksums.crc32c();
    private static final int ENTRY_HEADER_LENGTH = RecordingDescriptorHeaderDecoder.BLOCK_LENGTH;

    private ArchiveCatalogue() {
    }

    /**
     * The recordings by id, of an archive that does not run.
     *
     * @throws DamagedLogException where the file is damaged
     */
    static Map<Long, Recording> recordings(final Path archiveDirectory) {
        final Path file = archiveDirectory.resolve(FILE_NAME);
        final UnsafeBuffer catalogue = read(file);
        check(catalogue, file);
        try {
            return list(catalogue, archiveDirectory);
        } catch (final RuntimeException ex) {
            throw damaged(file, 0, ex.getMessage());
        }
    }

    /** The recordings by id, of an archive that may be writing to the file: no checksum need fit. */
    static Map<Long, Recording> ofRunning(final Path archiveDirectory) {
        return list(read(archiveDirectory.resolve(FILE_NAME)), archiveDirectory);
    }

    /** Without those that the archive has deleted: their entries stay in the file. */
    private static Map<Long, Recording> list(final UnsafeBuffer catalogue, final Path archiveDirectory) {
        final Set<Long> valid = valid(catalogue);
        final Map<Long, Recording> recordings = new LinkedHashMap<>();
        CatalogView.listRecordings(archiveDirectory.toFile(), (controlSessionId, correlationId, id, startTimestamp,
            stopTimestamp, startPosition, stopPosition, initialTermId, segmentLength, termLength, mtuLength, sessionId,
            streamId, strippedChannel, originalChannel, sourceIdentity) -> {
            if (valid.contains(id)) {
                recordings.put(id, new Recording(id, startPosition, stopPosition, initialTermId, segmentLength,
                    termLength, mtuLength, streamId));
            }
        });
        return recordings;
    }

    private static Set<Long> valid(final UnsafeBuffer catalogue) {
        final Set<Long> ids = new HashSet<>();
        int offset = CatalogHeaderDecoder.BLOCK_LENGTH;
        int length = lengthAt(catalogue, offset);
        while (length > 0) {
            if (isKept(catalogue, offset)) {
                ids.add(catalogue.getLong(offset + ENTRY_HEADER_LENGTH
                    + RecordingDescriptorDecoder.recordingIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN));
            }
            offset += ENTRY_HEADER_LENGTH + length;
            length = lengthAt(catalogue, offset);
        }
        return ids;
    }

    /** 0 behind the last entry. */
    private static int lengthAt(final UnsafeBuffer catalogue, final int offset) {
        return offset + ENTRY_HEADER_LENGTH > catalogue.capacity() ? 0
            : intAt(catalogue, offset + RecordingDescriptorHeaderDecoder.lengthEncodingOffset());
    }

    private static void check(final UnsafeBuffer buffer, final Path file) {
        if (buffer.capacity() < CatalogHeaderDecoder.BLOCK_LENGTH) {
            throw damaged(file, 0, "it is too short");
        }
        int offset = intAt(buffer, CatalogHeaderDecoder.lengthEncodingOffset());
        if (offset != CatalogHeaderDecoder.BLOCK_LENGTH) {
            throw damaged(file, 0, "it has no header");
        }
        int length = lengthAt(buffer, offset);
        while (length != 0) {
            if (length < 0 || length > buffer.capacity() - offset - ENTRY_HEADER_LENGTH) {
                throw damaged(file, offset, "an entry ends behind it");
            }
            if (isKept(buffer, offset) && !fitsChecksum(buffer, offset, length)) {
                throw damaged(file, offset, "an entry does not fit its checksum");
            }
            offset += ENTRY_HEADER_LENGTH + length;
            length = lengthAt(buffer, offset);
        }
        // What is not zero behind the last entry was one.
        while (offset + Long.BYTES <= buffer.capacity()) {
            if (buffer.getLong(offset) != 0) {
                throw damaged(file, offset, "an entry is missing before others");
            }
            offset += Long.BYTES;
        }
    }

    private static boolean isKept(final UnsafeBuffer catalogue, final int offset) {
        return intAt(catalogue, offset + RecordingDescriptorHeaderDecoder.stateEncodingOffset())
            == RecordingState.VALID.value();
    }

    /**
     * As it is, or as it was before it had an end: an archive that starts gives one to what a killed process was
     * recording, and leaves the checksum as it was.
     */
    private static boolean fitsChecksum(final UnsafeBuffer buffer, final int offset, final int length) {
        final int checksum = intAt(buffer, offset + RecordingDescriptorHeaderDecoder.checksumEncodingOffset());
        if (CHECKSUM.compute(buffer.addressOffset(), offset + ENTRY_HEADER_LENGTH, length) == checksum) {
            return true;
        }
        final UnsafeBuffer endless = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
        endless.putBytes(0, buffer, offset + ENTRY_HEADER_LENGTH, length);
        endless.putLong(RecordingDescriptorDecoder.stopTimestampEncodingOffset(), AeronArchive.NULL_TIMESTAMP,
            ByteOrder.LITTLE_ENDIAN);
        endless.putLong(RecordingDescriptorDecoder.stopPositionEncodingOffset(), AeronArchive.NULL_POSITION,
            ByteOrder.LITTLE_ENDIAN);
        return CHECKSUM.compute(endless.addressOffset(), 0, length) == checksum;
    }

    private static int intAt(final UnsafeBuffer buffer, final int offset) {
        return buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
    }

    private static UnsafeBuffer read(final Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final ByteBuffer bytes = ByteBuffer.allocateDirect((int) Math.min(Integer.MAX_VALUE, Files.size(file)));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
            return new UnsafeBuffer(bytes, 0, bytes.position());
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot read the archive's catalogue: file=" + file, ex);
        }
    }

    private static DamagedLogException damaged(final Path file, final int offset, final String reason) {
        return new DamagedLogException("the archive's catalogue is damaged: file=" + file + ", offset=" + offset
            + ", reason=" + reason);
    }
}
