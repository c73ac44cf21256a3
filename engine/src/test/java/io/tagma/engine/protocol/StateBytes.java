package io.tagma.engine.protocol;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/** A state written into memory, to be compared and read back. */
public final class StateBytes extends StateWriter {
    private byte[] bytes = new byte[1024];
    private int length;

    @Override
    public void putBytes(final DirectBuffer source, final int offset, final int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        source.getBytes(offset, bytes, length, count);
        length += count;
    }

    /** What was written. */
    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Reads what was written, from its beginning. */
    public StateReader reader() {
        return new StateReader() {
            private int position;

            @Override
            public void getBytes(final byte[] destination, final int offset, final int count) {
                if (position + count > length) {
                    throw new IllegalStateException("the state breaks off: position=" + position);
                }
                System.arraycopy(bytes, position, destination, offset, count);
                position += count;
            }
        };
    }
}
