package io.tagma.server.conformance;

/** A rule that our grammar cannot say. Without a stack trace: an expected answer. */
final class Inexpressible extends Exception {
    private static final long serialVersionUID = 1L;

    Inexpressible(final String reason) {
        super(reason, null, false, false);
    }
}
