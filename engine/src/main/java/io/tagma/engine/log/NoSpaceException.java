package io.tagma.engine.log;

/** The disk is nearly full: what was asked for has no room. Without a stack trace: an expected answer. */
public final class NoSpaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What has no room, and how much it lacks. */
    public NoSpaceException(final String detail) {
        super(detail, null, false, false);
    }
}
