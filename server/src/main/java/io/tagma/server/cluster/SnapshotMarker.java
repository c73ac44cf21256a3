package io.tagma.server.cluster;

import io.aeron.cluster.codecs.MessageHeaderDecoder;
import io.aeron.cluster.codecs.SnapshotMarkerDecoder;
import io.aeron.protocol.DataHeaderFlyweight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The first message of a snapshot says of which position and term it is. The recording log says so too, and has no
 * checksum: a snapshot that it takes for another's would be restored at the wrong place.
 */
final class SnapshotMarker {
    private static final int LENGTH = DataHeaderFlyweight.HEADER_LENGTH + MessageHeaderDecoder.ENCODED_LENGTH
        + SnapshotMarkerDecoder.BLOCK_LENGTH;

    private SnapshotMarker() {
    }

    /** Whether the recording holds a part of the snapshot that the recording log means. */
    static boolean isOf(final SnapshotRound round, final Recording recording, final Path archiveDirectory) {
        final Path file = recording.segmentFile(archiveDirectory, recording.segmentPosition(recording.startPosition()));
        if (!Files.exists(file)) {
            return false;
        }
        final ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.read(bytes, recording.startPosition() - recording.segmentPosition(recording.startPosition()))
                < LENGTH) {
                return false;
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        header.wrap(buffer, DataHeaderFlyweight.HEADER_LENGTH);
        if (header.templateId() != SnapshotMarkerDecoder.TEMPLATE_ID
            || header.schemaId() != SnapshotMarkerDecoder.SCHEMA_ID) {
            return false;
        }
        final SnapshotMarkerDecoder marker = new SnapshotMarkerDecoder().wrap(buffer,
            DataHeaderFlyweight.HEADER_LENGTH + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(),
            header.version());
        return marker.logPosition() == round.position() && marker.leadershipTermId() == round.termId();
    }
}
