package io.tagma.engine.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One immutable value that the engine's thread replaces and any thread reads: a release store, an acquire load.
 *
 * @param <T> the value, immutable
 */
public final class Published<T> {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Published.class, "value", Object.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private T value;

    /** Holds the first value. */
    public Published(final T value) {
        this.value = value;
    }

    /** The newest value. Any thread. */
    @SuppressWarnings("unchecked")
    public T get() {
        return (T) VALUE.getAcquire(this);
    }

    /** Replaces the value: all that was stored before is seen by whoever sees it. Engine's thread. */
    public void publish(final T next) {
        VALUE.setRelease(this, next);
    }
}
