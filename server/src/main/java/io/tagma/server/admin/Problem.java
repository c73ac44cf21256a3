package io.tagma.server.admin;

import io.tagma.engine.CommandResult;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.Map;

/**
 * A request that is not answered as asked: status, code and faults. Thrown by handlers and carried by their futures;
 * without a stack trace: an expected answer.
 */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final ResultCode code;
    private final transient List<Fault> faults;
    private final transient Map<String, Object> members;
    private final transient Map<String, String> headers;

    /**
     * @param members further members of the problem document
     * @param headers of the answer
     */
    Problem(final int status, final ResultCode code, final String detail, final List<Fault> faults,
            final Map<String, Object> members, final Map<String, String> headers) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.faults = List.copyOf(faults);
        this.members = Map.copyOf(members);
        this.headers = Map.copyOf(headers);
    }

    int status() {
        return status;
    }

    ResultCode code() {
        return code;
    }

    List<Fault> faults() {
        return faults;
    }

    Map<String, Object> members() {
        return members;
    }

    Map<String, String> headers() {
        return headers;
    }

    static Problem of(final int status, final ResultCode code, final String detail) {
        return new Problem(status, code, detail, List.of(), Map.of(), Map.of());
    }

    /** 400: the request has the wrong shape there. */
    static Problem badShape(final String pointer, final String detail) {
        return new Problem(400, ResultCode.INVALID, detail, List.of(Fault.at(pointer, detail)), Map.of(), Map.of());
    }

    /** 400: a query parameter or header field. */
    static Problem badParameter(final String name, final String detail) {
        return new Problem(400, ResultCode.INVALID, detail, List.of(Fault.of(name, detail)), Map.of(), Map.of());
    }

    /** 400: not JSON, not HTTP. */
    static Problem malformed(final String detail) {
        return of(400, ResultCode.MALFORMED, detail);
    }

    static Problem notFound(final String what, final String name) {
        return of(404, ResultCode.NOT_FOUND, "no such " + what + ": " + what + "=" + name);
    }

    /** 412: the definition has another version. */
    static Problem preconditionFailed(final int version) {
        return of(412, ResultCode.PRECONDITION_FAILED, version == 0 ? "there is no such definition"
            : "the definition has another version: version=" + version);
    }

    /** 503: later. */
    static Problem busy(final ResultCode code, final String detail) {
        return new Problem(503, code, detail, List.of(), Map.of(), Map.of("Retry-After", "1"));
    }

    /** What the engine said, in HTTP's words. */
    static Problem of(final CommandResult result) {
        return refused(result.code(), result.pointer(), result.detail());
    }

    /** The one place where result codes become statuses. */
    static Problem refused(final ResultCode code, final String pointer, final String sentence) {
        final String detail = sentence.isEmpty() ? code.name() : sentence;
        final boolean isInBody = !pointer.isEmpty();
        return switch (code) {
            case BUSY, NOT_LEADER, SHUTTING_DOWN, STALE_POSITION, SEQUENCE_GAP, UNKNOWN_LANE -> busy(code, detail);
            case MALFORMED, VERSION -> refused(400, code, pointer, detail);
            case NO_SPACE -> refused(507, code, pointer, detail);
            case UNAUTHORIZED -> refused(401, code, pointer, detail);
            case NOT_FOUND, UNKNOWN_WEBSITE -> refused(isInBody ? 422 : 404, code, pointer, detail);
            case CONFLICT, LIMIT -> refused(409, code, pointer, detail);
            case PRECONDITION_FAILED -> refused(412, code, pointer, detail);
            case TOO_LARGE -> refused(isInBody ? 422 : 413, code, pointer, detail);
            case MOVED -> refused(421, code, pointer, detail);
            case INVALID -> refused(422, code, pointer, detail);
            case UNSUPPORTED -> refused(422, code, pointer,
                detail.contains("not supported yet") ? detail : "not supported yet: " + detail);
            case DEADLINE, RESULT_FORGOTTEN -> refused(504, code, pointer, detail);
            default -> refused(500, code, pointer, detail);
        };
    }

    private static Problem refused(final int status, final ResultCode code, final String pointer,
                                   final String detail) {
        final boolean hasFault = status == 400 || status == 422 || !pointer.isEmpty();
        return new Problem(status, code, detail, hasFault ? List.of(Fault.at(pointer, detail)) : List.of(), Map.of(),
            Map.of());
    }
}
