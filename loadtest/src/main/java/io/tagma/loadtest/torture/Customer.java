package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A customer and the ledger of what was sent of him and what was acknowledged. The writing thread's; {@link #key},
 * {@link #acknowledged} and {@link #sentNumber} are for any thread.
 *
 * <p>His number grows by one with each write of it, and his phase is the number modulo {@value #PHASES}, so that a
 * look-up, which sees the phase's segment, tells how old its answer is.
 */
final class Customer {
    static final int PHASES = 16;
    static final String NUMBER = "number";
    static final String PHASE = "phase";

    private static final String EVENT = "seen";
    /** The server keeps the newest 200 of a name. */
    private static final int EVENTS_MAX = 180;
    private static final int ORDERS_MAX = 60;
    private static final int VISITORS_MAX = 6;
    private static final long UNITS = 10_000;

    /** A number that was acknowledged and where in the log it stands. */
    record Acknowledged(long number, long position) {
        private static final Acknowledged NOTHING = new Acknowledged(0, 0);
    }

    private final String key;
    private final Facts orders = new Facts();
    private final Facts events = new Facts();
    private final Facts visitors = new Facts();
    private final Set<Long> unknownNumbers = new HashSet<>();
    private long things;
    private volatile Acknowledged acknowledged = Acknowledged.NOTHING;
    private volatile long sentNumber;

    Customer(final String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    /** The highest number that was acknowledged. */
    Acknowledged acknowledged() {
        return acknowledged;
    }

    /** The highest number that was sent. */
    long sentNumber() {
        return sentNumber;
    }

    /** Any next write; it is noted as sent. */
    Write next(final SplittableRandom random) {
        final int dice = sentNumber == 0 ? 0 : random.nextInt(16);
        if (dice >= 10 && dice < 12 && orders.size() < ORDERS_MAX) {
            return order();
        } else if (dice == 12 || dice >= 10 && dice < 12) {
            return back();
        } else if (dice >= 13 && dice < 15 && events.size() < EVENTS_MAX) {
            return event();
        } else if (dice == 15) {
            return visitors.size() < VISITORS_MAX ? login() : logout();
        }
        return number();
    }

    private Write number() {
        final long number = sentNumber + 1;
        sentNumber = number;
        return new Write(this, Write.Kind.NUMBER, number, new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, null,
            null, List.of(new NamedValue(NUMBER, Value.of(number)), new NamedValue(PHASE, Value.of(number % PHASES))),
            null, null));
    }

    private Write order() {
        final long number = ++things;
        orders.adding(number);
        return new Write(this, Write.Kind.ORDER, number, new Command.OrderUpsert(key, Long.toString(number), null,
            List.of(new NamedValue("grandTotal", new Value.Decimal(number * UNITS))), List.of(), null));
    }

    private Write back() {
        final long number = orders.removing();
        return number < 0 ? number() : new Write(this, Write.Kind.ORDER_BACK, number,
            new Command.OrderDelete(key, Long.toString(number), null));
    }

    private Write event() {
        final long number = ++things;
        events.adding(number);
        return new Write(this, Write.Kind.EVENT, number, new Command.CustomEvent(key, EVENT, null, null,
            List.of(new NamedValue("props.n", Value.of(number))), null));
    }

    private Write login() {
        final long number = ++things;
        visitors.adding(number);
        return new Write(this, Write.Kind.LOGIN, number, new Command.Login(visitor(number), key, null));
    }

    private Write logout() {
        final long number = visitors.removing();
        return number < 0 ? number() : new Write(this, Write.Kind.LOGOUT, number,
            new Command.Logout(visitor(number), null));
    }

    private String visitor(final long number) {
        return key + "-v" + number;
    }

    /** The write is applied, durable and visible. */
    void acknowledged(final Write write, final long position) {
        switch (write.kind()) {
            case NUMBER -> {
                if (write.number() > acknowledged.number) {
                    acknowledged = new Acknowledged(write.number(), position);
                }
            }
            case ORDER -> orders.added(write.number());
            case ORDER_BACK -> orders.removed(write.number());
            case EVENT -> events.added(write.number());
            case LOGIN -> visitors.added(write.number());
            case LOGOUT -> visitors.removed(write.number());
            default -> throw new IllegalStateException("no such kind: kind=" + write.kind());
        }
    }

    /** Nobody knows whether the write is or will be applied. */
    void unknown(final Write write) {
        if (write.kind() == Write.Kind.NUMBER) {
            unknownNumbers.add(write.number());
        }
    }

    /** What is wrong with what a node holds of him, in words. Null: it does not know him. */
    List<String> faults(final JsonNode held) {
        final List<String> faults = new ArrayList<>();
        if (held == null) {
            if (acknowledged.number > 0) {
                faults.add("acknowledged, but lost: customer=" + key);
            }
            return faults;
        }
        final long number = held.path("attributes").path(NUMBER).asLong(-1);
        if (number < acknowledged.number || number > acknowledged.number && !unknownNumbers.contains(number)) {
            faults.add((number < acknowledged.number ? "acknowledged, but lost" : "never sent, but there")
                + ": number=" + number + ", acknowledged=" + acknowledged.number + ", sent=" + sentNumber);
        }
        final long phase = held.path("attributes").path(PHASE).asLong(-1);
        if (phase != number % PHASES) {
            faults.add("half of a write: number=" + number + ", phase=" + phase);
        }
        final List<Long> found = new ArrayList<>();
        for (final JsonNode order : held.path("orders")) {
            found.add(order.path("id").asLong(-1));
            if (order.path("grandTotal").asLong(-1) != order.path("id").asLong(-1)) {
                faults.add("another order's content: order=" + order);
            }
        }
        faults.addAll(orders.faults("order", found));
        found.clear();
        held.path("events").forEach(event -> found.add(event.path("props").path("n").asLong(-1)));
        faults.addAll(events.faults("event", found));
        found.clear();
        final String prefix = visitor(0).substring(0, visitor(0).length() - 1);
        held.path("aliases").forEach(alias -> found.add(alias.asText().startsWith(prefix)
            ? Long.parseLong(alias.asText().substring(prefix.length())) : -1));
        faults.addAll(visitors.faults("visitor", found));
        return faults.stream().map(fault -> fault + ", customer=" + key).toList();
    }
}
