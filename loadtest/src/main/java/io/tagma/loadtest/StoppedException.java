package io.tagma.loadtest;

/** The user stopped the run: not a fault. Without a stack trace. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
        super("stopped", null, false, false);
    }
}
