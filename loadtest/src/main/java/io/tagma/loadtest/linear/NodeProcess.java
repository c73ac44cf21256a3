package io.tagma.loadtest.linear;

import io.tagma.loadtest.nodes.LocalNode;

/**
 * A node as the histories see it: which of its lives may have answered. One thread steers; {@link #life()} and
 * {@link #isDown()} are for any.
 */
final class NodeProcess {
    private final LocalNode process;
    private volatile int life;
    private volatile boolean isDown;

    NodeProcess(final LocalNode process) {
        this.process = process;
    }

    LocalNode process() {
        return process;
    }

    /** Which of its processes may answer; odd between the order to kill one and its death. */
    int life() {
        return life;
    }

    /** Whether it is killed or halted, so that asking it costs a time-out. */
    boolean isDown() {
        return isDown;
    }

    /** It is there again. */
    void isUp() {
        isDown = false;
    }

    /** SIGKILL, and waits until it is dead. */
    void kill() {
        life++;
        isDown = true;
        process.kill();
        life++;
    }

    /** SIGSTOP. */
    void halt() {
        isDown = true;
        process.pause();
    }

    /** SIGCONT. */
    void go() {
        isDown = false;
        process.resume();
    }
}
