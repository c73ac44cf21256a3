package io.tagma.loadtest.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A subject whose group is the register, and its history so far. Thread-safe. */
final class Register {
    private final String key;
    private final AtomicInteger nextValue = new AtomicInteger(Groups.FIRST);
    private final AtomicLong acknowledgedPosition = new AtomicLong();
    private final List<Operation> history = new ArrayList<>();

    Register(final String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    /** A value that nobody has written, or -1 where none is left. */
    int newValue() {
        final int value = nextValue.getAndIncrement();
        return value > Groups.LAST ? -1 : value;
    }

    /** The highest position at which anybody's write was acknowledged. */
    long acknowledgedPosition() {
        return acknowledgedPosition.get();
    }

    void record(final Operation operation) {
        if (operation.isWrite() && operation.isAnswered()) {
            acknowledgedPosition.accumulateAndGet(operation.position(), Math::max);
        }
        synchronized (history) {
            history.add(operation);
        }
    }

    /** A copy. */
    List<Operation> history() {
        synchronized (history) {
            return new ArrayList<>(history);
        }
    }
}
