package io.tagma.engine.ordinals;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * A set of ordinals (0 to 2^31 - 1), compressed, ascending. For one thread at a time: <b>not readable while it is
 * written</b>, not even {@link #contains}; whoever reads on another thread takes a {@link #copy()} that nobody writes.
 *
 * <p>Serialised as a bitmap in the portable Roaring format, which other languages read.
 */
public final class OrdinalSet {
    private static final int OBJECT_BYTES = 64;

    private final RoaringBitmap bitmap;

    /** An empty set. */
    public OrdinalSet() {
        this(new RoaringBitmap());
    }

    private OrdinalSet(final RoaringBitmap bitmap) {
        this.bitmap = bitmap;
    }

    /** Adds the ordinal; whether it was absent. */
    public boolean add(final int ordinal) {
        assert ordinal >= 0 : "negative: ordinal=" + ordinal;
        return bitmap.checkedAdd(ordinal);
    }

    /** Removes the ordinal; whether it was present. */
    public boolean remove(final int ordinal) {
        return bitmap.checkedRemove(ordinal);
    }

    /** Whether the ordinal is a member. */
    public boolean contains(final int ordinal) {
        return bitmap.contains(ordinal);
    }

    /** Number of members. */
    public int cardinality() {
        return bitmap.getCardinality();
    }

    /** Whether there is no member. */
    public boolean isEmpty() {
        return bitmap.isEmpty();
    }

    /** Smallest member at or after {@code from}, or -1. */
    public int next(final int from) {
        assert from >= 0 : "negative: from=" + from;
        return (int) bitmap.nextValue(from);
    }

    /** Hands over every member, ascending. The set must not change meanwhile. */
    public void forEach(final OrdinalConsumer consumer) {
        bitmap.forEach((IntConsumer) consumer::accept);
    }

    /** A copy that shares nothing with this set. */
    public OrdinalSet copy() {
        return new OrdinalSet(bitmap.clone());
    }

    /** Removes every member. */
    public void clear() {
        bitmap.clear();
    }

    /** Keeps only members of the other set as well. */
    public void and(final OrdinalSet other) {
        bitmap.and(other.bitmap);
    }

    /** Adds all members of the other set. */
    public void or(final OrdinalSet other) {
        bitmap.or(other.bitmap);
    }

    /** Keeps what is a member of exactly one of the two. */
    public void xor(final OrdinalSet other) {
        bitmap.xor(other.bitmap);
    }

    /** Removes all members of the other set. */
    public void andNot(final OrdinalSet other) {
        bitmap.andNot(other.bitmap);
    }

    /** Adds the first {@code count} of ascending ordinals: one merge a container, where single adds shift it each. */
    void addAll(final int[] ascending, final int count) {
        bitmap.or(bitmapOf(ascending, count));
    }

    /** Removes the first {@code count} of ascending ordinals. */
    void removeAll(final int[] ascending, final int count) {
        bitmap.andNot(bitmapOf(ascending, count));
    }

    private static RoaringBitmap bitmapOf(final int[] ascending, final int count) {
        final RoaringBitmap batch = new RoaringBitmap();
        batch.addN(ascending, 0, count);
        return batch;
    }

    /** Number of ordinals that are members of both. */
    public static int intersectionCardinality(final OrdinalSet a, final OrdinalSet b) {
        return RoaringBitmap.andCardinality(a.bitmap, b.bitmap);
    }

    /** Length of the serialised set in bytes. */
    public int serializedLength() {
        return bitmap.serializedSizeInBytes();
    }

    /** Writes the set in the portable Roaring format; the number of bytes written. */
    public int serialize(final MutableDirectBuffer dst, final int offset) {
        final byte[] bytes = toBytes();
        dst.putBytes(offset, bytes);
        return bytes.length;
    }

    /** The set in the portable Roaring format. */
    public byte[] toBytes() {
        final byte[] bytes = new byte[bitmap.serializedSizeInBytes()];
        bitmap.serialize(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * The set read from exactly these bytes. Copies: the source may change afterwards.
     *
     * @throws IllegalArgumentException where the bytes are not a valid set of ordinals
     */
    public static OrdinalSet deserialize(final DirectBuffer src, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        src.getBytes(offset, bytes);
        final RoaringBitmap bitmap = new RoaringBitmap();
        try {
            bitmap.deserialize(ByteBuffer.wrap(bytes));
        } catch (final IOException | RuntimeException e) {
            throw new IllegalArgumentException("not a bitmap: length=" + length, e);
        }
        if (!isValid(bitmap, length)) {
            throw new IllegalArgumentException("not a valid set of ordinals: length=" + length);
        }
        return new OrdinalSet(bitmap);
    }

    private static boolean isValid(final RoaringBitmap bitmap, final int length) {
        return bitmap.validate() && bitmap.serializedSizeInBytes() == length
            && (bitmap.isEmpty() || bitmap.last() >= 0);
    }

    /** An estimate of the memory held. */
    public long memoryBytes() {
        return bitmap.getLongSizeInBytes() + OBJECT_BYTES;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof OrdinalSet that && bitmap.equals(that.bitmap);
    }

    @Override
    public int hashCode() {
        return bitmap.hashCode();
    }

    @Override
    public String toString() {
        return bitmap.toString();
    }
}
