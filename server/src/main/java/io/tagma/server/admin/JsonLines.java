package io.tagma.server.admin;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;

/** Lines of JSON, each a command by itself. One stream's. */
final class JsonLines implements LineSource {
    private final LineSplitter splitter = new LineSplitter();
    private final Parser parser;
    private long lines;

    JsonLines(final Parser parser) {
        this.parser = parser;
    }

    /** Reads a line. */
    @FunctionalInterface
    interface Parser {
        /** The line's command. */
        Command parse(byte[] line, int offset, int length) throws LineFault;
    }

    @Override
    public void feed(final byte[] piece, final int length) {
        splitter.feed(piece, length);
    }

    @Override
    public boolean next() {
        return counted(splitter.next());
    }

    @Override
    public boolean last() {
        return counted(splitter.last());
    }

    private boolean counted(final boolean isThere) {
        if (isThere) {
            lines++;
        }
        return isThere;
    }

    @Override
    public long lines() {
        return lines;
    }

    @Override
    public long number() {
        return lines;
    }

    @Override
    public int length() {
        return splitter.isTooLong() ? 0 : splitter.length();
    }

    @Override
    public Draft draft() throws LineFault {
        if (splitter.isTooLong()) {
            throw new LineFault(ResultCode.TOO_LARGE, "", "the line is longer than " + LineSplitter.LINE_LENGTH_MAX
                + " bytes");
        }
        return splitter.isBlank() ? null
            : Draft.of(parser.parse(splitter.buffer(), splitter.offset(), splitter.length()));
    }

    @Override
    public String pointer(final Command command, final String field) {
        return LinePointers.of(command, field);
    }
}
