package io.tagma.server.cluster;

/**
 * A term of leadership as the engine's thread saw it begin.
 *
 * @param id       grows with every election
 * @param leaderId the member that leads; -1 where it must be asked for
 * @param isOwn    whether that is this node
 */
record LeaderTerm(long id, int leaderId, boolean isOwn) {
    /** Before the first. */
    static final LeaderTerm NONE = new LeaderTerm(-1, -1, false);
}
