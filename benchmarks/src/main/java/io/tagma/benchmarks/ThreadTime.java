package io.tagma.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The processor time of the measuring thread beside the time on the wall: on a machine that others use too, the second
 * says how long the thread waited for its turn. A benchmark counts its calls, and ends the count before it tidies up.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class ThreadTime {
    /** Name of the counter of nanoseconds. */
    static final String NANOSECONDS = "threadNs";
    /** Name of the counter of operations. */
    static final String OPERATIONS = "threadOps";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Processor time of the iteration. */
    public long threadNs;
    /** Operations in the iteration. */
    public long threadOps;

    private long startNs;
    private long operations;

    /** Begins the iteration. */
    @Setup(Level.Iteration)
    public void begin() {
        operations = 0;
        startNs = THREADS.getCurrentThreadCpuTime();
    }

    /** Some operations were done. */
    void did(final int count) {
        operations += count;
    }

    /** Ends the iteration. */
    void end() {
        threadNs = THREADS.getCurrentThreadCpuTime() - startNs;
        threadOps = operations;
    }
}
