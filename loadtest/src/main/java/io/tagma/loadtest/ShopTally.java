package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.SubjectKind;

/** How many commands of each kind a shop consists of. One thread. */
final class ShopTally {
    private final long products;
    private long customers;
    private long visitors;
    private long orders;
    private long carts;
    private long views;
    private long wishes;
    private long events;
    private long consents;

    /** Begins with what is known without counting. */
    ShopTally(final long products, final long customers, final long orders) {
        this.products = products;
        this.customers = customers;
        this.orders = orders;
    }

    /** Counts one. */
    void add(final Command command) {
        if (command instanceof Command.View) {
            views++;
        } else if (command instanceof Command.CartPut) {
            carts++;
        } else if (command instanceof Command.WishlistAdd) {
            wishes++;
        } else if (command instanceof Command.CustomEvent) {
            events++;
        } else if (command instanceof Command.ConsentSet) {
            consents++;
        } else if (command instanceof Command.OrderUpsert) {
            orders++;
        } else if (command instanceof Command.SubjectUpsert subject) {
            if (subject.kind() == SubjectKind.VISITOR) {
                visitors++;
            } else {
                customers++;
            }
        } else {
            throw new IllegalArgumentException("not of a shop: command=" + command);
        }
    }

    long products() {
        return products;
    }

    long customers() {
        return customers;
    }

    long visitors() {
        return visitors;
    }

    long orders() {
        return orders;
    }

    long carts() {
        return carts;
    }

    long views() {
        return views;
    }

    /** Products on wish lists. */
    long wishes() {
        return wishes;
    }

    /** Clicks in mails, and log-ins. */
    long events() {
        return events;
    }

    long consents() {
        return consents;
    }

    /** All together. */
    long total() {
        return products + customers + visitors + orders + carts + views + wishes + events + consents;
    }
}
