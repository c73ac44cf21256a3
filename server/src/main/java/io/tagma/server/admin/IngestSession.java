package io.tagma.server.admin;

import io.tagma.engine.CommandResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;

/**
 * One stream of lines. They are cut, read and submitted in order of the file; results are taken in the same order, so
 * that failed lines are told by ascending number. While too many lines wait for their result, or the peer does not take
 * the answer, nothing more is read. Lines that must be completed by the engine are held until all before them are
 * applied, and then asked for together. Belongs to the connection's event loop; only a future's completion comes from
 * elsewhere.
 */
final class IngestSession implements Answer.BodyReader {
    /** Lines between two of progress. */
    static final int LINES_PER_PROGRESS = 5_000;

    private static final int PIECE_LENGTH = 16 * 1024;
    private static final int LINES_PER_TURN = 1024;
    private static final int HELD_MAX = 256;
    private static final long BUSY_PAUSE_MS = 2;

    private final EnginePort port;
    private final AdminSettings settings;
    private final StreamTerms terms;
    private final Streams streams;
    private final Supplier<CompletableFuture<Intake>> begin;
    private final GzipSource gzip;
    private final byte[] inflated;
    private final ArrayDeque<Line> inFlight = new ArrayDeque<>();
    private final ArrayDeque<Line> held = new ArrayDeque<>();
    private final ArrayDeque<Line> ready = new ArrayDeque<>();
    private final AtomicBoolean isSettling = new AtomicBoolean();

    private HttpConnection connection;
    private Streams.Progress progress;
    private Intake intake;
    private LineSource source;
    private Line refused;
    private boolean isPaused;
    private boolean isCompleting;
    private boolean isPieceNeeded;
    private boolean isBodyEnded;
    private boolean isInputDone;
    private boolean isOver;
    private long linesCutOff;
    private long applied;
    private long failed;
    private long bytesInFlight;
    private long jobs;

    /**
     * @param begin what the lines are read with; a failure refuses the stream
     */
    IngestSession(final EnginePort port, final AdminSettings settings, final StreamTerms terms, final Streams streams,
                  final Supplier<CompletableFuture<Intake>> begin) {
        this.port = port;
        this.settings = settings;
        this.terms = terms;
        this.streams = streams;
        this.begin = begin;
        this.gzip = terms.isGzip() ? new GzipSource() : null;
        this.inflated = new byte[terms.isGzip() ? PIECE_LENGTH : 0];
    }

    /** A line that was read; its result comes from any thread. */
    private static final class Line {
        private final long number;
        private final int length;
        private final Draft draft;
        private Command command;
        private volatile CommandResult result;

        Line(final long number, final int length, final Draft draft) {
            this.number = number;
            this.length = length;
            this.draft = draft;
            this.command = draft == null ? null : draft.command();
        }
    }

    // ---- the connection's side

    @Override
    public void open(final HttpConnection to) {
        connection = to;
        progress = streams.open(terms.name(), terms.bodyLength());
        begin.get().whenCompleteAsync((given, failure) -> {
            if (isOver) {
                if (given != null && given.completion() != null) {
                    given.completion().close();
                }
            } else if (failure != null) {
                refuse(ProblemJson.of(failure));
            } else {
                intake = given;
                source = given.source();
                isPieceNeeded = true;
                connection.readBody();
            }
        }, connection.loop());
    }

    @Override
    public void onBody(final byte[] piece) {
        isPieceNeeded = false;
        progress.took(piece.length);
        if (gzip == null) {
            source.feed(piece, piece.length);
        } else {
            gzip.feed(piece);
        }
        work();
    }

    @Override
    public void onBodyEnd() {
        isBodyEnded = true;
        work();
    }

    @Override
    public void onGone() {
        over();
    }

    @Override
    public void onWritable() {
        work();
    }

    private void over() {
        if (!isOver) {
            isOver = true;
            inFlight.clear();
            held.clear();
            ready.clear();
            if (gzip != null) {
                gzip.close();
            }
            if (intake != null && intake.completion() != null) {
                intake.completion().close();
            }
            streams.close(progress);
        }
    }

    private void refuse(final Problem problem) {
        over();
        connection.refuseLines(problem);
    }

    // ---- reading

    private void work() {
        for (int i = 0; i < LINES_PER_TURN; i++) {
            if (isOver || isPaused) {
                break;
            }
            if (refused != null) {
                submit(refused);
            } else if (!ready.isEmpty()) {
                go(ready.poll());
            } else if (isCompletionDue()) {
                if (!isCompleting && inFlight.peek() == held.peek()) {
                    complete();
                }
                return;
            } else if (isInputDone || isPieceNeeded && !isBodyEnded) {
                break;
            } else if (isFull()) {
                return;
            } else if (!read()) {
                break;
            }
            if (i == LINES_PER_TURN - 1) {
                connection.loop().execute(this::work);
            }
        }
        finish();
    }

    /** Reads a line, or makes that there is one to read; false where there is none now. */
    private boolean read() {
        try {
            if (source.next()) {
                take();
                return true;
            }
            return refill();
        } catch (final Problem wholly) {
            refuse(wholly);
            return false;
        }
    }

    /** Whether there is something to cut again. */
    private boolean refill() {
        if (gzip != null) {
            try {
                final int length = gzip.read(inflated);
                if (length > 0) {
                    source.feed(inflated, length);
                    return true;
                }
                if (isBodyEnded && !gzip.isWhole()) {
                    throw new DataFormatException("the gzip stream is cut off");
                }
            } catch (final DataFormatException broken) {
                broken(broken.getMessage());
                return false;
            }
        }
        if (isBodyEnded) {
            if (source.last()) {
                take();
                return true;
            }
            isInputDone = true;
            return !held.isEmpty();
        }
        isPieceNeeded = true;
        connection.readBody();
        return false;
    }

    /** The rest of the stream cannot be read: the line at which it breaks fails, and is the last. */
    private void broken(final String detail) {
        if (source.lines() == 0) {
            refuse(Problem.malformed(detail));
            return;
        }
        isInputDone = true;
        linesCutOff = 1;
        fail(source.lines() + 1, 0, new LineFault(ResultCode.MALFORMED, "", detail));
    }

    private boolean isFull() {
        if (isCrowded()) {
            return true;
        }
        if (connection.unsentLength() > settings.bytesInFlight()) {
            connection.awaitWritable();
            return true;
        }
        return false;
    }

    private boolean isCrowded() {
        return inFlight.size() >= settings.linesInFlight() || bytesInFlight >= settings.bytesInFlight()
            || jobs >= settings.linesInFlight();
    }

    private void take() {
        try {
            final Draft draft = source.draft();
            if (draft == null) {
                return;
            }
            final Line line = new Line(source.number(), source.length(), draft);
            add(line);
            if (draft.customer() == null) {
                go(line);
            } else {
                held.add(line);
            }
        } catch (final LineFault fault) {
            fail(source.number(), source.length(), fault);
        }
    }

    private void fail(final long number, final int length, final LineFault fault) {
        final Line line = new Line(number, length, null);
        add(line);
        settled(line, fault);
    }

    private void add(final Line line) {
        inFlight.add(line);
        bytesInFlight += line.length;
    }

    private void settled(final Line line, final LineFault fault) {
        line.result = fault == null ? CommandResult.OK
            : CommandResult.refused(fault.code(), fault.pointer(), fault.getMessage());
        settleSoon();
    }

    // ---- completing

    /** Held lines go on together: when they are many, or nothing more can be read. */
    private boolean isCompletionDue() {
        return !held.isEmpty() && (held.size() >= HELD_MAX || isInputDone || isCrowded());
    }

    private void complete() {
        final List<Draft> drafts = new ArrayList<>();
        for (final Line line : held) {
            drafts.add(line.draft);
        }
        isCompleting = true;
        intake.completion().complete(drafts).whenCompleteAsync((completed, failure) -> {
            isCompleting = false;
            if (isOver) {
                return;
            }
            if (failure == null) {
                completed.forEach(this::completed);
                work();
                return;
            }
            final Problem problem = ProblemJson.of(failure);
            if (problem.code() == ResultCode.BUSY) {
                pause();
            } else {
                held.forEach(line -> settled(line, new LineFault(problem.code(), "", problem.getMessage())));
                held.clear();
            }
        }, connection.loop());
    }

    private void completed(final Completion.Completed completed) {
        final Line line = held.poll();
        if (completed.fault() != null) {
            settled(line, completed.fault());
        } else {
            line.command = completed.command();
            ready.add(line);
        }
    }

    // ---- applying

    /** A line's command is complete. */
    private void go(final Line line) {
        if (intake.check() == null) {
            submit(line);
            return;
        }
        try {
            intake.check().check(line.command);
            settled(line, null);
        } catch (final LineFault fault) {
            settled(line, fault);
        }
    }

    private void submit(final Line line) {
        refused = null;
        final CompletableFuture<CommandResult> future = port.submit(line.command);
        if (future.isDone() && isBusy(future)) {
            refused = line;
            pause();
            return;
        }
        future.whenComplete((result, failure) -> {
            line.result = failure == null ? result : failure(failure);
            settleSoon();
        });
    }

    private void pause() {
        isPaused = true;
        connection.loop().schedule(() -> {
            isPaused = false;
            work();
        }, BUSY_PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    private static boolean isBusy(final CompletableFuture<CommandResult> future) {
        return future.isCompletedExceptionally()
            ? future.handle((result, failure) -> ProblemJson.of(failure).code() == ResultCode.BUSY).join()
            : future.join().code() == ResultCode.BUSY;
    }

    private static CommandResult failure(final Throwable failure) {
        final Problem problem = ProblemJson.of(failure);
        return CommandResult.refused(problem.code(), "", problem.getMessage());
    }

    // ---- results

    private void settleSoon() {
        if (isSettling.compareAndSet(false, true)) {
            connection.loop().execute(this::settle);
        }
    }

    private void settle() {
        isSettling.set(false);
        if (isOver) {
            return;
        }
        final StringBuilder out = new StringBuilder();
        for (Line line = inFlight.peek(); line != null && line.result != null; line = inFlight.peek()) {
            inFlight.poll();
            bytesInFlight -= line.length;
            final CommandResult result = line.result;
            if (result.isOk()) {
                applied++;
                await(result.job());
            } else {
                failed++;
                describe(line, result, out);
            }
            if (terms.isProgressTold() && (applied + failed) % LINES_PER_PROGRESS == 0) {
                tell(out);
            }
        }
        progress.at(source.lines(), applied, failed);
        if (!out.isEmpty()) {
            connection.writeLines(out.toString().getBytes(StandardCharsets.UTF_8));
        }
        work();
    }

    private void await(final long job) {
        if (job != 0) {
            jobs++;
            ask(job);
        }
    }

    /** Only an answer ends a wait: where none can be had now (the engine is asked too much), it is asked again. */
    private void ask(final long job) {
        port.jobDone(job).whenCompleteAsync((done, failure) -> {
            if (isOver) {
                return;
            }
            if (failure != null) {
                connection.loop().schedule(() -> askAgain(job), BUSY_PAUSE_MS, TimeUnit.MILLISECONDS);
            } else {
                jobs--;
                work();
            }
        }, connection.loop());
    }

    private void askAgain(final long job) {
        if (!isOver) {
            ask(job);
        }
    }

    private void describe(final Line line, final CommandResult result, final StringBuilder out) {
        out.append("{\"line\":").append(line.number).append(",\"error\":{\"code\":\"").append(result.code().name())
            .append("\",\"pointer\":");
        Json.quote(source.pointer(line.command, result.pointer()), out);
        out.append(",\"detail\":");
        Json.quote(result.detail().isEmpty() ? result.code().name() : result.detail(), out);
        out.append("}}\n");
    }

    private void tell(final StringBuilder out) {
        out.append("{\"progress\":{\"lines\":").append(source.lines()).append(",\"applied\":").append(applied)
            .append(",\"failed\":").append(failed).append(",\"fraction\":")
            .append(terms.bodyLength() > 0 ? Double.toString(progress.fraction()) : "null").append("}}\n");
    }

    private void finish() {
        if (isOver || !isInputDone || refused != null || isCompleting || !inFlight.isEmpty() || jobs > 0
            || isSettling.get()) {
            return;
        }
        over();
        connection.writeLines(("{\"lines\":" + (source.lines() + linesCutOff) + ",\"applied\":" + applied
            + ",\"failed\":" + failed + ",\"position\":" + port.position()
            + (terms.isDryRun() ? ",\"dryRun\":true" : "") + "}\n").getBytes(StandardCharsets.UTF_8));
        connection.endLines();
    }
}
