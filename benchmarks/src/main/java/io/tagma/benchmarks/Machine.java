package io.tagma.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a number is worth nothing without: the machine it was measured on, as far as the system tells. */
final class Machine {
    private Machine() {
    }

    static String describe() {
        return "CPU: " + field("/proc/cpuinfo", "model name") + ", " + Runtime.getRuntime().availableProcessors()
            + " cores; memory: " + field("/proc/meminfo", "MemTotal") + "; OS: " + System.getProperty("os.name") + " "
            + System.getProperty("os.version") + " " + System.getProperty("os.arch") + "; JDK: "
            + System.getProperty("java.vm.name") + " " + Runtime.version();
    }

    private static String field(final String file, final String name) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).trim()).orElse("unknown");
        } catch (final IOException unreadable) {
            return "unknown";
        }
    }
}
