package io.tagma.loadtest;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands by bash as a user would. */
final class Shell {
    /** The root of the checkout: the nearest directory above that has the launcher. */
    static final Path ROOT = root();
    private static final long LIMIT_S = 60;

    private Shell() {
    }

    /** What a command printed, and its status. */
    record Ended(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("tagma"))) {
            directory = directory.getParent();
        }
        return directory;
    }

    /** A process that runs the classes under test where it starts the launcher. */
    static ProcessBuilder builder(final Path directory, final String... command) {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("TAGMA_CLASSPATH", absoluteClasspath());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private static String absoluteClasspath() {
        final StringBuilder classpath = new StringBuilder();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classpath.append(classpath.length() == 0 ? "" : File.pathSeparator)
                .append(Path.of(entry).toAbsolutePath());
        }
        return classpath.toString();
    }

    /** Runs to the end. */
    static Ended run(final ProcessBuilder builder) throws IOException, InterruptedException {
        final Path out = Files.createTempFile("shell", ".out");
        final Path err = Files.createTempFile("shell", ".err");
        try {
            final Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the command does not end: command=" + builder.command());
            }
            return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
