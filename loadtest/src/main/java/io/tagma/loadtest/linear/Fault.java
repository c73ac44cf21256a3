package io.tagma.loadtest.linear;

/** What is done to a node while clients go on. */
public enum Fault {
    /** SIGKILL to the leader; it is started again a while later. */
    KILL_LEADER,
    /** SIGKILL to another node; it is started again a while later. */
    KILL_FOLLOWER,
    /** SIGSTOP to the leader, SIGCONT a while later: it may wake as one who does not know that it has been replaced. */
    PAUSE_LEADER,
    /** SIGSTOP to another node, SIGCONT a while later. */
    PAUSE_FOLLOWER;

    boolean isOfLeader() {
        return this == KILL_LEADER || this == PAUSE_LEADER;
    }

    boolean isKill() {
        return this == KILL_LEADER || this == KILL_FOLLOWER;
    }
}
