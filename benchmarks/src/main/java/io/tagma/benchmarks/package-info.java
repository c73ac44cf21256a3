/**
 * Benchmarks of the engine in one process: look-up, update, build, append. {@code BenchmarkMain} runs them through JMH;
 * the classes with benchmarks are public and not final because JMH extends them.
 *
 * <p>A {@code LocalEngine} is an engine cranked by hand with commands that were encoded before ({@code LoggedCommand}),
 * so that what is timed is what happens behind the log.
 */
package io.tagma.benchmarks;
