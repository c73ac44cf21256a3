package io.tagma.server.cluster;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.tagma.engine.log.StateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The messages of a recording, straight from its segment files: before the archive is launched, or while it runs, of a
 * recording that nobody writes to any more. All files are opened at once, so that a recording which the archive deletes
 * meanwhile is read to its end all the same. One thread.
 */
final class RecordingReader implements StateMachine.SnapshotSource, AutoCloseable {
    private final Recording recording;
    private final Path archiveDirectory;
    private final List<FileChannel> files = new ArrayList<>();
    private final UnsafeBuffer segment = new UnsafeBuffer(0, 0);
    private final ExpandableArrayBuffer message = new ExpandableArrayBuffer();
    private final long firstSegmentPosition;
    private MappedByteBuffer mapped;
    private int mappedIndex = -1;
    private int messageLength;
    private boolean isInMessage;
    private long position;

    /**
     * Opens the recording's files.
     *
     * @throws IllegalStateException where one is missing
     */
    RecordingReader(final Path archiveDirectory, final Recording recording) {
        this.recording = recording;
        this.archiveDirectory = archiveDirectory;
        position = recording.startPosition();
        firstSegmentPosition = recording.segmentPosition(position);
        boolean isOpen = false;
        try {
            open();
            isOpen = true;
        } finally {
            if (!isOpen) {
                close();
            }
        }
    }

    private void open() {
        long at = firstSegmentPosition;
        while (recording.isStopped() ? at < recording.stopPosition() : Files.exists(file(at))) {
            try {
                files.add(FileChannel.open(file(at), StandardOpenOption.READ));
            } catch (final NoSuchFileException ex) {
                throw new IllegalStateException("a file of the recording is missing: file=" + file(at), ex);
            } catch (final IOException ex) {
                throw new UncheckedIOException("a file of the recording cannot be opened: file=" + file(at), ex);
            }
            at += recording.segmentLength();
        }
    }

    /**
     * The next whole message.
     *
     * @throws IllegalStateException where a frame of a recording that ended in order is damaged, or a message breaks
     *                               off
     */
    @Override
    public boolean read(final StateMachine.SnapshotSink consumer) {
        boolean isDelivered = false;
        while (!isDelivered) {
            final int index = (int) ((position - firstSegmentPosition) / recording.segmentLength());
            if (recording.isStopped() && position >= recording.stopPosition() || index >= files.size()) {
                return atEnd();
            }
            map(index);
            final int offset = (int) (position - firstSegmentPosition - (long) index * recording.segmentLength());
            final int aligned = frameLength(offset);
            if (aligned == 0) {
                return atEnd();
            }
            position += aligned;
            if (FrameDescriptor.frameType(segment, offset) == DataHeaderFlyweight.HDR_TYPE_DATA) {
                isDelivered = deliver(offset, consumer);
            }
        }
        return true;
    }

    @Override
    public void close() {
        unmap();
        CloseHelper.closeAll(files);
        files.clear();
    }

    private boolean deliver(final int offset, final StateMachine.SnapshotSink consumer) {
        final int bodyLength = segment.getInt(offset, ByteOrder.LITTLE_ENDIAN) - DataHeaderFlyweight.HEADER_LENGTH;
        final int body = offset + DataHeaderFlyweight.HEADER_LENGTH;
        final byte flags = FrameDescriptor.frameFlags(segment, offset);
        final boolean isFirst = (flags & FrameDescriptor.BEGIN_FRAG_FLAG) == FrameDescriptor.BEGIN_FRAG_FLAG;
        final boolean isLast = (flags & FrameDescriptor.END_FRAG_FLAG) == FrameDescriptor.END_FRAG_FLAG;
        if (isFirst == isInMessage) {
            throw new IllegalStateException("a message of the recording breaks off: recording=" + recording.id()
                + ", position=" + position);
        }
        if (isFirst && isLast) {
            consumer.write(segment, body, bodyLength);
            return true;
        }
        if (isFirst) {
            messageLength = 0;
        }
        message.putBytes(messageLength, segment, body, bodyLength);
        messageLength += bodyLength;
        isInMessage = !isLast;
        if (isLast) {
            consumer.write(message, 0, messageLength);
        }
        return isLast;
    }

    private boolean atEnd() {
        if (recording.isStopped() && position < recording.stopPosition() || isInMessage) {
            throw new IllegalStateException("a frame of the recording is damaged or missing: "
                + recording.place(archiveDirectory, position));
        }
        return false;
    }

    private int frameLength(final int offset) {
        if (offset + DataHeaderFlyweight.HEADER_LENGTH > segment.capacity()) {
            return 0;
        }
        final int length = segment.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        if (length < DataHeaderFlyweight.HEADER_LENGTH || length > segment.capacity() - offset
            || BitUtil.align(length, FrameDescriptor.FRAME_ALIGNMENT) > segment.capacity() - offset) {
            return 0;
        }
        return recording.frameLength(segment, offset, position);
    }

    private void map(final int index) {
        if (index == mappedIndex) {
            return;
        }
        unmap();
        final FileChannel file = files.get(index);
        try {
            mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(file.size(), recording.segmentLength()));
        } catch (final IOException ex) {
            throw new UncheckedIOException("a file of the recording cannot be read: file="
                + file(firstSegmentPosition + (long) index * recording.segmentLength()), ex);
        }
        segment.wrap(mapped);
        mappedIndex = index;
    }

    private void unmap() {
        segment.wrap(0, 0);
        BufferUtil.free(mapped);
        mapped = null;
        mappedIndex = -1;
    }

    private Path file(final long segmentPosition) {
        return recording.segmentFile(archiveDirectory, segmentPosition);
    }
}
