package io.tagma.server.admin;

/**
 * Cuts a stream of bytes into rows of CSV at LF outside of quotes, and counts the lines of the file. A quote stands for
 * itself unless it begins a field. Where quotes make no sense (something follows a closing quote, or none closes), or
 * the row is over the limit, the row is only its first line: it is at fault, and the next one begins behind it. A quote
 * left open thus costs one line, however many follow. (FastCSV waits for its input and cannot begin anew; it reads the
 * fields of a row.) Not thread-safe. After {@link #next} has returned true, the row stands in {@link #buffer()} until
 * the next call.
 */
final class RowSplitter {
    /** Bytes of a row without its end. */
    static final int ROW_LENGTH_MAX = 64 * 1024;

    private static final byte[] BYTE_ORDER_MARK = {(byte)0xEF, (byte)0xBB, (byte)0xBF};
    private static final int FIELD_START = 0;
    private static final int PLAIN = 1;
    private static final int QUOTED = 2;
    private static final int QUOTE_SEEN = 3;
    private static final int RETURN_SEEN = 4;
    private static final int BROKEN = 5;

    private byte[] buffer = new byte[ROW_LENGTH_MAX];
    private int start;
    private int scan;
    private int limit;
    private int state = FIELD_START;
    private boolean isPassing;
    private int linesOfRow;
    private int secondLine;
    private long linesBefore;
    private boolean isFirst = true;

    private long number;
    private int rowOffset;
    private int rowLength;
    private boolean isRowTooLong;
    private boolean isRowBroken;

    /** Gives the next piece, which is copied. */
    void feed(final byte[] piece, final int length) {
        final int left = limit - start;
        if (left + length > buffer.length) {
            final byte[] larger = new byte[Math.max(left + length, buffer.length + ROW_LENGTH_MAX)];
            System.arraycopy(buffer, start, larger, 0, left);
            buffer = larger;
        } else {
            System.arraycopy(buffer, start, buffer, 0, left);
        }
        scan -= start;
        secondLine -= start;
        limit = left;
        start = 0;
        System.arraycopy(piece, 0, buffer, limit, length);
        limit += length;
    }

    /** Whether there was a whole row; otherwise more is needed. */
    boolean next() {
        while (scan < limit) {
            final byte b = buffer[scan++];
            if (b == '\n') {
                if (state != QUOTED || isPassing) {
                    linesOfRow++;
                    finish(scan - 1, state == BROKEN);
                    return true;
                }
                breakLine();
            } else if (!isByteOrderMark(b)) {
                state = after(b);
                if (state == BROKEN && linesOfRow > 0) {
                    recover();
                    return true;
                }
            }
            if (scan - start > ROW_LENGTH_MAX) {
                isPassing = true;
                if (linesOfRow > 0) {
                    recover();
                    return true;
                }
            }
            if (isPassing) {
                start = scan;
            }
        }
        return false;
    }

    /** Whether a last row without an end is left, at the stream's end; to be asked until there is none. */
    boolean last() {
        if (next()) {
            return true;
        }
        if (start == limit && !isPassing) {
            return false;
        }
        if (state == QUOTED && linesOfRow > 0) {
            recover();
        } else {
            linesOfRow++;
            finish(limit, state == QUOTED || state == BROKEN);
        }
        return true;
    }

    byte[] buffer() {
        return buffer;
    }

    int offset() {
        return rowOffset;
    }

    int length() {
        return rowLength;
    }

    /** Number of the line at which the row begins, from 1. */
    long number() {
        return number;
    }

    /** Lines up to the row's end. */
    long lines() {
        return linesBefore;
    }

    boolean isTooLong() {
        return isRowTooLong;
    }

    /** Whether its quotes make no sense. */
    boolean isBroken() {
        return isRowBroken;
    }

    /** Whether the row holds nothing but white space. */
    boolean isBlank() {
        for (int i = rowOffset; i < rowOffset + rowLength; i++) {
            if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
                return false;
            }
        }
        return !isRowTooLong;
    }

    private int after(final byte b) {
        switch (state) {
            case FIELD_START:
                return b == '"' ? QUOTED : b == ',' ? FIELD_START : PLAIN;
            case PLAIN:
                return b == ',' ? FIELD_START : PLAIN;
            case QUOTED:
                return b == '"' ? QUOTE_SEEN : QUOTED;
            case QUOTE_SEEN:
                return b == '"' ? QUOTED : b == ',' ? FIELD_START : b == '\r' ? RETURN_SEEN : BROKEN;
            default:
                return BROKEN;
        }
    }

    private boolean isByteOrderMark(final byte b) {
        final int index = scan - 1 - start;
        return isFirst && linesOfRow == 0 && state == FIELD_START && index < BYTE_ORDER_MARK.length
            && b == BYTE_ORDER_MARK[index];
    }

    private void breakLine() {
        if (linesOfRow == 0) {
            secondLine = scan;
        }
        linesOfRow++;
    }

    /** The row's first line is at fault; what follows is read again as rows of their own. */
    private void recover() {
        linesOfRow = 1;
        scan = secondLine;
        finish(secondLine - 1, true);
    }

    private void finish(final int end, final boolean isBroken) {
        number = linesBefore + 1;
        linesBefore += linesOfRow;
        isRowTooLong = isPassing;
        isRowBroken = isBroken && !isRowTooLong;
        rowOffset = start;
        rowLength = isRowTooLong ? 0 : end - start;
        if (isFirst && rowLength >= BYTE_ORDER_MARK.length && buffer[rowOffset] == BYTE_ORDER_MARK[0]
            && buffer[rowOffset + 1] == BYTE_ORDER_MARK[1] && buffer[rowOffset + 2] == BYTE_ORDER_MARK[2]) {
            rowOffset += BYTE_ORDER_MARK.length;
            rowLength -= BYTE_ORDER_MARK.length;
        }
        isFirst = false;
        isPassing = false;
        linesOfRow = 0;
        state = FIELD_START;
        start = scan;
    }
}
