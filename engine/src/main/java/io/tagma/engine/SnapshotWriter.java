package io.tagma.engine;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.log.StateMachine.SnapshotSink;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.SnapshotBeginEncoder;
import io.tagma.engine.protocol.SnapshotEndEncoder;
import io.tagma.engine.protocol.SnapshotSectionEncoder;
import io.tagma.engine.protocol.StateWriter;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a stream of primitives into sections with checksums, between a beginning and an end. The end has the hash of the
 * whole stream, which is the state hash: taken on the way, because a pass of its own would halt the engine once more.
 */
final class SnapshotWriter extends StateWriter {
    /** A state of the first application version, which it does not name. */
    static final int FORMAT_FIRST = 2;
    /** A state that begins with its application version. */
    static final int FORMAT_VERSIONED = 3;
    static final int SECTION_LENGTH = 32 * 1024;

    private final SnapshotSink sink;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SnapshotSectionEncoder section = new SnapshotSectionEncoder();
    private final byte[] content = new byte[SECTION_LENGTH];
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[SECTION_LENGTH + 256]);
    private final CRC32C sectionCrc = new CRC32C();
    private final CRC32C allCrcs = new CRC32C();
    private final HashStream64 stateHash = Hashing.xxh3_64().hashStream();
    private int used;
    private long sections;

    SnapshotWriter(final SnapshotSink sink, final int format, final long position, final long now,
                   final RuleVersions versions) {
        this.sink = sink;
        final SnapshotBeginEncoder begin = new SnapshotBeginEncoder().wrapAndApplyHeader(message, 0, header)
            .formatVersion(format).position(position).now(now).crc(0)
            .tzdb(versions.tzdb()).icu(versions.icu()).re2j(versions.re2j());
        begin.crc(beginningCrc(message, 0, begin.limit()));
        sink.write(message, 0, begin.limit());
    }

    @Override
    public void putBytes(final DirectBuffer source, final int offset, final int length) {
        int done = 0;
        while (done < length) {
            if (used == SECTION_LENGTH) {
                flush();
            }
            final int part = Math.min(length - done, SECTION_LENGTH - used);
            source.getBytes(offset + done, content, used, part);
            used += part;
            done += part;
        }
    }

    private void flush() {
        stateHash.putBytes(content, 0, used);
        sectionCrc.reset();
        sectionCrc.update(content, 0, used);
        final long crc = sectionCrc.getValue();
        update(allCrcs, crc);
        section.wrapAndApplyHeader(message, 0, header).section((int)(sections & 0xFFFF)).crc(crc)
            .putContent(content, 0, used);
        sink.write(message, 0, section.limit());
        sections++;
        used = 0;
    }

    /** CRC32C of a beginning that has one, as if it were 0 there. */
    static long beginningCrc(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final int crcAt = MessageHeaderEncoder.ENCODED_LENGTH + SnapshotBeginEncoder.crcEncodingOffset();
        Arrays.fill(bytes, crcAt, crcAt + SnapshotBeginEncoder.crcEncodingLength(), (byte)0);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }

    /** A section's checksum into the checksum over all of them. */
    static void update(final CRC32C allCrcs, final long crc) {
        for (int shift = 0; shift < 32; shift += 8) {
            allCrcs.update((int)(crc >>> shift) & 0xFF);
        }
    }

    void end() {
        flush();
        final SnapshotEndEncoder end = new SnapshotEndEncoder().wrapAndApplyHeader(message, 0, header)
            .sections(sections).crc(allCrcs.getValue())
            .stateHash(stateHash.getAsLong());
        sink.write(message, 0, end.limit());
    }
}
