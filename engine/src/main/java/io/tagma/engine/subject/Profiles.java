package io.tagma.engine.subject;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Every subject's profile (attributes, consents, addresses) as one encoded byte string by ordinal, off-heap.
 * Engine thread only.
 *
 * <p>The counters are logical: they depend on what is stored and never on how full the memory is, so that replicas
 * agree on them.
 */
public final class Profiles implements AutoCloseable {
    /** Longest profile. */
    public static final int LENGTH_MAX = 64 * 1024;

    private final Blobs blobs;
    private final UnsafeBuffer written = new UnsafeBuffer(0, 0);
    private long bytes;

    /** Profiles sized for so many subjects. */
    public Profiles(final StoreSizes sizes) {
        blobs = new Blobs("profiles", sizes.subjects(), sizes.profileLengthAverage());
    }

    /**
     * Wraps the profile where it lies; valid until the next {@link #put} or {@link #remove}.
     *
     * @return its length, or -1 where the ordinal has none
     */
    public int get(final int ordinal, final UnsafeBuffer wrap) {
        return blobs.get(ordinal, wrap);
    }

    /** Stores a profile in place of an older one. The source must not be memory that {@link #get} wrapped. */
    public void put(final int ordinal, final DirectBuffer src, final int offset, final int length) {
        if (length < 0 || length > LENGTH_MAX) {
            throw new IllegalArgumentException("profile too long: length=" + length + ", max=" + LENGTH_MAX);
        }
        final int lengthBefore = blobs.reserve(ordinal, length, written);
        written.putBytes(0, src, offset, length);
        bytes += length - Math.max(lengthBefore, 0);
    }

    /** Forgets a profile; false where there was none. */
    public boolean remove(final int ordinal) {
        final int length = blobs.remove(ordinal);
        bytes -= Math.max(length, 0);
        return length >= 0;
    }

    /** Number of profiles. */
    public long entries() {
        return blobs.entries();
    }

    /** Bytes of all profiles. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        blobs.close();
    }
}
