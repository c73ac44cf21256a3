package io.tagma.server.cluster;

import java.util.List;

/** The other members, asked by one that starts. Both methods block for a second or so at most. */
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
    };

    /** What each other member says of itself. */
    List<PeerReport> reports();

    /** Asks a member, the leader, for a snapshot; true when it is taken. */
    boolean requestSnapshot(int memberId);
}
