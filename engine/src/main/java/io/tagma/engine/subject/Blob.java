package io.tagma.engine.subject;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;

/**
 * The value type of the maps: where an entry's bytes are in memory. Reading an entry copies nothing, and writing one
 * only makes room for it: in both cases the address is taken, and the bytes are read and written in place. An entry
 * does not move unless it is put again itself, with another length.
 */
final class Blob {
    long address;
    int length;

    /** Takes the entry's address from the map. */
    static final class Reader implements SizedReader<Blob> {
        @Override
        @SuppressWarnings("rawtypes")
        public Blob read(final Bytes in, final long size, final Blob using) {
            final Blob blob = using == null ? new Blob() : using;
            blob.address = in.addressForRead(in.readPosition());
            blob.length = (int) size;
            return blob;
        }
    }

    /** Takes the address of the room made for an entry, and leaves its bytes as they are. */
    static final class Writer implements SizedWriter<Blob> {
        @Override
        public long size(final Blob blob) {
            return blob.length;
        }

        @Override
        @SuppressWarnings("rawtypes")
        public void write(final Bytes out, final long size, final Blob blob) {
            blob.address = out.addressForWrite(out.writePosition());
            out.writeSkip(size);
        }
    }
}
