package io.tagma.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The README's commands and what it says they print. In a block fenced as {@code console}, {@code $ } begins a command,
 * {@code > } continues it, and other lines are its output, in which an ellipsis (U+2026) stands for any text of a line.
 * A block fenced as {@code console server} holds one command that goes on running while the others are run.
 */
final class Tour {
    private static final String FENCE = "```";
    private static final String ANYTHING = "\u2026";

    private Tour() {
    }

    /** A command with the lines that it prints. */
    record Step(String command, List<String> output, boolean isServer) {
        /** Whether these are the lines. */
        boolean isPrintedBy(final List<String> lines) {
            if (lines.size() != output.size()) {
                return false;
            }
            for (int i = 0; i < lines.size(); i++) {
                if (!isLine(output.get(i), lines.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether the line is what the README shows. */
    static boolean isLine(final String shown, final String line) {
        final StringBuilder pattern = new StringBuilder();
        for (final String part : shown.split(ANYTHING, -1)) {
            pattern.append(pattern.length() == 0 ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString()).matcher(line).matches();
    }

    /** The steps of a README in their order. */
    static List<Step> of(final Path readme) throws IOException {
        final List<Step> steps = new ArrayList<>();
        final List<String> block = new ArrayList<>();
        String fence = null;
        for (final String line : Files.readAllLines(readme)) {
            if (fence == null && line.startsWith(FENCE)) {
                fence = line.substring(FENCE.length());
                block.clear();
            } else if (fence != null && line.equals(FENCE)) {
                if (fence.startsWith("console")) {
                    steps.addAll(steps(block, fence.equals("console server")));
                }
                fence = null;
            } else if (fence != null) {
                block.add(line);
            }
        }
        return steps;
    }

    private static List<Step> steps(final List<String> block, final boolean isServer) {
        final List<Step> steps = new ArrayList<>();
        for (int i = 0; i < block.size();) {
            if (!block.get(i).startsWith("$ ")) {
                throw new IllegalStateException("a console block's output has no command: line=" + block.get(i));
            }
            final StringBuilder command = new StringBuilder(block.get(i++).substring(2));
            while (i < block.size() && (block.get(i).startsWith("> ") || block.get(i).equals(">"))) {
                command.append('\n').append(block.get(i++).replaceFirst("^> ?", ""));
            }
            final List<String> output = new ArrayList<>();
            while (i < block.size() && !block.get(i).startsWith("$ ")) {
                output.add(block.get(i++));
            }
            steps.add(new Step(command.toString(), List.copyOf(output), isServer));
        }
        return steps;
    }
}
