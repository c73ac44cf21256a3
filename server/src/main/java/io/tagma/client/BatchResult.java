package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;
import java.util.List;

/**
 * What became of many commands. Immutable.
 *
 * @param position the highest log position that holds one of them
 * @param applied  how many were
 * @param failures those that were refused, by index
 */
public record BatchResult(long position, int applied, List<Failure> failures) {
    /** Copies the list. */
    public BatchResult {
        failures = List.copyOf(failures);
    }

    /**
     * A refused command.
     *
     * @param index in the list that was sent
     */
    public record Failure(int index, ResultCode code, String pointer, String detail) {
    }
}
