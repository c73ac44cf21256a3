package io.tagma.server.admin;

/** A queue is full: try again later. Without a stack trace: an expected answer. */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which queue is full. */
    public BusyException(final String detail) {
        super(detail, null, false, false);
    }
}
