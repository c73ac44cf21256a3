package io.tagma.loadtest;

import java.io.IOException;
import java.nio.file.Path;

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
        /**
         * Starts one node and answers when it serves.
         *
         * @param directory        where its log and snapshots lie
         * @param port             binary port; 0 for any free one
         * @param adminPort        0 for any free one
         * @param subjectsExpected how many subjects it is laid out for
         */
        ShopNode start(Path directory, int port, int adminPort, int subjectsExpected) throws IOException;
    }
}
