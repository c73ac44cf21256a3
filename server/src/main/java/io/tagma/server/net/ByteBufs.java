package io.tagma.server.net;

import io.netty.buffer.ByteBuf;
import org.agrona.concurrent.UnsafeBuffer;

/** Lays an Agrona buffer over a Netty buffer's memory, without copying. */
final class ByteBufs {
    private ByteBufs() {
    }

    /** The view is valid until the Netty buffer is released or grows. */
    static void wrap(final UnsafeBuffer view, final ByteBuf bytes, final int index, final int length) {
        if (bytes.hasMemoryAddress()) {
            view.wrap(bytes.memoryAddress() + index, length);
        } else if (bytes.hasArray()) {
            view.wrap(bytes.array(), bytes.arrayOffset() + index, length);
        } else {
            view.wrap(bytes.nioBuffer(index, length));
        }
    }
}
