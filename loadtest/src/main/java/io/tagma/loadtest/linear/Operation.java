package io.tagma.loadtest.linear;

/**
 * What one client did to one register, and when. Immutable.
 *
 * @param kind       what was asked
 * @param client     who asked; it asks one thing at a time
 * @param node       whom; the number of nodes where the client's link chose one
 * @param life       the node's process that answered, counted from 0; -1 where it is not known which
 * @param value      written or read; the value written is the register's only one of that kind, 0 is never written
 * @param invokedNs  when it was asked, from the beginning of the run
 * @param returnedNs when the answer was there; {@link #NEVER} for a write of unknown outcome, which may take effect at
 *                   any moment since, or not at all
 * @param atLeast    log position that the answer had to contain; 0 for none
 * @param position   log position that the answer gave: of a read, it contains everything up to there; of a write, it is
 *                   contained in everything from there on
 */
record Operation(Kind kind, int client, int node, int life, long value, long invokedNs, long returnedNs, long atLeast,
                 long position) {
    /** No answer came. */
    static final long NEVER = Long.MAX_VALUE;

    /** Kinds of operations. */
    enum Kind {
        /** Sets the register. */
        WRITE,
        /** Sees all that anybody had been told before it was asked. */
        LINEARIZABLE_READ,
        /** Sees at least what the log holds up to a position. */
        POSITION_READ,
        /** Sees what the node has applied. */
        LOCAL_READ
    }

    Operation {
        if (returnedNs < invokedNs) {
            throw new IllegalArgumentException("answered before it was asked: invokedNs=" + invokedNs + ", returnedNs="
                + returnedNs);
        }
        if (returnedNs == NEVER && kind != Kind.WRITE) {
            throw new IllegalArgumentException("a read without an answer says nothing: kind=" + kind);
        }
    }

    boolean isWrite() {
        return kind == Kind.WRITE;
    }

    boolean isAnswered() {
        return returnedNs != NEVER;
    }

    /** For people: a line of a history. */
    @Override
    public String toString() {
        return String.format("%14.6f %14s ms  client %d node %d/%d  %-17s %6d%s%s", invokedNs / 1e6,
            isAnswered() ? String.format("%.6f", returnedNs / 1e6) : "never", client, node, life, kind, value,
            atLeast == 0 ? "" : "  at least " + atLeast, isAnswered() ? "  position " + position : "");
    }
}
