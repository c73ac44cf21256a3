package io.tagma.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The processor time that the measuring thread spends on an operation: on a machine that others use too, the time on
 * the wall also says how long the thread waited for its turn. A benchmark begins, counts its operations, and ends
 * before it tidies up; {@link ThreadTimeProfiler} asks afterwards, from another thread.
 */
final class ThreadTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static volatile double lastNs = Double.NaN;

    private long startNs;
    private long operations;

    void begin() {
        operations = 0;
        startNs = THREADS.getCurrentThreadCpuTime();
    }

    void did(final int count) {
        operations += count;
    }

    void end() {
        lastNs = (double)(THREADS.getCurrentThreadCpuTime() - startNs) / operations;
    }

    /** Nanoseconds an operation in the iteration that ended last. */
    static double lastNs() {
        return lastNs;
    }
}
