package io.tagma.engine.protocol;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads back what {@link StateWriter} wrote. Reading past the end throws an IllegalStateException. */
public abstract class StateReader {
    private final byte[] bytes = new byte[8];
    private final UnsafeBuffer scratch = new UnsafeBuffer(bytes);

    /** Fills the array range with the next bytes. */
    public abstract void getBytes(byte[] destination, int offset, int length);

    /** A byte, unsigned. */
    public final int getByte() {
        getBytes(bytes, 0, 1);
        return bytes[0] & 0xFF;
    }

    /** A boolean. */
    public final boolean getBoolean() {
        return getByte() != 0;
    }

    /** 32 bits. */
    public final int getInt() {
        getBytes(bytes, 0, 4);
        return scratch.getInt(0, ByteOrder.LITTLE_ENDIAN);
    }

    /** 64 bits. */
    public final long getLong() {
        getBytes(bytes, 0, 8);
        return scratch.getLong(0, ByteOrder.LITTLE_ENDIAN);
    }

    /** A text or null. */
    public final String getText() {
        final int length = getInt();
        if (length < 0) {
            return null;
        }
        final byte[] text = new byte[length];
        getBytes(text, 0, length);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Bytes with their length in front. */
    public final byte[] getBlob() {
        final byte[] blob = new byte[getInt()];
        getBytes(blob, 0, blob.length);
        return blob;
    }
}
