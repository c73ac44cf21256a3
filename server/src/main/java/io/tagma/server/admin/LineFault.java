package io.tagma.server.admin;

import io.tagma.engine.protocol.ResultCode;

/** Why a line of an ingest stream fails. Without a stack trace: an expected answer. */
final class LineFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final ResultCode code;
    private final String pointer;

    LineFault(final ResultCode code, final String pointer, final String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.pointer = pointer;
    }

    ResultCode code() {
        return code;
    }

    /** JSON Pointer into the line. */
    String pointer() {
        return pointer;
    }
}
