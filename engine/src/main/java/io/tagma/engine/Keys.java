package io.tagma.engine;

/** Keys and ids: their rules, and how messages hold them. */
final class Keys {
    private Keys() {
    }

    /** Whether so many bytes of UTF-8 without control characters. */
    static boolean isLegal(final byte[] key, final int lengthMax) {
        if (key.length == 0 || key.length > lengthMax) {
            return false;
        }
        for (int i = 0; i < key.length; i++) {
            final int b = key[i] & 0xFF;
            if (b < 0x20 || b == 0x7F) {
                return false;
            }
            if (b == 0xC2 && i + 1 < key.length && (key[i + 1] & 0xFF) >= 0x80 && (key[i + 1] & 0xFF) < 0xA0) {
                return false;
            }
        }
        return true;
    }

    /** A field of variable length of a message. */
    interface Bytes {
        /** Copies it, and moves on to the next. */
        int get(byte[] dst, int dstOffset, int length);
    }

    /** A copy of the field that is next. */
    static byte[] read(final int length, final Bytes field) {
        final byte[] bytes = new byte[length];
        field.get(bytes, 0, length);
        return bytes;
    }

    /** A name as a token of a JSON Pointer. */
    static String token(final String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
