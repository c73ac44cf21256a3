package io.tagma.server.cluster;

/** The log on the disk lacks or contradicts what was acknowledged; the node refuses to start on it. */
public final class DamagedLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedLogException(final String message) {
        super(message);
    }
}
