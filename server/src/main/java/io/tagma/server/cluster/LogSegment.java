package io.tagma.server.cluster;

import io.aeron.logbuffer.FrameDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A segment file of a recording, read as a whole. One that is too short is filled up with zeros first. It is not
 * mapped: a mapped hole takes room on a file system in memory, which a nearly full one does not have.
 */
final class LogSegment implements AutoCloseable {
    private final Recording recording;
    private final Path file;
    private final long position;
    private final ByteBuffer bytes;
    private final UnsafeBuffer buffer;

    LogSegment(final Recording recording, final Path file, final long position) {
        this.recording = recording;
        this.file = file;
        this.position = position;
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            if (access.length() < recording.segmentLength()) {
                access.setLength(recording.segmentLength());
            }
            bytes = ByteBuffer.allocateDirect(recording.segmentLength());
            int length = 0;
            while (bytes.hasRemaining() && length >= 0) {
                length = access.getChannel().read(bytes);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        buffer = new UnsafeBuffer(bytes, 0, recording.segmentLength());
    }

    /** Position behind the last of the whole frames that follow each other from the position on. */
    long walk(final long from) {
        int offset = (int) (from - position);
        while (offset < recording.segmentLength()) {
            final int length = recording.frameLength(buffer, offset, position + offset);
            if (length == 0) {
                break;
            }
            offset += length;
        }
        return position + offset;
    }

    /** Position of the first whole frame at or behind the position, or -1. */
    long find(final long from) {
        final int first = BitUtil.align((int) (from - position), FrameDescriptor.FRAME_ALIGNMENT);
        for (int offset = first; offset < recording.segmentLength(); offset += FrameDescriptor.FRAME_ALIGNMENT) {
            if (recording.frameLength(buffer, offset, position + offset) != 0) {
                return position + offset;
            }
        }
        return -1;
    }

    /** Whether nothing but zeros is at and behind the position. */
    boolean isZeroFrom(final long from) {
        int offset = (int) (from - position);
        // Frames begin at multiples of 32, so the rest of a segment is whole longs.
        while (offset < recording.segmentLength() && buffer.getLong(offset) == 0) {
            offset += Long.BYTES;
        }
        return offset >= recording.segmentLength();
    }

    /** Makes zeros of everything at and behind the position, on the disk; what was read is gone after it. */
    void zeroFrom(final long from) {
        close();
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(from - position);
            access.setLength(recording.segmentLength());
            access.getChannel().force(true);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        BufferUtil.free(bytes);
    }
}
