package io.tagma.server.admin;

import io.tagma.engine.protocol.ResultCode;

/** A refusal that is no command's result. Without a stack trace: an expected answer. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ResultCode code;

    /** Why, in a code and in words. */
    public RefusedException(final ResultCode code, final String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    ResultCode code() {
        return code;
    }
}
