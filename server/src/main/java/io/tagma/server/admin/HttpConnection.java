package io.tagma.server.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.tagma.engine.protocol.ResultCode;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * HTTP with one peer, one request at a time: reads a head and finds its route, reads the body or hands it on piece by
 * piece, writes the answer as fast as the peer takes it. Belongs to the channel's event loop.
 *
 * <p>Behind a {@code FlowControlHandler} with automatic reading off: every {@link #read()} asks for one object. While
 * an answer is under way one object more is asked for, so that a peer's leaving is noticed; a pipelined head that
 * arrives is held.
 */
final class HttpConnection extends ChannelDuplexHandler {
    private static final System.Logger LOGGER = System.getLogger(HttpConnection.class.getName());
    private static final long LINGER_MS = 2_000;
    private static final int DROPPED_LENGTH_MAX = 1024 * 1024;

    private final Router router;
    private final AdminSettings settings;
    private final Admission admission;

    private ChannelHandlerContext context;
    private EventLoop loop;
    private State state = State.HEAD;
    private ScheduledFuture<?> timer;
    private boolean isReading;
    private boolean isReadWanted;
    private boolean isReadPending;
    private boolean isInputClosed;
    private HttpRequest held;

    private HttpRequest head;
    private Router.Match match;
    private boolean isKeepAlive;
    private Problem refusal;
    private ByteArrayOutputStream body;
    private Answer.BodyReader reader;
    private Answer.Slices slices;
    private boolean isSliceAsked;
    private boolean isAnswerStarted;
    private boolean isBodyEnded;
    private int exchange;

    HttpConnection(final Router router, final AdminSettings settings, final Admission admission) {
        this.router = router;
        this.settings = settings;
        this.admission = admission;
    }

    /** Where the connection is in an exchange. */
    private enum State {
        /** Waits for a request's head. */
        HEAD,
        /** Collects, or drops, a body. */
        BODY,
        /** Hands a body on. */
        LINES,
        /** A handler is at work, or its answer is being written. */
        ANSWER,
        /** The answer is written; what still arrives is dropped until the peer closes. */
        LINGER,
        /** Closed. */
        CLOSED
    }

    /** What an open connection counts for. */
    interface Admission {
        /** Whether one more is admitted. */
        boolean enter();

        /** One less. */
        void leave();
    }

    // ---- the channel

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        context = ctx;
        loop = ctx.channel().eventLoop();
        if (!admission.enter()) {
            isKeepAlive = false;
            state = State.ANSWER;
            answer(ProblemJson.answer(Problem.busy(ResultCode.BUSY, "too many connections")));
            return;
        }
        awaitHead();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        gone();
        admission.leave();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        isReadPending = false;
        if (message instanceof HttpObject object && object.decoderResult().isFailure() && state != State.LINGER) {
            ReferenceCountUtil.release(message);
            malformed(object.decoderResult().cause());
        } else if (message instanceof HttpRequest request) {
            if (state == State.HEAD) {
                onHead(request);
            } else if (state == State.ANSWER) {
                held = request;
            } else {
                read();
            }
        } else {
            try {
                if (message instanceof HttpContent content) {
                    onContent(content);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    /** The flow control forgets what was asked for at the end of a read of the socket: ask again. */
    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
        if (isReadPending) {
            isReadPending = false;
            read();
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            isInputClosed = true;
            if (state != State.ANSWER || slices != null && slices.isEndless() || reader != null && !isBodyEnded) {
                ctx.close();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            if (slices != null) {
                pump();
            } else if (reader != null) {
                reader.onWritable();
            }
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        LOGGER.log(System.Logger.Level.DEBUG, "a connection failed", cause);
        ctx.close();
    }

    // ---- reading

    private void awaitHead() {
        state = State.HEAD;
        head = null;
        match = null;
        refusal = null;
        body = null;
        reader = null;
        slices = null;
        isSliceAsked = false;
        isAnswerStarted = false;
        isBodyEnded = false;
        exchange++;
        if (held != null) {
            final HttpRequest next = held;
            held = null;
            onHead(next);
        } else if (isInputClosed) {
            context.close();
        } else {
            arm(settings.headTimeoutMs(), context::close);
            read();
        }
    }

    private void onHead(final HttpRequest request) {
        head = request;
        isKeepAlive = HttpUtil.isKeepAlive(request);
        try {
            checkHead(request);
            match = router.match(request.method(), RequestTarget.parse(request.uri()));
            checkBodyFields(request, match.route().body());
        } catch (final Problem problem) {
            refusal = problem;
        }
        final boolean isContinueExpected = HttpUtil.is100ContinueExpected(request);
        if (refusal != null && (isContinueExpected || refusal.status() == 413 || isTooLongToDrop(request))) {
            answerAndLinger(refusal);
            return;
        }
        if (isContinueExpected) {
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                Unpooled.EMPTY_BUFFER));
        }
        if (refusal == null && match.route().body().isStream()) {
            openLines();
            return;
        }
        state = State.BODY;
        body = new ByteArrayOutputStream(256);
        arm(settings.bodyTimeoutMs(), this::slowBody);
        read();
    }

    /** A body that will be dropped is read to its end where it is short, so that the connection can live on. */
    private static boolean isTooLongToDrop(final HttpRequest request) {
        return HttpUtil.getContentLength(request, 0L) > DROPPED_LENGTH_MAX;
    }

    private void checkHead(final HttpRequest request) {
        if (request.protocolVersion().majorVersion() != 1) {
            throw Problem.of(505, ResultCode.VERSION, "HTTP/1.1 is spoken here");
        }
        if (request.protocolVersion().minorVersion() >= 1
            && request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            throw Problem.badParameter("Host", "a request has exactly one Host field");
        }
        final String expect = request.headers().get(HttpHeaderNames.EXPECT);
        if (expect != null && !"100-continue".equalsIgnoreCase(expect.trim())) {
            throw Problem.of(417, ResultCode.UNSUPPORTED, "unknown expectation");
        }
        if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
            checkOrigin(request.headers());
        }
    }

    /** A page of another site must not write here through its reader's browser. */
    private static void checkOrigin(final HttpHeaders headers) {
        final String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null) {
            return;
        }
        final int authority = origin.indexOf("://");
        if (authority < 0 || !origin.substring(authority + 3).equalsIgnoreCase(headers.get(HttpHeaderNames.HOST))) {
            throw Problem.of(403, ResultCode.UNAUTHORIZED, "writes from pages of another origin are refused");
        }
    }

    private void checkBodyFields(final HttpRequest request, final Route.Body kind) {
        if (!kind.isStream() && HttpUtil.getContentLength(request, 0L) > lengthMax(kind)) {
            throw tooLarge(kind);
        }
        if (kind == Route.Body.NONE) {
            return;
        }
        final String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !"identity".equalsIgnoreCase(encoding)
            && !(kind.isStream() && "gzip".equalsIgnoreCase(encoding))) {
            throw Problem.of(415, ResultCode.UNSUPPORTED, "unknown Content-Encoding: " + encoding);
        }
        final String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE);
        if (kind == Route.Body.ROWS && !MediaTypes.isCsv(type)) {
            throw Problem.of(415, ResultCode.UNSUPPORTED, "Content-Type must be text/csv");
        }
        if (kind != Route.Body.ROWS && !MediaTypes.isJson(type)) {
            throw Problem.of(415, ResultCode.UNSUPPORTED, "Content-Type must be application/json"
                + (kind == Route.Body.LINES ? " or application/x-ndjson" : ""));
        }
    }

    private void onContent(final HttpContent content) {
        switch (state) {
            case BODY:
                collect(content);
                break;
            case LINES:
                handOn(content);
                break;
            case LINGER:
            case HEAD:
                read();
                break;
            default:
                break;
        }
    }

    private void collect(final HttpContent content) {
        final ByteBuf bytes = content.content();
        final boolean isKept = refusal == null && match.route().body() == Route.Body.JSON;
        final Route.Body kind = isKept ? Route.Body.JSON : Route.Body.NONE;
        if (body.size() + bytes.readableBytes() > lengthMax(kind)) {
            answerAndLinger(refusal != null ? refusal : tooLarge(kind));
            return;
        }
        body.write(toArray(bytes), 0, bytes.readableBytes());
        if (!(content instanceof LastHttpContent)) {
            read();
            return;
        }
        isBodyEnded = true;
        if (refusal != null) {
            beginAnswer();
            answer(ProblemJson.answer(refusal));
        } else {
            handle(isKept ? body.toByteArray() : new byte[0]);
        }
    }

    private void handOn(final HttpContent content) {
        disarm();
        if (content.content().isReadable()) {
            reader.onBody(toArray(content.content()));
        }
        if (content instanceof LastHttpContent && state == State.LINES) {
            disarm();
            isBodyEnded = true;
            state = State.ANSWER;
            reader.onBodyEnd();
            watch();
        } else if (!content.content().isReadable() && state == State.LINES) {
            readBody();
        }
    }

    private static byte[] toArray(final ByteBuf bytes) {
        final byte[] array = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), array);
        return array;
    }

    private void malformed(final Throwable cause) {
        if (state == State.ANSWER || state == State.CLOSED) {
            isKeepAlive = false;
            isInputClosed = true;
            return;
        }
        final Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = Problem.of(414, ResultCode.TOO_LARGE, "the request line is too long");
        } else if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            problem = Problem.of(431, ResultCode.TOO_LARGE, "the header fields are too long");
        } else {
            problem = Problem.malformed("the request is not HTTP/1.1");
        }
        if (state == State.LINES && isAnswerStarted) {
            context.close();
        } else {
            answerAndLinger(problem);
        }
    }

    private void slowBody() {
        if (isAnswerStarted) {
            context.close();
        } else {
            answerAndLinger(Problem.of(408, ResultCode.DEADLINE, "the body did not arrive in time"));
        }
    }

    /** Of a body that is not a stream. */
    private int lengthMax(final Route.Body kind) {
        return kind == Route.Body.JSON ? settings.bodyLengthMax() : DROPPED_LENGTH_MAX;
    }

    private Problem tooLarge(final Route.Body kind) {
        return Problem.of(413, ResultCode.TOO_LARGE, "the body is too long: max=" + lengthMax(kind));
    }

    /**
     * Asks for the next object, once: the flow control counts. A read that is answered at once, inside, does not nest
     * deeper.
     */
    private void read() {
        isReadWanted = true;
        if (isReading) {
            return;
        }
        isReading = true;
        while (isReadWanted && !isReadPending) {
            isReadWanted = false;
            isReadPending = true;
            context.read();
        }
        isReadWanted = false;
        isReading = false;
    }

    /** Reads on beside an answer, so that the peer's leaving is noticed. */
    private void watch() {
        if (state == State.ANSWER && held == null && !isInputClosed) {
            read();
        }
    }

    // ---- answering

    private void handle(final byte[] bytes) {
        beginAnswer();
        final int asked = exchange;
        arm(match.route().isWaiting() ? settings.waitTimeoutMs() : settings.answerTimeoutMs(), this::lateAnswer);
        future(bytes).whenCompleteAsync((answer, failure) -> {
            if (asked == exchange && state == State.ANSWER && !isAnswerStarted) {
                answer(failure == null ? answer : ProblemJson.answer(ProblemJson.of(failure)));
            } else if (answer instanceof Answer.Streamed streamed) {
                streamed.slices().close();
            }
        }, loop);
        watch();
    }

    private CompletableFuture<? extends Answer> future(final byte[] bytes) {
        try {
            final Map<String, String> query = RequestTarget.parse(head.uri()).query();
            return match.route().handler().handle(new Request(match.params(), query, head.headers(), bytes, loop));
        } catch (final RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private void openLines() {
        final CompletableFuture<? extends Answer> opened = future(new byte[0]);
        if (opened.isCompletedExceptionally() || !(opened.getNow(null) instanceof Answer.Duplex duplex)) {
            final Problem problem = opened.handle((answer, failure) -> failure == null
                ? Problem.of(500, ResultCode.INTERNAL, "no reader for the stream") : ProblemJson.of(failure)).join();
            answerAndLinger(problem);
            return;
        }
        state = State.LINES;
        reader = duplex.reader();
        reader.open(this);
    }

    private void beginAnswer() {
        state = State.ANSWER;
        body = null;
        disarm();
    }

    private void lateAnswer() {
        isKeepAlive = false;
        answer(ProblemJson.answer(Problem.of(504, ResultCode.DEADLINE,
            "no answer in time: the outcome is unknown")));
    }

    /** Answers before the request is read, and drops the rest of it: a reset would take the answer with it. */
    private void answerAndLinger(final Problem problem) {
        isKeepAlive = false;
        beginAnswer();
        answer(ProblemJson.answer(problem));
    }

    private void answer(final Answer answer) {
        disarm();
        isAnswerStarted = true;
        if (answer instanceof Answer.Whole whole) {
            final FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(whole.status()),
                isHead() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(whole.body()));
            fields(response, whole);
            if (whole.status() != 204) {
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, whole.body().length);
            }
            write(response, true);
        } else {
            final HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()));
            startStream(response, answer);
            if (answer instanceof Answer.Streamed streamed) {
                slices = streamed.slices();
                if (isHead()) {
                    endStream();
                } else if (isInputClosed && slices.isEndless()) {
                    context.close();
                } else {
                    pump();
                }
            }
        }
    }

    private void startStream(final HttpResponse response, final Answer answer) {
        if (head.protocolVersion().minorVersion() == 0) {
            isKeepAlive = false;
        } else {
            response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        fields(response, answer);
        write(response, false);
    }

    private void fields(final HttpResponse response, final Answer answer) {
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (answer.contentType() != null) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        }
        response.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        response.headers().set("X-Content-Type-Options", "nosniff");
        if (!isKeepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (head != null && head.protocolVersion().minorVersion() == 0) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private boolean isHead() {
        return head != null && HttpMethod.HEAD.equals(head.method());
    }

    private void pump() {
        if (isSliceAsked || slices == null) {
            return;
        }
        if (!context.channel().isWritable()) {
            arm(settings.writeTimeoutMs(), context::close);
            return;
        }
        disarm();
        isSliceAsked = true;
        final int asked = exchange;
        slices.next().whenCompleteAsync((bytes, failure) -> {
            if (asked != exchange || slices == null) {
                return;
            }
            isSliceAsked = false;
            if (failure != null) {
                ProblemJson.of(failure);
                context.close();
            } else if (bytes == null) {
                endStream();
            } else {
                if (bytes.length > 0) {
                    write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)), false);
                }
                pump();
            }
        }, loop);
    }

    private void endStream() {
        final Answer.Slices done = slices;
        slices = null;
        done.close();
        write(new DefaultLastHttpContent(), true);
    }

    private void write(final HttpObject object, final boolean isLast) {
        if (!isLast) {
            context.writeAndFlush(object).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            return;
        }
        arm(settings.writeTimeoutMs(), context::close);
        final int asked = exchange;
        context.writeAndFlush(object).addListener(future -> {
            if (!future.isSuccess()) {
                context.close();
            } else if (asked == exchange && state == State.ANSWER) {
                disarm();
                answered();
            }
        });
    }

    private void answered() {
        if (isKeepAlive && isBodyEnded) {
            awaitHead();
            return;
        }
        state = State.LINGER;
        if (isInputClosed || !(context.channel() instanceof DuplexChannel duplex)) {
            context.close();
            return;
        }
        arm(LINGER_MS, context::close);
        duplex.shutdownOutput().addListener(done -> {
            if (!isInputClosed) {
                read();
            } else {
                context.close();
            }
        });
    }

    private void gone() {
        state = State.CLOSED;
        exchange++;
        disarm();
        if (slices != null) {
            slices.close();
            slices = null;
        }
        if (reader != null) {
            reader.onGone();
            reader = null;
        }
        held = null;
        body = null;
    }

    // ---- for a reader of lines

    /** The event loop of the connection. */
    EventLoop loop() {
        return loop;
    }

    /** Asks for the next piece of the body. */
    void readBody() {
        if (state == State.LINES) {
            arm(settings.bodyTimeoutMs(), this::slowBody);
            read();
        }
    }

    /** Writes lines; the first call begins the answer. */
    void writeLines(final byte[] lines) {
        if (state == State.CLOSED) {
            return;
        }
        if (!isAnswerStarted) {
            isAnswerStarted = true;
            startStream(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK),
                new Answer.Duplex(reader));
        }
        write(new DefaultHttpContent(Unpooled.wrappedBuffer(lines)), false);
    }

    /** Ends the answer; what is left of the request is dropped, and with it the connection. */
    void endLines() {
        if (state == State.CLOSED) {
            return;
        }
        disarm();
        reader = null;
        state = State.ANSWER;
        write(new DefaultLastHttpContent(), true);
    }

    /** Answers with a problem instead of lines, where none has been written. */
    void refuseLines(final Problem problem) {
        reader = null;
        answerAndLinger(problem);
    }

    /** Gives a peer that does not read a limited time; to be called when waiting for it. */
    void awaitWritable() {
        arm(settings.writeTimeoutMs(), context::close);
    }

    /** Bytes written and not yet taken by the peer. */
    long unsentLength() {
        return context.channel().unsafe().outboundBuffer() == null ? 0
            : context.channel().unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    private void arm(final long delayMs, final Runnable action) {
        disarm();
        final int asked = exchange;
        timer = loop.schedule(() -> {
            if (asked == exchange) {
                action.run();
            }
        }, delayMs, TimeUnit.MILLISECONDS);
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
