package io.tagma.loadtest.torture;

import io.tagma.engine.protocol.Command;

/**
 * A command that was sent, and of whom. Immutable.
 *
 * @param number what it says: the customer's number, or the id of the order, event or visitor
 */
record Write(Customer customer, Kind kind, long number, Command command) {
    /** What it does. */
    enum Kind {
        /** Sets the customer's number and phase. */
        NUMBER,
        /** Adds an order. */
        ORDER,
        /** Takes an order back. */
        ORDER_BACK,
        /** Adds an event: one that is applied twice is there twice. */
        EVENT,
        /** Makes a visitor's key the customer's. */
        LOGIN,
        /** Takes a visitor's key away. */
        LOGOUT
    }
}
