package io.tagma.engine;

/**
 * A question that the engine's thread answers between commands, in slices. {@code engine.submit(query)} takes it from
 * any thread and completes a future.
 *
 * @param <T> the answer
 */
@FunctionalInterface
public interface Query<T> {
    /** Asked again and again until it answers; each step does a bounded amount of work. Null: not done yet. */
    T step(EngineView view);
}
