package io.tagma.engine.protocol;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where the logical state is written in canonical order, as a stream of primitives: into a snapshot or into a hash, by
 * the same lines. Numbers are little endian. Not thread-safe.
 */
public abstract class StateWriter {
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[8]);
    private final UnsafeBuffer wrapped = new UnsafeBuffer(0, 0);

    /** Takes raw bytes. */
    public abstract void putBytes(DirectBuffer source, int offset, int length);

    /** A byte. */
    public final void putByte(final int value) {
        scratch.putByte(0, (byte)value);
        putBytes(scratch, 0, 1);
    }

    /** A boolean, as a byte. */
    public final void putBoolean(final boolean value) {
        putByte(value ? 1 : 0);
    }

    /** 32 bits. */
    public final void putInt(final int value) {
        scratch.putInt(0, value, ByteOrder.LITTLE_ENDIAN);
        putBytes(scratch, 0, 4);
    }

    /** 64 bits. */
    public final void putLong(final long value) {
        scratch.putLong(0, value, ByteOrder.LITTLE_ENDIAN);
        putBytes(scratch, 0, 8);
    }

    /** A text: length in bytes, then UTF-8; null is length -1. */
    public final void putText(final String text) {
        if (text == null) {
            putInt(-1);
            return;
        }
        putBlob(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes with their length in front. */
    public final void putBlob(final byte[] bytes) {
        putInt(bytes.length);
        wrapped.wrap(bytes);
        putBytes(wrapped, 0, bytes.length);
    }

    /** Bytes with their length in front. */
    public final void putBlob(final DirectBuffer source, final int offset, final int length) {
        putInt(length);
        putBytes(source, offset, length);
    }
}
