package io.tagma.engine;

import io.tagma.engine.log.StateMachine.SnapshotSink;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.protocol.SnapshotBeginEncoder;
import io.tagma.engine.protocol.SnapshotEndDecoder;
import io.tagma.engine.protocol.SnapshotEndEncoder;
import io.tagma.engine.protocol.SnapshotSectionDecoder;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Passes a snapshot on as one that stands at the beginning of another log: at position 0, with a trailer whose checksum
 * fits. The state, its sections and its hash stay as they are. Damage is left in, for whoever reads it to find. One
 * thread.
 */
public final class SnapshotRebase implements SnapshotSink {
    private static final int POSITION_AT =
        MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginEncoder.positionEncodingOffset();
    private static final int CRC_AT = MessageHeaderDecoder.ENCODED_LENGTH + SnapshotEndEncoder.crcEncodingOffset();

    private final SnapshotSink sink;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SnapshotBeginDecoder begin = new SnapshotBeginDecoder();
    private final SnapshotSectionDecoder section = new SnapshotSectionDecoder();
    private final SnapshotEndDecoder end = new SnapshotEndDecoder();
    private final CRC32C crcBefore = new CRC32C();
    private final CRC32C crcAfter = new CRC32C();
    private final ExpandableArrayBuffer copy = new ExpandableArrayBuffer();

    /** Passes on to that sink. */
    public SnapshotRebase(final SnapshotSink sink) {
        this.sink = sink;
    }

    @Override
    public void write(final DirectBuffer buffer, final int offset, final int length) {
        switch (header.wrap(buffer, offset).templateId()) {
            case SnapshotBeginDecoder.TEMPLATE_ID:
                onBegin(buffer, offset, length);
                break;
            case SnapshotSectionDecoder.TEMPLATE_ID:
                SnapshotWriter.update(crcBefore, section.wrapAndApplyHeader(buffer, offset, header).crc());
                SnapshotWriter.update(crcAfter, section.crc());
                sink.write(buffer, offset, length);
                break;
            case SnapshotEndDecoder.TEMPLATE_ID:
                onEnd(buffer, offset, length);
                break;
            default:
                sink.write(buffer, offset, length);
                break;
        }
    }

    private void onBegin(final DirectBuffer buffer, final int offset, final int length) {
        copy.putBytes(0, buffer, offset, length);
        final boolean isCovered = begin.wrapAndApplyHeader(buffer, offset, header).formatVersion()
            != SnapshotWriter.FORMAT_FIRST;
        if (isCovered) {
            crcBefore.update(copy.byteArray(), 0, length);
        }
        copy.putLong(POSITION_AT, 0, ByteOrder.LITTLE_ENDIAN);
        if (isCovered) {
            crcAfter.update(copy.byteArray(), 0, length);
        }
        sink.write(copy, 0, length);
    }

    private void onEnd(final DirectBuffer buffer, final int offset, final int length) {
        copy.putBytes(0, buffer, offset, length);
        if (end.wrapAndApplyHeader(buffer, offset, header).crc() == crcBefore.getValue()) {
            copy.putInt(CRC_AT, (int)crcAfter.getValue(), ByteOrder.LITTLE_ENDIAN);
        }
        sink.write(copy, 0, length);
    }
}
