package io.tagma.benchmarks;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Puts the measuring thread's processor time beside every score. Public because JMH makes it. */
public final class ThreadTimeProfiler implements InternalProfiler {
    /** Name of the secondary result. */
    static final String NAME = "processor";

    @Override
    public void beforeIteration(final BenchmarkParams benchmark, final IterationParams iteration) {
        // The benchmark's own thread begins.
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(final BenchmarkParams benchmark,
                                                          final IterationParams iteration,
                                                          final IterationResult result) {
        return List.of(new ScalarResult(NAME, ThreadTime.lastNs(), "ns/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "Processor time of the measuring thread";
    }
}
