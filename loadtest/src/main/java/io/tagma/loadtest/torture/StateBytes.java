package io.tagma.loadtest.torture;

import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotSectionDecoder;
import io.tagma.server.backup.BackupFile;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** The state in a backup, byte by byte, without what frames it. One thread. */
final class StateBytes implements AutoCloseable {
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

    @Override
    public void close() {
        backup.close();
    }
}
