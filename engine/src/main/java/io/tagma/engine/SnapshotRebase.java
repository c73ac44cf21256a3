package io.tagma.engine;

import io.tagma.engine.log.StateMachine.SnapshotSink;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.protocol.SnapshotBeginEncoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Passes a snapshot on as one that stands at the beginning of another log: at position 0, with a checksum that fits.
 * The state and its hash stay as they are, and so does damage, for whoever reads it to find. One thread.
 */
public final class SnapshotRebase implements SnapshotSink {
    private static final int POSITION_AT =
        MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginEncoder.positionEncodingOffset();
    private static final int CRC_AT = MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginEncoder.crcEncodingOffset();

    private final SnapshotSink sink;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SnapshotBeginDecoder begin = new SnapshotBeginDecoder();
    private final ExpandableArrayBuffer copy = new ExpandableArrayBuffer();

    /** Passes on to that sink. */
    public SnapshotRebase(final SnapshotSink sink) {
        this.sink = sink;
    }

    @Override
    public void write(final DirectBuffer buffer, final int offset, final int length) {
        if (header.wrap(buffer, offset).templateId() != SnapshotBeginDecoder.TEMPLATE_ID) {
            sink.write(buffer, offset, length);
            return;
        }
        copy.putBytes(0, buffer, offset, length);
        copy.putLong(POSITION_AT, 0, ByteOrder.LITTLE_ENDIAN);
        if (header.blockLength() >= SnapshotBeginDecoder.BLOCK_LENGTH
            && begin.wrapAndApplyHeader(buffer, offset, header).crc()
            == SnapshotWriter.beginningCrc(buffer, offset, length)) {
            copy.putInt(CRC_AT, (int)SnapshotWriter.beginningCrc(copy, 0, length), ByteOrder.LITTLE_ENDIAN);
        }
        sink.write(copy, 0, length);
    }
}
