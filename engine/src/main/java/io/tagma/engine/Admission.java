package io.tagma.engine;

import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.segment.SubjectChange;

/**
 * What every command about a subject passes: its key is legal, it is no repeat, its subject is brought up to now, there
 * is room. Then the command checks what is its own, begins its change, and is remembered. Reusable; engine's thread.
 */
final class Admission {
    private final EngineState state;
    private byte[] key;
    private byte[] eventId;
    private int ordinal;

    Admission(final EngineState state) {
        this.state = state;
    }

    /** Null where the command may go on; else its answer. */
    CommandResult enter(final byte[] subjectKey, final byte[] event) {
        return enter(subjectKey, event, "/key");
    }

    /** The same for a key that stands elsewhere. */
    CommandResult enter(final byte[] subjectKey, final byte[] event, final String pointer) {
        key = subjectKey;
        eventId = event;
        CommandResult answer = checkKey(key, pointer);
        if (answer == null) {
            answer = repeated(key, eventId);
        }
        if (answer == null) {
            ordinal = state.subjects().ordinal(key);
            if (ordinal >= 0 && !state.subjects().catchUp().run(ordinal)) {
                ordinal = -1;
            }
        }
        return answer;
    }

    /** Null, or why that is no key of a subject. */
    static CommandResult checkKey(final byte[] subjectKey, final String pointer) {
        return Keys.isLegal(subjectKey, Limits.KEY_LENGTH_MAX) ? null : CommandResult.refused(ResultCode.INVALID,
            pointer, "1-" + Limits.KEY_LENGTH_MAX + " bytes without control characters expected");
    }

    /** Null where the event is new; else the answer. */
    CommandResult repeated(final byte[] about, final byte[] event) {
        if (event.length == 0) {
            return null;
        }
        if (event.length > Limits.ID_LENGTH_MAX) {
            return CommandResult.refused(ResultCode.INVALID, "/eventId",
                "too long: length=" + event.length + ", max=" + Limits.ID_LENGTH_MAX);
        }
        if (state.eventIds().seen(about, event, state.subjects().now())) {
            return CommandResult.OK;
        }
        return state.eventIds().isFull() ? CommandResult.refused(ResultCode.LIMIT, "/eventId",
            "too many event ids within 24 hours") : null;
    }

    byte[] key() {
        return key;
    }

    /** The subject, or -1 where the key is unknown. */
    int ordinal() {
        return ordinal;
    }

    boolean isKnown() {
        return ordinal >= 0;
    }

    boolean isVisitor() {
        return state.subjects().rows().kind(ordinal) == SubjectKind.VISITOR.value();
    }

    /** Null, or that no further subject has room. */
    CommandResult room() {
        return ordinal < 0 && state.isFull() ? CommandResult.refused(ResultCode.LIMIT, "/key",
            "too many subjects: max=" + state.subjectsMax()) : null;
    }

    /** Null, or that the subject is no customer, and cannot become one. */
    CommandResult customer() {
        return ordinal >= 0 && isVisitor()
            ? CommandResult.refused(ResultCode.CONFLICT, "/key", "the subject is a visitor") : null;
    }

    /** The subject's home, or what it will be. */
    Website home() {
        return state.websites().get(ordinal < 0 ? Website.BASE_ID : state.subjects().rows().website(ordinal));
    }

    /** Begins the change: of a new subject of the kind, where the key is unknown. Refuses nothing any more. */
    SubjectChange begin(final SubjectKind kindOfNew) {
        final SubjectChange change = state.subjects().change();
        return ordinal >= 0 ? change.open(ordinal) : change.create(key, kindOfNew.value(),
            kindOfNew == SubjectKind.VISITOR ? CustomerGroup.NOT_LOGGED_IN : home().defaultGroupId(),
            Website.BASE_ID);
    }

    /** The command is applied: it will be known again. */
    CommandResult applied() {
        if (eventId.length > 0) {
            state.eventIds().add(key, eventId, state.subjects().now());
        }
        return CommandResult.OK;
    }

    static CommandResult invalid(final String pointer, final String detail) {
        return CommandResult.refused(ResultCode.INVALID, pointer, detail);
    }
}
