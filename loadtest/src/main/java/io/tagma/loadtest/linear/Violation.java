package io.tagma.loadtest.linear;

import java.util.List;

/**
 * A history that no order of the writes explains. Immutable.
 *
 * @param key    of the register
 * @param reason a sentence
 * @param window as few of its operations as show it, in the order in which they were asked
 */
public record Violation(String key, String reason, List<Operation> window) {
    /** Copies the list. */
    public Violation {
        window = List.copyOf(window);
    }

    /** For people: the reason, and a line an operation. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("key " + key + ": " + reason);
        for (final Operation operation : window) {
            text.append(System.lineSeparator()).append("  ").append(operation);
        }
        return text.toString();
    }
}
