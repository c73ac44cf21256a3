package io.tagma.server.net;

/** Every limit of the binary protocol, in one place. Lengths in bytes. */
final class WireLimits {
    /** Header and body of the longest frame, either way. */
    static final int FRAME_LENGTH_MAX = 256 * 1024;
    /** A command with its header. */
    static final int COMMAND_LENGTH_MAX = 64 * 1024;
    /** A subject's key. */
    static final int KEY_LENGTH_MAX = 64;
    /** Keys of one LookupMany. */
    static final int KEYS_PER_REQUEST_MAX = 1_000;
    /** Commands of one UpdateBatch. */
    static final int COMMANDS_PER_BATCH_MAX = 1_000;
    /** Commands of one connection that were taken and not answered yet; further ones are answered BUSY. */
    static final int IN_FLIGHT_MAX = 8_192;
    /** Lanes that one connection may hold open. */
    static final int LANES_PER_CONNECTION_MAX = 64;
    /** OpenLane requests of one lane that wait for the same answer. */
    static final int OPENERS_MAX = 16;
    /** Read requests of one event loop that wait for a position, as bytes and in number; further ones are BUSY. */
    static final int WAITING_LENGTH_MAX = 16 * 1024 * 1024;
    static final int WAITING_COUNT_MAX = 10_000;
    /** How long a linearizable look-up waits for its barrier. */
    static final int BARRIER_WAIT_MS = 1_000;
    /** Above the first a connection is not read from, below the second it is again. */
    static final int OUTBOUND_HIGH = 1024 * 1024;
    static final int OUTBOUND_LOW = 256 * 1024;
    /** Unsent replies at which a connection is closed. */
    static final int OUTBOUND_MAX = 64 * 1024 * 1024;
    /** A reply buffer this full is handed on, still without a flush. */
    static final int REPLY_BUFFER_FULL = 128 * 1024;
    static final int REPLY_BUFFER_MIN = 4 * 1024;
    /** Results handled by an event loop before it looks at its sockets again. */
    static final int RESULTS_PER_TURN_MAX = 8_192;
    /** Pointer and detail of a refusal, each. */
    static final int REFUSAL_TEXT_LENGTH_MAX = 1_024;
    /** The name of a node in an Error. */
    static final int NODE_LENGTH_MAX = 256;
    /** Lines a second that an event loop writes about connections it closed. */
    static final int CLOSE_LINES_PER_SECOND_MAX = 10;

    static {
        if (COMMAND_LENGTH_MAX + 256 > FRAME_LENGTH_MAX || KEYS_PER_REQUEST_MAX * (KEY_LENGTH_MAX + 2) + 64
            > FRAME_LENGTH_MAX || OUTBOUND_LOW >= OUTBOUND_HIGH || OUTBOUND_HIGH + FRAME_LENGTH_MAX > OUTBOUND_MAX) {
            throw new IllegalStateException("limits of the binary protocol contradict each other");
        }
    }

    private WireLimits() {
    }
}
