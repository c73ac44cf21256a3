package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;
import java.util.function.Function;

/**
 * A question without effect, so that it may be asked again on another connection.
 *
 * @param <T> the answer
 */
final class ReadCall<T> extends Call<T> implements Reply {
    /** Writes the question. */
    interface Question {
        void write(RequestWriter writer, ServerConnection to, long correlationId);
    }

    private final Question question;
    private final int template;
    private final Function<ReplyReader, T> answer;
    private TagmaClient client;

    ReadCall(final long deadlineNs, final Question question, final int template,
             final Function<ReplyReader, T> answer) {
        super(deadlineNs, 1);
        this.question = question;
        this.template = template;
        this.answer = answer;
    }

    @Override
    void start(final TagmaClient of) {
        client = of;
        of.dispatch(this);
    }

    void write(final RequestWriter writer, final ServerConnection to, final long correlationId) {
        question.write(writer, to, correlationId);
    }

    @Override
    public void onReply(final int replyTemplate, final ReplyReader reader) {
        if (replyTemplate == template) {
            future.complete(answer.apply(reader));
        } else {
            fail(ResultCode.INTERNAL, "an answer of another kind: template=" + replyTemplate);
        }
    }

    @Override
    public void onError(final ResultCode code, final String detail) {
        fail(code, detail);
    }

    @Override
    public void onConnectionLost() {
        client.dispatch(this);
    }
}
