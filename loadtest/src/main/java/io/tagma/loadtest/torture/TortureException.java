package io.tagma.loadtest.torture;

import io.tagma.loadtest.nodes.NodeException;

/** What must never happen has: the sentence says what, and where to look. */
final class TortureException extends NodeException {
    private static final long serialVersionUID = 1L;

    TortureException(final String what) {
        super(what);
    }

    TortureException(final String what, final Throwable cause) {
        super(what, cause);
    }
}
