package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's tour as it is written, except that it takes free ports and a temporary directory. */
final class TourTest {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    @Test
    @Timeout(180)
    void shouldPrintWhatTheReadmeShowsWhenTheTourIsRun() throws IOException, InterruptedException {
        final int port;
        final int adminPort;
        try (ServerSocket one = free(); ServerSocket other = free()) {
            port = one.getLocalPort();
            adminPort = other.getLocalPort();
        }
        final List<Process> servers = new ArrayList<>();
        int ran = 0;
        try {
            for (final Tour.Step written : Tour.of(Shell.ROOT.resolve("README.md"))) {
                final Tour.Step step = here(written, port, adminPort);
                if (step.isServer()) {
                    servers.add(serve(step, port, adminPort));
                } else {
                    final Shell.Ended ended =
                        Shell.run(Shell.builder(Shell.ROOT, "bash", "-c", step.command()));
                    assertThat(step.isPrintedBy(ended.lines()))
                        .as("%s%nshould print%n%s%nbut printed%n%s%s", step.command(),
                            String.join("\n", step.output()), ended.out(), ended.err())
                        .isTrue();
                    assertThat(ended.status()).as(step.command()).isZero();
                }
                ran++;
            }
            assertThat(servers).hasSize(1);
            assertThat(ran).isGreaterThan(7);
            for (final Process server : servers) {
                server.destroy();
                assertThat(server.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)).as("stopped").isTrue();
            }
        } finally {
            servers.forEach(Process::destroyForcibly);
        }
    }

    private Tour.Step here(final Tour.Step step, final int port, final int adminPort) {
        return new Tour.Step(here(step.command(), port, adminPort),
            step.output().stream().map(line -> here(line, port, adminPort)).toList(), step.isServer());
    }

    private String here(final String text, final int port, final int adminPort) {
        return text.replace("127.0.0.1:7070", "127.0.0.1:" + port).replace("127.0.0.1:7072", "127.0.0.1:" + adminPort)
            .replace("/tmp/tagma-tour", "'" + directory.resolve("tour data") + "'");
    }

    /** Starts the server and waits for the line that the README shows. */
    private static Process serve(final Tour.Step step, final int port, final int adminPort) throws IOException {
        final Process server = Shell.builder(Shell.ROOT, "bash", "-c",
            "exec " + step.command() + " --port " + port + " --admin-port " + adminPort)
            .redirectErrorStream(true).start();
        final BufferedReader lines =
            new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        final StringBuilder printed = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            printed.append(line).append('\n');
            if (Tour.isLine(step.output().get(0), line)) {
                drain(lines);
                return server;
            }
        }
        server.destroyForcibly();
        throw new AssertionError("the server ended before it was ready: " + printed);
    }

    /** A process whose output nobody reads would stop at a full pipe. */
    private static void drain(final BufferedReader lines) {
        final Thread thread = new Thread(() -> lines.lines().forEach(line -> { }), "server output");
        thread.setDaemon(true);
        thread.start();
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
