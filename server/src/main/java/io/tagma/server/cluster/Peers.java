package io.tagma.server.cluster;

import java.util.List;

/** The other members. The first two methods are asked while a member starts and block for a while. */
public interface Peers {
    /** Nobody else. */
    Peers NONE = new Peers() {
        @Override
        public List<PeerReport> reports() {
            return List.of();
        }

        @Override
        public boolean requestSnapshot(final int memberId) {
            return false;
        }

        @Override
        public long lowestLivePosition() {
            return Long.MAX_VALUE;
        }
    };

    /** What each other member says of itself. */
    List<PeerReport> reports();

    /** Asks a member, the leader, for a snapshot; true when it is taken. */
    boolean requestSnapshot(int memberId);

    /**
     * The lowest position that a member has applied which is there, or was lately: the log is never purged past it.
     * The highest number where there is none. Does not block; asked by a thread of the node's while it runs.
     */
    long lowestLivePosition();
}
