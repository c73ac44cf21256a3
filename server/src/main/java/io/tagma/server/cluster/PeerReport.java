package io.tagma.server.cluster;

/**
 * What another member says of itself to one that starts.
 *
 * @param isHeard  whether it answered at all; the rest means nothing otherwise
 * @param hasLog   whether its directory holds anything of the log
 * @param isLeader whether it leads, and answers
 * @param position log position that it has applied
 * @param logStart where its log begins; what was before is purged
 * @param applicationVersionKnown newest application version that its software knows
 */
public record PeerReport(int memberId, boolean isHeard, boolean hasLog, boolean isLeader, long position,
                         long logStart, int applicationVersionKnown) {
    /** One that did not answer. */
    public static PeerReport silent(final int memberId) {
        return new PeerReport(memberId, false, false, false, 0, 0, 0);
    }
}
