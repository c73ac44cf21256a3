package io.tagma.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The flags of a forked JVM, which does not read the jar's manifest: the build's one property, and what is newer. */
final class JvmFlags {
    private static final int FIRST_WITH_NATIVE_ACCESS = 24;

    private JvmFlags() {
    }

    static String[] ofForks() {
        final List<String> flags = new ArrayList<>(List.of(property().trim().split("\\s+")));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            flags.add("--enable-native-access=ALL-UNNAMED");
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        flags.add("-Xmx2g");
        return flags.toArray(String[]::new);
    }

    private static String property() {
        try (InputStream in = JvmFlags.class.getResourceAsStream("jvm.flags")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
