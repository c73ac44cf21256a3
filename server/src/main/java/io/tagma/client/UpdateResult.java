package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;

/**
 * What became of a command: applied, durable and visible, or refused. Immutable.
 *
 * @param position          log position that holds it: a look-up at least there sees it on any node
 * @param value             the id of what was defined, or 0
 * @param job               the job that finishes the work, or 0
 * @param definitionVersion or 0
 * @param pointer           JSON Pointer or name of the faulty field, or empty
 * @param detail            a sentence, or empty
 */
public record UpdateResult(ResultCode code, long position, long value, long job, int definitionVersion,
                           String pointer, String detail) {
    /** Whether it was applied. */
    public boolean isApplied() {
        return code == ResultCode.OK;
    }
}
