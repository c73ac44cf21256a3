package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;

/** Takes what comes back for a correlation id. On the client's event loop. */
interface Reply {
    /** The read that this is about, or null. */
    default ReadCall<?> read() {
        return null;
    }

    /** The reader stands on the message of that template. */
    void onReply(int template, ReplyReader reader);

    /**
     * The server answered with an Error.
     *
     * @param named host:port of a node that can answer, or empty
     */
    void onError(Node from, ResultCode code, String detail, String named);

    /** No answer will come. */
    void onConnectionLost();
}
