package io.tagma.engine;

import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.protocol.SnapshotEndDecoder;
import io.tagma.engine.protocol.SnapshotSectionDecoder;
import io.tagma.engine.protocol.StateReader;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/** Puts the sections of a snapshot together again; refuses one that is damaged or has no end. */
final class SnapshotReader extends StateReader {
    private final SnapshotSource source;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SnapshotSectionDecoder section = new SnapshotSectionDecoder();
    private final CRC32C sectionCrc = new CRC32C();
    private final CRC32C allCrcs = new CRC32C();
    private byte[] content = new byte[SnapshotWriter.SECTION_LENGTH];
    private int length;
    private int used;
    private long sections;
    private long position;
    private long stateHash;
    private RuleVersions versions;
    private int format;
    private boolean isBegun;
    private boolean isEnded;

    SnapshotReader(final SnapshotSource source) {
        this.source = source;
    }

    /** How the state is written; reads the beginning where it has not been read. */
    int format() {
        while (!isBegun && source.read(this::onMessage)) {
            // Only the first message is a beginning.
        }
        if (!isBegun) {
            throw new IllegalStateException("the snapshot has no beginning");
        }
        return format;
    }

    @Override
    public void getBytes(final byte[] destination, final int offset, final int wanted) {
        int done = 0;
        while (done < wanted) {
            while (used == length) {
                if (isEnded || !source.read(this::onMessage)) {
                    throw new IllegalStateException("the snapshot breaks off: sections=" + sections);
                }
            }
            final int part = Math.min(wanted - done, length - used);
            System.arraycopy(content, used, destination, offset + done, part);
            used += part;
            done += part;
        }
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int messageLength) {
        header.wrap(buffer, offset);
        switch (header.templateId()) {
            case SnapshotBeginDecoder.TEMPLATE_ID:
                final SnapshotBeginDecoder begin =
                    new SnapshotBeginDecoder().wrapAndApplyHeader(buffer, offset, header);
                format = begin.formatVersion();
                if (isBegun || format != SnapshotWriter.FORMAT_FIRST && format != SnapshotWriter.FORMAT_VERSIONED) {
                    throw new IllegalStateException("unknown snapshot: formatVersion=" + format);
                }
                position = begin.position();
                versions = new RuleVersions(begin.tzdb(), begin.icu(), begin.re2j());
                isBegun = true;
                if (header.blockLength() >= SnapshotBeginDecoder.BLOCK_LENGTH) {
                    checkBeginning(buffer, offset, messageLength, begin.crc());
                }
                break;
            case SnapshotSectionDecoder.TEMPLATE_ID:
                onSection(buffer, offset);
                break;
            case SnapshotEndDecoder.TEMPLATE_ID:
                final SnapshotEndDecoder end = new SnapshotEndDecoder().wrapAndApplyHeader(buffer, offset, header);
                if (end.sections() != sections || end.crc() != allCrcs.getValue()) {
                    throw new IllegalStateException("the snapshot is not whole: sections=" + sections
                        + ", expected=" + end.sections());
                }
                stateHash = end.stateHash();
                isEnded = true;
                break;
            default:
                throw new IllegalStateException("no part of a snapshot: template=" + header.templateId());
        }
    }

    private void checkBeginning(final DirectBuffer buffer, final int offset, final int messageLength, final long crc) {
        final byte[] bytes = new byte[messageLength];
        buffer.getBytes(offset, bytes);
        final int crcAt = MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginDecoder.crcEncodingOffset();
        Arrays.fill(bytes, crcAt, crcAt + SnapshotBeginDecoder.crcEncodingLength(), (byte)0);
        sectionCrc.reset();
        sectionCrc.update(bytes, 0, messageLength);
        if (sectionCrc.getValue() != crc) {
            throw new IllegalStateException("the beginning of the snapshot is damaged: position=" + position);
        }
    }

    private void onSection(final DirectBuffer buffer, final int offset) {
        section.wrapAndApplyHeader(buffer, offset, header);
        final long crc = section.crc();
        length = section.contentLength();
        used = 0;
        if (!isBegun || length > content.length) {
            throw new IllegalStateException("no section of this snapshot: length=" + length);
        }
        section.getContent(content, 0, length);
        sectionCrc.reset();
        sectionCrc.update(content, 0, length);
        if (sectionCrc.getValue() != crc) {
            throw new IllegalStateException("a section of the snapshot is damaged: section=" + sections);
        }
        for (int shift = 0; shift < 32; shift += 8) {
            allCrcs.update((int)(crc >>> shift) & 0xFF);
        }
        sections++;
    }

    /** Log position at which the snapshot was taken. */
    long position() {
        return position;
    }

    /** Versions of the node that wrote it. */
    RuleVersions versions() {
        return versions;
    }

    /** Hash of the state written; at the end. */
    long stateHash() {
        return stateHash;
    }

    /** Reads on to the end, which proves that nothing is missing. */
    void expectEnd() {
        while (!isEnded) {
            if (used != length || !source.read(this::onMessage)) {
                throw new IllegalStateException("the snapshot does not end where it should: sections=" + sections);
            }
        }
    }
}
