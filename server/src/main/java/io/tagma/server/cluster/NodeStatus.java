package io.tagma.server.cluster;

/**
 * How a node stands among its peers, at one moment.
 *
 * @param memberId        which member it is
 * @param memberCount     how many there are
 * @param leaderId        who leads; -1 where that is not known: an election goes on, or no majority is there
 * @param termId          newest term of leadership that its engine has seen begin
 * @param appliedPosition log position up to which its engine has applied everything
 * @param isOpen          whether it has recovered and takes commands
 * @param hasLog          whether it has ever been part of a cluster and still has what it was told there
 * @param logStart        log position of the first byte that is kept; what was before is purged
 */
public record NodeStatus(int memberId, int memberCount, int leaderId, long termId, long appliedPosition,
                         boolean isOpen, boolean hasLog, long logStart) {
}
