package io.tagma.loadtest.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The registers that are written and read at a time: where the values of one are used up, a new one takes its place.
 * Thread-safe.
 */
final class Registers {
    private final String prefix;
    private final AtomicReferenceArray<Register> active;
    private final List<Register> all = new ArrayList<>();

    Registers(final String prefix, final int count) {
        this.prefix = prefix;
        active = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            active.set(i, create());
        }
    }

    int count() {
        return active.length();
    }

    Register get(final int index) {
        return active.get(index);
    }

    /** The register is used up. */
    void replace(final int index, final Register used) {
        synchronized (all) {
            if (active.get(index) == used) {
                active.set(index, create());
            }
        }
    }

    /** All that there have been. A copy. */
    List<Register> all() {
        synchronized (all) {
            return new ArrayList<>(all);
        }
    }

    private Register create() {
        synchronized (all) {
            final Register register = new Register(prefix + all.size());
            all.add(register);
            return register;
        }
    }
}
