package io.tagma.client;

import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.ResultCode;
import java.util.function.Function;

/**
 * A question without effect, so that it may be asked again, and on several nodes at once: the first answer counts.
 *
 * @param <T> the answer
 */
final class ReadCall<T> extends Call<T> implements Reply {
    /** Writes the question. */
    interface Question {
        void write(RequestWriter writer, ServerConnection to, long correlationId);
    }

    /** How soon an answer is to be expected. */
    enum Pace {
        /** From memory at once: its time is measured, and it may be hedged. */
        MEMORY,
        /** As soon as a position is there: waiting for that is no slowness to be measured; it may be hedged. */
        POSITION,
        /** Open: neither. */
        OPEN;

        static Pace of(final ReadMode mode) {
            return switch (mode) {
                case LOCAL -> MEMORY;
                case AT_LEAST -> POSITION;
                default -> OPEN;
            };
        }
    }

    private final Question question;
    private final int template;
    private final Function<ReplyReader, T> answer;
    private final Pace pace;
    private Reads reads;
    private Node askedOf;
    private long askedNs;
    private int tries;
    private int outstanding;
    /** What the last node said that had not applied the position; null where none has. */
    private String stale;

    ReadCall(final long deadlineNs, final Question question, final int template,
             final Function<ReplyReader, T> answer, final Pace pace) {
        super(deadlineNs, 1);
        this.question = question;
        this.template = template;
        this.answer = answer;
        this.pace = pace;
    }

    @Override
    void start(final TagmaClient client) {
        reads = client.reads();
        reads.dispatch(this);
    }

    @Override
    void expire(final String obstacle) {
        if (stale == null) {
            super.expire("");
        } else {
            fail(ResultCode.STALE_POSITION, stale);
        }
    }

    Pace pace() {
        return pace;
    }

    /** When it was asked for the first time. */
    long askedNs() {
        return askedNs;
    }

    /** The node that was asked last, hedges not counted. */
    Node askedOf() {
        return askedOf;
    }

    /** How often it was asked, hedges not counted. */
    int tries() {
        return tries;
    }

    void ask(final RequestWriter writer, final ServerConnection to, final long nowNs) {
        if (tries == 0) {
            askedNs = nowNs;
        }
        askedOf = to.node();
        tries++;
        outstanding++;
        question.write(writer, to, to.expect(this));
    }

    /** Asks another node as well. */
    void hedge(final RequestWriter writer, final ServerConnection to) {
        outstanding++;
        question.write(writer, to, to.expect(new Hedge()));
    }

    @Override
    public ReadCall<?> read() {
        return this;
    }

    @Override
    public void onReply(final int replyTemplate, final ReplyReader reader) {
        outstanding--;
        if (tries == 1) {
            reads.answered(this, reader.receivedNs() - askedNs);
        }
        complete(replyTemplate, reader);
    }

    @Override
    public void onError(final Node from, final ResultCode code, final String detail, final String named) {
        outstanding--;
        if (isDone()) {
            return;
        }
        switch (code) {
            case STALE_POSITION -> {
                stale = detail;
                if (named.isEmpty() && outstanding > 0) {
                    return;
                }
                if (!reads.askElsewhere(this, from, named)) {
                    fail(code, detail);
                }
            }
            case SHUTTING_DOWN -> {
                if (!reads.leave(from)) {
                    fail(code, detail);
                } else if (outstanding == 0) {
                    reads.askAgain(this, from);
                }
            }
            default -> fail(code, detail);
        }
    }

    @Override
    public void onConnectionLost() {
        outstanding--;
        if (outstanding == 0) {
            reads.dispatch(this);
        }
    }

    private void complete(final int replyTemplate, final ReplyReader reader) {
        if (isDone()) {
            return;
        }
        if (replyTemplate == template) {
            future.complete(answer.apply(reader));
        } else {
            fail(ResultCode.INTERNAL, "an answer of another kind: template=" + replyTemplate);
        }
    }

    /** The same question on a second node. */
    private final class Hedge implements Reply {
        @Override
        public ReadCall<?> read() {
            return ReadCall.this;
        }

        @Override
        public void onReply(final int replyTemplate, final ReplyReader reader) {
            outstanding--;
            if (!isDone()) {
                reads.onHedgeWon();
                complete(replyTemplate, reader);
            }
        }

        /** What the first node says counts, if it says something. */
        @Override
        public void onError(final Node from, final ResultCode code, final String detail, final String named) {
            if (outstanding == 1) {
                ReadCall.this.onError(from, code, detail, named);
            } else {
                outstanding--;
            }
        }

        @Override
        public void onConnectionLost() {
            ReadCall.this.onConnectionLost();
        }
    }
}
