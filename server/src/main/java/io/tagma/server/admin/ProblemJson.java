package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.tagma.engine.protocol.ResultCode;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Problems as documents of RFC 9457. Stateless. */
final class ProblemJson {
    static final String CONTENT_TYPE = "application/problem+json";
    private static final System.Logger LOGGER = System.getLogger(ProblemJson.class.getName());

    private ProblemJson() {
    }

    static Answer.Whole answer(final Problem problem) {
        return new Answer.Whole(problem.status(), CONTENT_TYPE, Json.bytes(document(problem)), problem.headers());
    }

    static ObjectNode document(final Problem problem) {
        final ObjectNode document = Json.object();
        document.put("type", "about:blank");
        document.put("title", HttpResponseStatus.valueOf(problem.status()).reasonPhrase());
        document.put("status", problem.status());
        document.put("code", problem.code().name());
        document.put("detail", problem.getMessage());
        final ArrayNode errors = document.putArray("errors");
        for (final Fault fault : problem.faults()) {
            final ObjectNode error = errors.addObject();
            error.put("pointer", fault.pointer());
            if (fault.parameter() != null) {
                error.put("parameter", fault.parameter());
            }
            error.put("detail", fault.detail());
        }
        new TreeMap<>(problem.members()).forEach((name, value) -> document.set(name, Json.node(value)));
        return document;
    }

    /** The problem that a handler's failure stands for; what was not foreseen is logged and says nothing outside. */
    static Problem of(final Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
            && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Problem problem) {
            return problem;
        }
        if (cause instanceof BusyException) {
            return Problem.busy(ResultCode.BUSY, cause.getMessage());
        }
        if (cause instanceof RefusedException refused) {
            return Problem.refused(refused.code(), "", refused.getMessage());
        }
        LOGGER.log(System.Logger.Level.ERROR, "a request failed", cause);
        return Problem.of(500, ResultCode.INTERNAL, "an error of the server; its log has the details");
    }
}
