package io.tagma.engine.model;

import io.tagma.engine.protocol.ResultCode;

/**
 * Why a definition is refused: a code other than OK, a JSON Pointer to the offending node (empty for the whole
 * document) and a sentence. Without a stack trace: an expected answer, off the hot paths.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final ResultCode code;
    private final String pointer;

    /** A refusal with its pointer. */
    public Refusal(final ResultCode code, final String pointer, final String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.pointer = pointer;
    }

    /** The code of the answer. */
    public ResultCode code() {
        return code;
    }

    /** RFC 6901; empty for the whole document. */
    public String pointer() {
        return pointer;
    }
}
