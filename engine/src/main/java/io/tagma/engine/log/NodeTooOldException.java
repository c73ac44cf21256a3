package io.tagma.engine.log;

/**
 * The log, or a snapshot, demands rules or a format that this node's software does not know: it must stop, because it
 * can no longer follow its peers, and go on with newer software from where it is. Neither log nor snapshot is at fault.
 */
public final class NodeTooOldException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what is demanded.
     *
     * @param what     the name of what has a version
     * @param demanded its version there
     * @param known    the newest that this software knows
     */
    public NodeTooOldException(final String what, final int demanded, final int known) {
        super("this node is too old: " + what + "=" + demanded + ", known=" + known
            + "; start it with newer software");
    }
}
