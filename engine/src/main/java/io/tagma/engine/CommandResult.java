package io.tagma.engine;

import io.tagma.engine.protocol.ResultCode;

/**
 * The answer to a command. Immutable.
 *
 * @param value             id of what was defined (segment, group, website, attribute), or lastSequence of a lane
 * @param job               the job that finishes the work, or 0 where all is visible
 * @param definitionVersion version of the definition, or 0
 * @param pointer           JSON Pointer or field name of the fault, or empty
 * @param detail            a sentence, or empty
 */
public record CommandResult(ResultCode code, long value, long job, int definitionVersion, String pointer,
                            String detail) {
    /** Applied, nothing more to say. */
    public static final CommandResult OK = new CommandResult(ResultCode.OK, 0, 0, 0, "", "");

    /** A refusal; pointer and sentence are cut where they are too long. */
    public static CommandResult refused(final ResultCode code, final String pointer, final String detail) {
        return new CommandResult(code, 0, 0, 0, cut(pointer, Limits.POINTER_LENGTH_MAX),
            cut(detail, Limits.DETAIL_LENGTH_MAX));
    }

    /** Results are remembered: they must not be as long as what they speak of. */
    private static String cut(final String text, final int lengthMax) {
        if (text.length() <= lengthMax) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax);
    }

    /** Applied; a job finishes the work. */
    public static CommandResult ok(final long value, final long job, final int definitionVersion) {
        return new CommandResult(ResultCode.OK, value, job, definitionVersion, "", "");
    }

    /** Whether the command was applied. */
    public boolean isOk() {
        return code == ResultCode.OK;
    }
}
