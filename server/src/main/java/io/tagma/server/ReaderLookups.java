package io.tagma.server;

import io.tagma.engine.segment.LookupReader;
import io.tagma.server.net.Lookups;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The engine's reader as the binary protocol asks for it. One thread's. */
final class ReaderLookups implements Lookups {
    private final LookupReader reader;
    private final LongSupplier readAtMs;

    /** @param readAtMs asked once a batch: see {@link LookupReader#begin(long)} */
    ReaderLookups(final LookupReader reader, final LongSupplier readAtMs) {
        this.reader = reader;
        this.readAtMs = readAtMs;
    }

    @Override
    public void begin() {
        reader.begin(readAtMs.getAsLong());
    }

    @Override
    public boolean lookup(final DirectBuffer key, final int offset, final int length, final int website) {
        return reader.lookup(key, offset, length, website);
    }

    @Override
    public void expect(final DirectBuffer buffer, final int[] offsets, final int[] lengths, final int count) {
        reader.expect(buffer, offsets, lengths, count);
    }

    @Override
    public boolean lookupExpected(final int index, final int website) {
        return reader.lookupExpected(index, website);
    }

    @Override
    public int customerGroup() {
        return reader.customerGroup();
    }

    @Override
    public int count() {
        return reader.count();
    }

    @Override
    public int segmentId(final int i) {
        return reader.segmentId(i);
    }

    @Override
    public int segmentIds(final MutableDirectBuffer destination, final int offset) {
        return reader.segmentIds(destination, offset);
    }

    @Override
    public long varyHash() {
        return reader.varyHash();
    }

    @Override
    public boolean isStale() {
        return reader.isStale();
    }

    @Override
    public int epoch() {
        return reader.epoch();
    }

    @Override
    public boolean isMember(final int segmentId) {
        return reader.isMember(segmentId);
    }

    @Override
    public long asOf() {
        return reader.asOf();
    }

    @Override
    public long position() {
        return reader.position();
    }

    @Override
    public boolean hasWebsite(final int id) {
        return reader.hasWebsite(id);
    }

    @Override
    public void end() {
        reader.end();
    }

    @Override
    public void close() {
        reader.close();
    }
}
