package io.tagma.loadtest;

import java.io.IOException;

/** A running server, and how to reach it. */
interface ShopNode extends AutoCloseable {
    /** Where the client connects. */
    int binaryPort();

    /** Where people and scripts connect. */
    int adminPort();

    /** A new connection of the storefront. */
    ShopLink connect();

    @Override
    void close();

    /** Starts a node. */
    interface Starter {
        /** Starts one node and answers when it serves. */
        ShopNode start(NodeSettings settings) throws IOException;
    }
}
