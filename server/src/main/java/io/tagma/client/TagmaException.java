package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;

/**
 * Why a call has no answer. {@code DEADLINE}: its time was up; an update may still be applied. {@code BUSY}: too much
 * is in flight, nothing was sent. {@code SHUTTING_DOWN}: the client was closed. Other codes are the server's. Without a
 * stack trace: it is made on the event loop, whose stack says nothing.
 */
public final class TagmaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ResultCode code;

    /** With the code that callers decide by. */
    public TagmaException(final ResultCode code, final String detail) {
        super(code + ": " + detail, null, false, false);
        this.code = code;
    }

    /** What went wrong. */
    public ResultCode code() {
        return code;
    }
}
