package io.tagma.loadtest;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** What the demo writes: lines, and a progress bar that moves on a terminal and is a line now and then in a file. */
final class Screen {
    private static final int BAR_WIDTH = 96;
    private static final int TERMINAL_INTERVAL_MS = 200;
    private static final int FILE_INTERVAL_MS = 5_000;

    private final PrintStream out;
    private final boolean isTerminal;
    private String lastBar = "";

    Screen(final PrintStream out, final boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /** A line. */
    void line(final String format, final Object... args) {
        out.println(String.format(Locale.ROOT, format, args));
        out.flush();
    }

    /** Runs the work with a bar; the work says how far it is. */
    void progress(final String what, final long max, final Consumer<LongConsumer> work) {
        final ProgressBar bar = new ProgressBarBuilder().setTaskName(what).setInitialMax(max).showSpeed()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(isTerminal ? TERMINAL_INTERVAL_MS : FILE_INTERVAL_MS)
            .setConsumer(new DelegatingProgressBarConsumer(this::bar, BAR_WIDTH)).build();
        try (bar) {
            work.accept(bar::stepTo);
        }
        if (isTerminal) {
            out.println();
        }
        out.flush();
    }

    private void bar(final String text) {
        if (isTerminal) {
            out.print("\r" + text);
        } else if (!text.equals(lastBar)) {
            out.println(text.stripTrailing());
            lastBar = text;
        }
        out.flush();
    }

    /** A duration with its fitting unit. */
    static String duration(final long ns) {
        if (ns < 1_000_000) {
            return String.format(Locale.ROOT, "%.0f µs", ns / 1e3);
        }
        return ns < 1_000_000_000 ? String.format(Locale.ROOT, "%.1f ms", ns / 1e6)
            : String.format(Locale.ROOT, "%.2f s", ns / 1e9);
    }

    /** How long ahead an instant is: {@code 3 d 4 h}. */
    static String ahead(final long ms) {
        final long seconds = Math.max(0, ms / 1000);
        if (seconds >= 86_400) {
            return seconds / 86_400 + " d " + seconds % 86_400 / 3_600 + " h";
        }
        if (seconds >= 3_600) {
            return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
        }
        return seconds >= 60 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds + " s";
    }
}
