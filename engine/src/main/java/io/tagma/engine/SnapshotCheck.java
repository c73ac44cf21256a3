package io.tagma.engine;

import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import io.tagma.engine.protocol.SnapshotEndDecoder;
import io.tagma.engine.protocol.SnapshotSectionDecoder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * Checks the messages of a snapshot as they come: a beginning of a known format, sections that match their checksums,
 * and an end that counts them and has the checksum over theirs. Without an engine and its memory: what passes is what
 * was written, from the first section to the end. One thread.
 */
public final class SnapshotCheck {
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SnapshotBeginDecoder begin = new SnapshotBeginDecoder();
    private final SnapshotSectionDecoder section = new SnapshotSectionDecoder();
    private final SnapshotEndDecoder end = new SnapshotEndDecoder();
    private final CRC32C sectionCrc = new CRC32C();
    private final CRC32C allCrcs = new CRC32C();
    private final byte[] content = new byte[SnapshotWriter.SECTION_LENGTH];
    private int contentLength;
    private long sections;
    private long length;
    private long position;
    private long nowMs;
    private long stateHash;
    private RuleVersions versions;
    private int format;
    private boolean isBegun;
    private boolean isEnded;

    /**
     * Reads a snapshot to its end.
     *
     * @throws IllegalStateException where it is damaged or not whole
     * @throws NodeTooOldException   where its beginning is whole and of a later format than this software knows
     */
    public static SnapshotSummary check(final SnapshotSource source) {
        final SnapshotCheck check = new SnapshotCheck();
        while (!check.isEnded) {
            if (!source.read(check::onMessage)) {
                throw new IllegalStateException("the snapshot breaks off: sections=" + check.sections);
            }
        }
        return check.summary();
    }

    /**
     * The next message.
     *
     * @throws IllegalStateException where it is damaged or out of place
     * @throws NodeTooOldException   where it is a beginning of a later format than this software knows
     */
    public void onMessage(final DirectBuffer buffer, final int offset, final int messageLength) {
        contentLength = 0;
        length += messageLength;
        try {
            decode(buffer, offset, messageLength);
        } catch (final IndexOutOfBoundsException ex) {
            throw new IllegalStateException("a message of the snapshot is damaged: sections=" + sections
                + ", messageLength=" + messageLength, ex);
        }
    }

    private void decode(final DirectBuffer buffer, final int offset, final int messageLength) {
        if (messageLength < MessageHeaderDecoder.ENCODED_LENGTH || isEnded) {
            throw new IllegalStateException("no part of a snapshot: messageLength=" + messageLength + ", isEnded="
                + isEnded);
        }
        header.wrap(buffer, offset);
        switch (header.templateId()) {
            case SnapshotBeginDecoder.TEMPLATE_ID:
                onBegin(buffer, offset, messageLength);
                break;
            case SnapshotSectionDecoder.TEMPLATE_ID:
                onSection(buffer, offset, messageLength);
                break;
            case SnapshotEndDecoder.TEMPLATE_ID:
                onEnd(buffer, offset);
                break;
            default:
                throw new IllegalStateException("no part of a snapshot: template=" + header.templateId());
        }
    }

    private void onBegin(final DirectBuffer buffer, final int offset, final int messageLength) {
        begin.wrapAndApplyHeader(buffer, offset, header);
        format = begin.formatVersion();
        final boolean hasCrc = header.blockLength() >= SnapshotBeginDecoder.BLOCK_LENGTH;
        if (isBegun || format < SnapshotWriter.FORMAT_FIRST || format > SnapshotWriter.FORMAT_VERSIONED && !hasCrc) {
            throw new IllegalStateException("unknown snapshot: formatVersion=" + format + ", known="
                + SnapshotWriter.FORMAT_FIRST + ", known=" + SnapshotWriter.FORMAT_VERSIONED);
        }
        position = begin.position();
        if (hasCrc && SnapshotWriter.beginningCrc(buffer, offset, messageLength) != begin.crc()) {
            throw new IllegalStateException("the beginning of the snapshot is damaged: position=" + position);
        }
        if (format > SnapshotWriter.FORMAT_VERSIONED) {
            throw new NodeTooOldException("snapshotFormat", format, SnapshotWriter.FORMAT_VERSIONED);
        }
        nowMs = begin.now();
        versions = new RuleVersions(begin.tzdb(), begin.icu(), begin.re2j());
        isBegun = true;
    }

    private void onSection(final DirectBuffer buffer, final int offset, final int messageLength) {
        section.wrapAndApplyHeader(buffer, offset, header);
        final long crc = section.crc();
        final int claimed = section.contentLength();
        if (!isBegun || claimed < 0 || claimed > content.length || claimed > messageLength) {
            throw new IllegalStateException("no section of this snapshot: length=" + claimed);
        }
        section.getContent(content, 0, claimed);
        sectionCrc.reset();
        sectionCrc.update(content, 0, claimed);
        if (sectionCrc.getValue() != crc) {
            throw new IllegalStateException("a section of the snapshot is damaged: section=" + sections);
        }
        SnapshotWriter.update(allCrcs, crc);
        contentLength = claimed;
        sections++;
    }

    private void onEnd(final DirectBuffer buffer, final int offset) {
        end.wrapAndApplyHeader(buffer, offset, header);
        if (!isBegun || end.sections() != sections || end.crc() != allCrcs.getValue()) {
            throw new IllegalStateException("the snapshot is not whole: sections=" + sections + ", expected="
                + end.sections());
        }
        stateHash = end.stateHash();
        isEnded = true;
    }

    /** Whether the beginning has come. */
    boolean isBegun() {
        return isBegun;
    }

    /** How the state is written. */
    int format() {
        return format;
    }

    /** Whether the end has come: nothing is missing. */
    public boolean isEnded() {
        return isEnded;
    }

    /** What the snapshot says of itself; at the end. */
    public SnapshotSummary summary() {
        if (!isEnded) {
            throw new IllegalStateException("the snapshot has no end: sections=" + sections);
        }
        return new SnapshotSummary(position, nowMs, sections, length, stateHash);
    }

    /** Content of the section that the last message was, {@link #contentLength} bytes of it. */
    byte[] content() {
        return content;
    }

    /** 0 where the last message was no section. */
    int contentLength() {
        return contentLength;
    }

    long sections() {
        return sections;
    }

    /** Versions of the node that wrote it. */
    RuleVersions versions() {
        return versions;
    }
}
