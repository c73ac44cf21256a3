package io.tagma.server.admin;

/**
 * Cuts a stream of bytes into lines at LF. A line over the limit is not kept: only that it was there. Not thread-safe.
 * After {@link #next} has returned true, the line stands in {@link #buffer()} until the next call.
 */
final class LineSplitter {
    /** Bytes of a line without its end. */
    static final int LINE_LENGTH_MAX = 64 * 1024;

    private final byte[] carried = new byte[LINE_LENGTH_MAX];
    private int carriedLength;
    private boolean isOverlong;
    private byte[] piece = new byte[0];
    private int position;
    private int limit;

    private byte[] line;
    private int lineOffset;
    private int lineLength;
    private boolean isLineTooLong;

    /** Gives the next piece; the one before must be used up. */
    void feed(final byte[] bytes, final int length) {
        if (position < limit) {
            throw new IllegalStateException("a piece is left: length=" + (limit - position));
        }
        piece = bytes;
        position = 0;
        limit = length;
    }

    /** Whether there was a whole line; otherwise the piece is used up. */
    boolean next() {
        for (int i = position; i < limit; i++) {
            if (piece[i] == '\n') {
                finish(i);
                position = i + 1;
                return true;
            }
        }
        carry(limit);
        position = limit;
        return false;
    }

    /** Whether a last line without an end is left, at the stream's end. */
    boolean last() {
        if (carriedLength == 0 && !isOverlong) {
            return false;
        }
        finish(position);
        return true;
    }

    byte[] buffer() {
        return line;
    }

    int offset() {
        return lineOffset;
    }

    int length() {
        return lineLength;
    }

    boolean isTooLong() {
        return isLineTooLong;
    }

    /** Whether the line holds nothing but white space. */
    boolean isBlank() {
        for (int i = lineOffset; i < lineOffset + lineLength; i++) {
            if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
                return false;
            }
        }
        return !isLineTooLong;
    }

    private void finish(final int end) {
        if (carriedLength == 0 && !isOverlong) {
            line = piece;
            lineOffset = position;
            lineLength = end - position;
            isLineTooLong = lineLength > LINE_LENGTH_MAX;
            return;
        }
        carry(end);
        line = carried;
        lineOffset = 0;
        lineLength = isOverlong ? 0 : carriedLength;
        isLineTooLong = isOverlong;
        carriedLength = 0;
        isOverlong = false;
    }

    private void carry(final int end) {
        final int length = end - position;
        if (isOverlong || carriedLength + length > LINE_LENGTH_MAX) {
            isOverlong = true;
            carriedLength = 0;
            return;
        }
        System.arraycopy(piece, position, carried, carriedLength, length);
        carriedLength += length;
    }
}
