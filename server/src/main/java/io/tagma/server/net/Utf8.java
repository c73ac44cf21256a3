package io.tagma.server.net;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** What the edge asks of UTF-8: is it ASCII, is it well-formed (RFC 3629), where may it be cut. */
final class Utf8 {
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long EACH = 0x0101010101010101L;
    private static final long SPACES = ' ' * EACH;
    private static final long DELETES = 0x7F * EACH;
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

    /** Whether all bytes are ASCII and none is a control character. */
    static boolean isPlainAscii(final DirectBuffer buffer, final int offset, final int length) {
        int i = offset;
        final int end = offset + length;
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            final long bytes = buffer.getLong(i, ByteOrder.LITTLE_ENDIAN);
            final long apart = bytes ^ DELETES;
            // The high bit of a byte is set where it is not ASCII, where it is below a space, where it is a delete.
            if (((bytes | bytes - SPACES & ~bytes | apart - EACH & ~apart) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; i < end; i++) {
            final byte b = buffer.getByte(i);
            if (b < ' ' || b == 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** Whether a well-formed text has a control character, U+0000 to U+001F or U+007F to U+009F. */
    static boolean hasControls(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        for (int i = offset; i < end; i++) {
            final int b = buffer.getByte(i) & 0xFF;
            if (b < ' ' || b == 0x7F || b == 0xC2 && (buffer.getByte(i + 1) & 0xFF) < 0xA0) {
                return true;
            }
        }
        return false;
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
