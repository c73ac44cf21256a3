package io.tagma.server;

import io.tagma.server.net.Await;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code tagma serve} as a process of its own, on this test's class path and flags. Closing it kills it. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile(
        "tagma: ready at .*, binary protocol [^ ]+:(\\d+), HTTP http://[^ ]+:(\\d+)");

    private final Process process;
    private final BufferedReader output;
    private final StringBuilder said = new StringBuilder();
    private int port;
    private int adminPort;

    private ServeProcess(final Process process) {
        this.process = process;
        output = process.inputReader();
    }

    /** Starts one and does not wait for it. */
    static ServeProcess launch(final Path data, final int port, final int adminPort) {
        return launch(data, port, adminPort, List.of());
    }

    private static ServeProcess launch(final Path data, final int port, final int adminPort,
                                       final List<String> launcher) {
        final List<String> command = new ArrayList<>(launcher);
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-") || flag.startsWith("--enable-native")
                || flag.startsWith("--sun-misc") || flag.startsWith("-Dchronicle") || flag.equals("-ea"))
            .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), Tagma.class.getName(),
            "serve", "--data", data.toString(), "--port", Integer.toString(port), "--admin-port",
            Integer.toString(adminPort), "--subjects-expected", "10000"));
        try {
            return new ServeProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts one and waits until it is ready. */
    static ServeProcess start(final Path data) {
        return start(data, List.of());
    }

    /** Starts one by a launcher that becomes it, and waits until it is ready. */
    static ServeProcess start(final Path data, final List<String> launcher) {
        final ServeProcess process = launch(data, 0, 0, launcher);
        try {
            process.awaitReady();
            return process;
        } catch (final RuntimeException | AssertionError failed) {
            process.close();
            throw failed;
        }
    }

    private void awaitReady() {
        String line = readLine();
        while (line != null) {
            final Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                port = Integer.parseInt(ready.group(1));
                adminPort = Integer.parseInt(ready.group(2));
                return;
            }
            line = readLine();
        }
        throw new AssertionError("it ended before it was ready: " + said);
    }

    private String readLine() {
        try {
            final String line = output.readLine();
            said.append(line == null ? "" : line + "\n");
            return line;
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    /** All it printed, once it has ended. */
    String said() {
        String line = readLine();
        while (line != null) {
            line = readLine();
        }
        return said.toString();
    }

    /** SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its exit status, once it ends by itself. */
    int exitStatus() {
        Await.until("the process ends: pid=" + process.pid(), () -> !process.isAlive());
        return process.exitValue();
    }

    /** SIGKILL, and waits until it is dead. */
    @Override
    public void close() {
        process.destroyForcibly();
        Await.until("the process dies: pid=" + process.pid(), () -> !process.isAlive());
    }
}
