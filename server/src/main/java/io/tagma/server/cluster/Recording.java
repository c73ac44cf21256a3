package io.tagma.server.cluster;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A recording of the archive as its catalogue describes it, and what a whole frame of it looks like:
 *
 * <pre>
 *    0        4      5     6     8            12               16          20         24         32
 *   +--------+------+-----+-----+------------+----------------+-----------+----------+----------+-----------
 *   | length | vers.|flags| type| term offset| CRC-32C of body| stream id | term id  | reserved | body ...
 *   +--------+------+-----+-----+------------+----------------+-----------+----------+----------+-----------
 * </pre>
 *
 * Little endian; the length counts header and body; the next frame begins at the next multiple of 32; the checksum,
 * where the session id was on the wire, covers the body up to there. A padding frame has no checksum and its body is
 * not written. Term offset, term id and stream id follow from the position, so that a frame is found again behind
 * damage, and nothing else is taken for one.
 *
 * @param stopPosition {@link AeronArchive#NULL_POSITION} where it was being written when the process died
 */
record Recording(long id, long startPosition, long stopPosition, int initialTermId, int segmentLength, int termLength,
                 int mtuLength, int streamId) {
    private static final Checksum CHECKSUM = Checksums.crc32c();

    /** Whether it ended in order. */
    boolean isStopped() {
        return stopPosition != AeronArchive.NULL_POSITION;
    }

    /** Whether it is a part of a snapshot. */
    boolean isOfSnapshot() {
        return streamId == ClusteredServiceContainer.Configuration.SNAPSHOT_STREAM_ID_DEFAULT
            || streamId == ConsensusModule.Configuration.SNAPSHOT_STREAM_ID_DEFAULT;
    }

    /** Bytes from its beginning to its end; 0 where that is not known. */
    long length() {
        return isStopped() ? stopPosition - startPosition : 0;
    }

    /** Position of the first byte of the segment file that holds the position. */
    long segmentPosition(final long position) {
        return AeronArchive.segmentFileBasePosition(startPosition, position, termLength, segmentLength);
    }

    /** The segment file that begins at the position. */
    Path segmentFile(final Path archiveDirectory, final long segmentPosition) {
        return SegmentFile.path(archiveDirectory, id, segmentPosition);
    }

    /** Where to look for the position's byte, in words for people. */
    String place(final Path archiveDirectory, final long position) {
        final long segmentPosition = segmentPosition(position);
        return "file=" + segmentFile(archiveDirectory, segmentPosition) + ", offset=" + (position - segmentPosition);
    }

    /**
     * Length of the whole frame at the position, aligned.
     *
     * @param segment the segment file's bytes, all of them
     * @return 0 where there is none
     */
    int frameLength(final UnsafeBuffer segment, final int offset, final long position) {
        final int length = segment.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        if (length < DataHeaderFlyweight.HEADER_LENGTH) {
            return 0;
        }
        final int termOffset = (int) (position & termLength - 1);
        final int termId = initialTermId + (int) (position >> LogBufferDescriptor.positionBitsToShift(termLength));
        final int type = FrameDescriptor.frameType(segment, offset);
        if (length > termLength - termOffset
            || FrameDescriptor.frameVersion(segment, offset) != DataHeaderFlyweight.CURRENT_VERSION
            || type != DataHeaderFlyweight.HDR_TYPE_DATA && type != DataHeaderFlyweight.HDR_TYPE_PAD
            || DataHeaderFlyweight.termOffset(segment, offset) != termOffset
            || DataHeaderFlyweight.termId(segment, offset) != termId
            || DataHeaderFlyweight.streamId(segment, offset) != streamId) {
            return 0;
        }
        final int aligned = BitUtil.align(length, FrameDescriptor.FRAME_ALIGNMENT);
        if (type == DataHeaderFlyweight.HDR_TYPE_PAD) {
            return aligned;
        }
        if (length > mtuLength || CHECKSUM.compute(segment.addressOffset(),
            offset + DataHeaderFlyweight.HEADER_LENGTH, aligned - DataHeaderFlyweight.HEADER_LENGTH)
            != FrameDescriptor.frameSessionId(segment, offset)) {
            return 0;
        }
        return aligned;
    }
}
