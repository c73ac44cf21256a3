package io.tagma.loadtest.torture;

/** What must never happen has: the sentence says what, and where to look. */
final class TortureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TortureException(final String what) {
        super(what);
    }

    TortureException(final String what, final Throwable cause) {
        super(what, cause);
    }
}
