package io.tagma.server.admin;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A gzip stream (RFC 1952, one or more members) that arrives piece by piece and is inflated no further than it is asked
 * for. Not thread-safe.
 */
final class GzipSource implements AutoCloseable {
    private static final int FLAG_HCRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xE0;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private byte[] input = new byte[0];
    private int position;
    private Part part = Part.FIXED;
    private int count;
    private int flags;
    private long number;

    /** What of a member is read next. */
    private enum Part { FIXED, EXTRA_LENGTH, EXTRA, NAME, COMMENT, HEADER_CRC, CONTENT, TRAILER }

    /** Gives the next piece; the one before must be used up. */
    void feed(final byte[] piece) {
        input = piece;
        position = 0;
        if (part == Part.CONTENT) {
            inflater.setInput(input);
        }
    }

    /** Inflates into the array; 0 where more input is needed. */
    int read(final byte[] into) throws DataFormatException {
        while (true) {
            if (part == Part.CONTENT) {
                final int length = inflater.inflate(into);
                if (length > 0) {
                    crc.update(into, 0, length);
                    return length;
                }
                if (inflater.needsDictionary()) {
                    throw new DataFormatException("the stream wants a dictionary");
                }
                if (!inflater.finished()) {
                    position = input.length;
                    return 0;
                }
                position = input.length - inflater.getRemaining();
                begin(Part.TRAILER);
            }
            if (position == input.length) {
                return 0;
            }
            take(input[position++] & 0xFF);
        }
    }

    /** Whether the stream may end here: between two members. */
    boolean isWhole() {
        return part == Part.FIXED && count == 0;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private void begin(final Part next) {
        part = next;
        count = 0;
        number = 0;
    }

    private void take(final int b) throws DataFormatException {
        switch (part) {
            case FIXED -> fixed(b);
            case EXTRA_LENGTH -> {
                number |= (long) b << 8 * count++;
                if (count == 2) {
                    final long length = number;
                    begin(Part.EXTRA);
                    number = length;
                    if (length == 0) {
                        afterExtra();
                    }
                }
            }
            case EXTRA -> {
                if (--number == 0) {
                    afterExtra();
                }
            }
            case NAME -> {
                if (b == 0) {
                    afterName();
                }
            }
            case COMMENT -> {
                if (b == 0) {
                    afterComment();
                }
            }
            case HEADER_CRC -> {
                if (++count == 2) {
                    beginContent();
                }
            }
            case TRAILER -> trailer(b);
            default -> throw new IllegalStateException("part=" + part);
        }
    }

    private void fixed(final int b) throws DataFormatException {
        if (count == 0 && b != 0x1F || count == 1 && b != 0x8B || count == 2 && b != 8
            || count == 3 && (b & FLAGS_RESERVED) != 0) {
            throw new DataFormatException("the body is not gzip");
        }
        if (count == 3) {
            flags = b;
        }
        if (++count == 10) {
            if ((flags & FLAG_EXTRA) != 0) {
                begin(Part.EXTRA_LENGTH);
            } else {
                afterExtra();
            }
        }
    }

    private void afterExtra() {
        if ((flags & FLAG_NAME) != 0) {
            begin(Part.NAME);
        } else {
            afterName();
        }
    }

    private void afterName() {
        if ((flags & FLAG_COMMENT) != 0) {
            begin(Part.COMMENT);
        } else {
            afterComment();
        }
    }

    private void afterComment() {
        if ((flags & FLAG_HCRC) != 0) {
            begin(Part.HEADER_CRC);
        } else {
            beginContent();
        }
    }

    private void beginContent() {
        begin(Part.CONTENT);
        inflater.reset();
        crc.reset();
        inflater.setInput(input, position, input.length - position);
    }

    private void trailer(final int b) throws DataFormatException {
        number |= (long) b << 8 * (count & 3);
        count++;
        if (count == 4) {
            if (number != crc.getValue()) {
                throw new DataFormatException("the checksum of the gzip stream is wrong");
            }
            number = 0;
        } else if (count == 8) {
            if (number != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
                throw new DataFormatException("the length of the gzip stream is wrong");
            }
            begin(Part.FIXED);
        }
    }
}
