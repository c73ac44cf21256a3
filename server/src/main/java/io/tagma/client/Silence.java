package io.tagma.client;

import java.util.concurrent.TimeUnit;

/**
 * What a connection's silence means while answers are due: first a question whether anybody is there, then a suspicion,
 * on which look-ups go elsewhere, then the end. Looked at every {@link #WATCH_PERIOD_NS}, it suspects within 100 ms of
 * the last word, or of the first question where there was nothing to say: {@link #PING_AFTER_MAX_NS} until the ping,
 * twice that for its answer, and a period for each of the two to be seen.
 *
 * <p>Has no clock: callers say what time it is. Belongs to the client's event loop.
 */
final class Silence {
    /** So often it is looked at. */
    static final long WATCH_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Below it, answers are late in the ordinary way. */
    static final long PING_AFTER_MIN_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** However long answers took lately: a node that has been slow must not be waited for when it is gone. */
    static final long PING_AFTER_MAX_NS = TimeUnit.MILLISECONDS.toNanos(25);

    private static final long PING_GAP_MAX_NS = TimeUnit.SECONDS.toNanos(1);
    /** A ping unanswered for so many times what it was sent after makes a node suspect. */
    private static final int SUSPECT_AFTER_PINGS = 2;

    /** What is to be done. */
    enum Step { NOTHING, PING, SUSPECT, GIVE_UP }

    private final long silenceMaxNs;
    /** When the server last said something, or else when it was first asked after it had nothing to say. */
    private long heardNs;
    /** Since when a ping, or Hello, has had no answer. */
    private long pingedNs;
    private boolean isPinged;
    private long pingGapNs;

    /** @param silenceMaxNs an unanswered ping's age at which nobody is there any more */
    Silence(final long silenceMaxNs) {
        this.silenceMaxNs = silenceMaxNs;
    }

    /** The server has said something. */
    void heard(final long nowNs) {
        heardNs = nowNs;
        isPinged = false;
    }

    /** The server is asked, and had nothing to say before: its silence begins. */
    void begins(final long nowNs) {
        heardNs = nowNs;
    }

    /** Something new is asked: whether anybody is there is as interesting as ever. */
    void asked() {
        pingGapNs = 0;
    }

    /** A ping, or Hello, is sent. */
    void pinged(final long nowNs) {
        pingedNs = nowNs;
        isPinged = true;
    }

    /**
     * The next step.
     *
     * @param lateNs  so much later than planned this is called: what the server said may not have been read yet
     * @param usualNs what nearly all answers take at most
     */
    Step step(final long nowNs, final long lateNs, final long usualNs) {
        final long pingAfterNs = Math.max(PING_AFTER_MIN_NS, Math.min(PING_AFTER_MAX_NS, usualNs));
        if (isPinged) {
            if (lateNs > PING_AFTER_MIN_NS) {
                pingedNs += lateNs;
            }
            final long silenceNs = nowNs - pingedNs;
            if (silenceNs >= silenceMaxNs) {
                return Step.GIVE_UP;
            }
            return silenceNs >= SUSPECT_AFTER_PINGS * pingAfterNs ? Step.SUSPECT : Step.NOTHING;
        }
        if (nowNs - heardNs < Math.max(pingAfterNs, pingGapNs)) {
            return Step.NOTHING;
        }
        pingGapNs = Math.min(PING_GAP_MAX_NS, Math.max(pingAfterNs, 2 * pingGapNs));
        return Step.PING;
    }
}
