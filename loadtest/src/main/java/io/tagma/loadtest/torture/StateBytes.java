package io.tagma.loadtest.torture;

import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotSectionDecoder;
import io.tagma.server.backup.BackupFile;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** The state in a backup, byte by byte, without what frames it. One thread. */
final class StateBytes implements AutoCloseable {
    /** Of a lane that has applied nothing: id, last sequence, forgotten up to, number of results. */
    private static final int LANE_LENGTH = 3 * Long.BYTES + Integer.BYTES;

    private final BackupFile backup;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SnapshotSectionDecoder section = new SnapshotSectionDecoder();
    private byte[] content = new byte[0];
    private int length;
    private int at;

    /** Checks the file as a whole first. */
    StateBytes(final Path file) {
        backup = new BackupFile(file);
    }

    /** The next byte; -1 behind the last. */
    int next() {
        while (at == length) {
            length = 0;
            at = 0;
            if (!backup.read(this::take)) {
                return -1;
            }
        }
        return content[at++] & 0xFF;
    }

    private void take(final DirectBuffer buffer, final int offset, final int messageLength) {
        header.wrap(buffer, offset);
        if (header.templateId() == SnapshotSectionDecoder.TEMPLATE_ID) {
            section.wrapAndApplyHeader(buffer, offset, header);
            length = section.contentLength();
            if (content.length < length) {
                content = new byte[length];
            }
            section.getContent(content, 0, length);
        }
    }

    /**
     * Where two states differ beyond what a start changes by itself, in words; null where they do not. A start opens a
     * lane for what comes over HTTP, under an id of its own: one more in the number of lanes, and a lane that has
     * applied nothing. All else must be equal.
     */
    static String difference(final Path before, final Path after) {
        try (StateBytes was = new StateBytes(before); StateBytes is = new StateBytes(after)) {
            boolean isCounted = false;
            boolean isOpened = false;
            for (long position = 0; true; position++) {
                final int old = was.next();
                int now = is.next();
                if (old != now && !isCounted && now == old + 1) {
                    isCounted = true;
                    continue;
                }
                if (old != now && isCounted && !isOpened) {
                    isOpened = true;
                    // Of the longest part that is equal, all before the lane is a part.
                    for (int i = 0; i < LANE_LENGTH; i++) {
                        now = is.next();
                    }
                }
                if (old != now || old < 0 && isCounted != isOpened) {
                    return "position=" + position + ", before=" + old + ", after=" + now + ", isLaneCounted="
                        + isCounted + ", isLaneOpened=" + isOpened;
                }
                if (old < 0) {
                    return null;
                }
            }
        }
    }

    @Override
    public void close() {
        backup.close();
    }
}
