package io.tagma.benchmarks;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks with JMH's own command line; ends with exit code 1 where one failed or none ran. */
public final class BenchmarkMain {
    private BenchmarkMain() {
    }

    /** Takes JMH's arguments: patterns of names, {@code -p segments=100}, {@code -prof gc}, {@code -h} ... */
    public static void main(final String[] args) throws Exception {
        final CommandLineOptions asked;
        try {
            asked = new CommandLineOptions(args);
        } catch (final CommandLineOptionException fault) {
            System.err.println(fault.getMessage());
            System.exit(1);
            return;
        }
        if (asked.shouldHelp()) {
            asked.showHelp();
        } else if (asked.shouldList()) {
            new Runner(asked).list();
        } else {
            System.exit(run(asked) ? 0 : 1);
        }
    }

    private static boolean run(final CommandLineOptions asked) {
        final String[] flags = Stream.concat(Arrays.stream(JvmFlags.ofForks()),
            asked.getJvmArgsAppend().orElse(List.of()).stream()).toArray(String[]::new);
        final Options options = new OptionsBuilder().parent(asked).jvmArgsAppend(flags)
            .addProfiler(ThreadTimeProfiler.class).shouldFailOnError(true).build();
        try {
            final Collection<RunResult> results = new Runner(options).run();
            print(results, System.out);
            if (results.isEmpty()) {
                System.err.println("no benchmark gave a result: patterns=" + asked.getIncludes());
            }
            return !results.isEmpty();
        } catch (final RunnerException failed) {
            System.err.println("no benchmark ran, or one failed: " + failed);
            return false;
        }
    }

    private static void print(final Collection<RunResult> results, final PrintStream out) {
        out.println();
        out.println(Machine.describe());
        out.println();
        out.println("| benchmark | parameters | processor | wall | ± | unit |");
        out.println("|---|---|---:|---:|---:|---|");
        for (final RunResult result : results) {
            final Result<?> primary = result.getPrimaryResult();
            out.printf(Locale.ROOT, "| %s | %s | %.1f | %.1f | %.1f | %s |%n", name(result.getParams()),
                parameters(result.getParams()), processor(result), primary.getScore(), primary.getScoreError(),
                primary.getScoreUnit());
        }
    }

    /** Processor time of the measuring thread for an operation, in the unit of the score. */
    private static double processor(final RunResult result) {
        return result.getSecondaryResults().get(ThreadTimeProfiler.NAME).getScore()
            / result.getParams().getTimeUnit().toNanos(1);
    }

    private static String name(final BenchmarkParams params) {
        final String whole = params.getBenchmark();
        return whole.substring(whole.lastIndexOf('.', whole.lastIndexOf('.') - 1) + 1);
    }

    private static String parameters(final BenchmarkParams params) {
        final StringBuilder text = new StringBuilder();
        for (final String key : params.getParamsKeys()) {
            text.append(text.length() == 0 ? "" : ", ").append(key).append('=').append(params.getParam(key));
        }
        return text.toString();
    }
}
