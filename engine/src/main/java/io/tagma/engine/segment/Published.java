package io.tagma.engine.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One immutable value that the engine's thread replaces and any thread reads, wait-free.
 *
 * @param <T> the value
 */
public final class Published<T> {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Published.class, "value", Object.class);
        } catch (final ReflectiveOperationException fault) {
            throw new ExceptionInInitializerError(fault);
        }
    }

    private Object value;

    /** Starts with a value. */
    public Published(final T first) {
        set(first);
    }

    /** Replaces the value: a store-release. Engine's thread. */
    public void set(final T newValue) {
        VALUE.setRelease(this, newValue);
    }

    /** The value: a load-acquire. Any thread. */
    @SuppressWarnings("unchecked")
    public T get() {
        return (T)VALUE.getAcquire(this);
    }
}
