package io.tagma.engine;

/**
 * The log, or a snapshot, demands rules that this node's software does not know: it must stop, because it can no longer
 * follow its peers, and go on with newer software from where it is. Neither log nor snapshot is at fault.
 */
public final class NodeTooOldException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NodeTooOldException(final int applicationVersion, final int known) {
        super("this node is too old: applicationVersion=" + applicationVersion + ", known=" + known
            + "; start it with newer software");
    }
}
