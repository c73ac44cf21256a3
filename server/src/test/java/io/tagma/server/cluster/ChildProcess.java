package io.tagma.server.cluster;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** A real process on this test's class path and flags; its standard output is read here, its errors go to ours. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildProcess(final Process process) {
        this.process = process;
        output = process.inputReader();
    }

    static ChildProcess start(final Class<?> main, final String... args) throws IOException {
        return start(ProcessBuilder.Redirect.INHERIT, main, args);
    }

    static ChildProcess start(final ProcessBuilder.Redirect errors, final Class<?> main, final String... args)
        throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-") || flag.startsWith("--enable-native")
                || flag.startsWith("--sun-misc") || flag.equals("-ea"))
            .forEach(command::add);
        command.add("-Xmx256m");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(args));
        return new ChildProcess(new ProcessBuilder(command).redirectError(errors).start());
    }

    long pid() {
        return process.pid();
    }

    /** The next line, or null at the end. A line half written when the process died is returned as well. */
    String readLine() throws IOException {
        return output.readLine();
    }

    /** SIGKILL, and waits until it is dead. */
    void kill() {
        // By its handle: Process would close the pipe, and what the child said before it died would be lost.
        process.toHandle().destroyForcibly();
        Await.until(() -> !process.isAlive(), () -> "death of process " + process.pid());
    }

    /** Its exit status, once it ends by itself. */
    int exitStatus() {
        Await.until(() -> !process.isAlive(), () -> "end of process " + process.pid());
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
