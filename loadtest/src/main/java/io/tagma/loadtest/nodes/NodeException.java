package io.tagma.loadtest.nodes;

/** A node, or what it was to do, is not as it should be. */
public class NodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** In words. */
    public NodeException(final String what) {
        super(what);
    }

    /** In words, and why. */
    public NodeException(final String what, final Throwable cause) {
        super(what, cause);
    }
}
