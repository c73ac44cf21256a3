package io.tagma.server.cluster;

/** The log on the disk lacks or contradicts what was acknowledged; the node refuses to start on it. */
public final class DamagedLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String ADVICE = ": the node does not start on it; restore a backup into an empty directory "
        + "(tagma restore FILE --data DIR), or, on a cluster, delete this member's data directory and let it be seeded "
        + "from its peers";

    DamagedLogException(final String message) {
        super(message + ADVICE);
    }
}
