package io.tagma.server.net;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** What the edge asks of UTF-8: is it ASCII, is it well-formed (RFC 3629), where may it be cut. */
final class Utf8 {
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final byte[] NONE = new byte[0];

    private Utf8() {
    }

    /** Whether all bytes are below 0x80. */
    static boolean isAscii(final DirectBuffer buffer, final int offset, final int length) {
        int i = offset;
        final int end = offset + length;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            if ((buffer.getLong(i, ByteOrder.LITTLE_ENDIAN) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; i < end; i++) {
            if (buffer.getByte(i) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bytes are a text: no stray or missing continuation, no overlong form, no surrogate. */
    static boolean isWellFormed(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        int i = offset;
        while (i < end) {
            final int first = buffer.getByte(i++) & 0xFF;
            if (first < 0x80) {
                continue;
            }
            if (first < 0xC2 || first > 0xF4) {
                return false;
            }
            final int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
            if (i + more > end) {
                return false;
            }
            final int second = buffer.getByte(i) & 0xFF;
            final int min = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            final int max = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (second < min || second > max) {
                return false;
            }
            for (int k = 1; k < more; k++) {
                if ((buffer.getByte(i + k) & 0xC0) != 0x80) {
                    return false;
                }
            }
            i += more;
        }
        return true;
    }

    /** The text's bytes, cut behind a whole character where they are too many. */
    static byte[] cut(final String text, final int lengthMax) {
        if (text.isEmpty()) {
            return NONE;
        }
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= lengthMax) {
            return bytes;
        }
        int length = lengthMax;
        while (length > 0 && (bytes[length] & 0xC0) == 0x80) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }
}
