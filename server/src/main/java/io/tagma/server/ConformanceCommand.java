package io.tagma.server;

import io.tagma.server.conformance.ConformanceReport;
import io.tagma.server.conformance.ConformanceRun;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs neutral rule cases against a running server. Exit status 0 exactly where no case failed. */
@Command(name = "conformance", mixinStandardHelpOptions = true,
    description = {"Run neutral rule cases against a running server and say which it decides as expected.",
        "A case a line: {\"suite\",\"case\",\"attributes\":{..},\"types\":{..},\"condition\":tree,\"expected\":bool};",
        "a tree is {\"all\":[..]}, {\"any\":[..]}, {\"not\":tree} or {\"attr\",\"op\",\"value\",\"ci\"?}."})
final class ConformanceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of cases, one a line.")
    private List<Path> files;

    @Option(names = "--server", paramLabel = "URL", defaultValue = "http://127.0.0.1:" + ServerConfig.ADMIN_PORT,
        description = "Root of the server's HTTP API (default: ${DEFAULT-VALUE}).")
    private URI server;

    @Override
    public Integer call() {
        if (server.getHost() == null || !List.of("http", "https").contains(server.getScheme())) {
            throw new ParameterException(spec.commandLine(), "not the URL of a server: --server=" + server);
        }
        final ConformanceReport report;
        try {
            final ConformanceRun run = new ConformanceRun(server);
            files.forEach(run::read);
            report = run.run();
        } catch (final UncheckedIOException | IllegalStateException | IllegalArgumentException fault) {
            spec.commandLine().getErr().println("tagma: " + fault.getMessage());
            return Tagma.FAILED;
        }
        print(report, spec.commandLine().getOut());
        return report.failed().isEmpty() ? 0 : Tagma.FAILED;
    }

    private static void print(final ConformanceReport report, final PrintWriter out) {
        report.notExpressible().forEach(line -> out.println("not expressible: " + line));
        report.failed().forEach(line -> out.println("failed: " + line));
        out.println(report.passed() + " passed, " + report.failed().size() + " failed, "
            + report.notExpressible().size() + " not expressible");
        out.flush();
    }
}
