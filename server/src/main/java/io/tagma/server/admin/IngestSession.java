package io.tagma.server.admin;

import io.tagma.engine.CommandResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.DataFormatException;

/**
 * One ingest stream. Lines are cut, parsed and submitted in order of the file; results are taken in the same order, so
 * that failed lines are told by ascending number. While too many lines wait for their result, or the peer does not take
 * the answer, nothing more is read. Belongs to the connection's event loop; only a future's completion comes from
 * elsewhere.
 */
final class IngestSession implements Answer.BodyReader {
    private static final int PIECE_LENGTH = 16 * 1024;
    private static final int LINES_PER_TURN = 1024;
    private static final long BUSY_PAUSE_MS = 2;

    private final EnginePort port;
    private final AdminSettings settings;
    private final boolean isDryRun;
    private final GzipSource gzip;
    private final byte[] inflated;
    private final LineSplitter splitter = new LineSplitter();
    private final IngestParser parser = new IngestParser();
    private final ArrayDeque<Line> inFlight = new ArrayDeque<>();
    private final AtomicBoolean isSettling = new AtomicBoolean();

    private HttpConnection connection;
    private DryRunCheck check;
    private Line refused;
    private Command refusedCommand;
    private boolean isPaused;
    private boolean isPieceNeeded;
    private boolean isBodyEnded;
    private boolean isInputDone;
    private boolean isOver;
    private long lines;
    private long applied;
    private long failed;
    private long bytesInFlight;
    private long jobs;

    IngestSession(final EnginePort port, final AdminSettings settings, final boolean isGzip, final boolean isDryRun) {
        this.port = port;
        this.settings = settings;
        this.isDryRun = isDryRun;
        this.gzip = isGzip ? new GzipSource() : null;
        this.inflated = new byte[isGzip ? PIECE_LENGTH : 0];
    }

    /** A line that was read; its result comes from any thread. */
    private static final class Line {
        private final long number;
        private final int length;
        private final Command command;
        private volatile CommandResult result;

        Line(final long number, final int length, final Command command) {
            this.number = number;
            this.length = length;
            this.command = command;
        }
    }

    // ---- the connection's side

    @Override
    public void open(final HttpConnection to) {
        connection = to;
        if (!isDryRun) {
            isPieceNeeded = true;
            connection.readBody();
            return;
        }
        port.query(DryRunCheck::new).whenCompleteAsync((declared, failure) -> {
            if (isOver) {
                return;
            }
            if (failure != null) {
                over();
                connection.refuseLines(ProblemJson.of(failure));
                return;
            }
            check = declared;
            isPieceNeeded = true;
            connection.readBody();
        }, connection.loop());
    }

    @Override
    public void onBody(final byte[] piece) {
        isPieceNeeded = false;
        if (gzip == null) {
            splitter.feed(piece, piece.length);
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
            if (gzip != null) {
                gzip.close();
            }
        }
    }

    // ---- reading

    private void work() {
        for (int i = 0; i < LINES_PER_TURN; i++) {
            if (isOver || isInputDone && refused == null || isPaused
                || refused == null && isPieceNeeded && !isBodyEnded) {
                break;
            }
            if (isFull()) {
                return;
            }
            if (refused != null) {
                submit(refused, refusedCommand);
            } else if (splitter.next()) {
                take();
            } else if (!refill()) {
                break;
            }
            if (i == LINES_PER_TURN - 1) {
                connection.loop().execute(this::work);
            }
        }
        finish();
    }

    /** Whether there is something to cut again. */
    private boolean refill() {
        if (gzip != null) {
            try {
                final int length = gzip.read(inflated);
                if (length > 0) {
                    splitter.feed(inflated, length);
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
            if (splitter.last()) {
                take();
            }
            isInputDone = true;
            return false;
        }
        isPieceNeeded = true;
        connection.readBody();
        return false;
    }

    /** The rest of the stream cannot be read: the line at which it breaks fails, and is the last. */
    private void broken(final String detail) {
        if (lines == 0) {
            over();
            connection.refuseLines(Problem.malformed(detail));
            return;
        }
        isInputDone = true;
        fail(++lines, 0, ResultCode.MALFORMED, "", detail);
    }

    private boolean isFull() {
        if (inFlight.size() >= settings.linesInFlight() || bytesInFlight >= settings.bytesInFlight()
            || jobs >= settings.linesInFlight()) {
            return true;
        }
        if (connection.unsentLength() > settings.bytesInFlight()) {
            connection.awaitWritable();
            return true;
        }
        return false;
    }

    private void take() {
        lines++;
        if (splitter.isTooLong()) {
            fail(lines, 0, ResultCode.TOO_LARGE, "", "the line is longer than " + LineSplitter.LINE_LENGTH_MAX
                + " bytes");
            return;
        }
        if (splitter.isBlank()) {
            return;
        }
        final int length = splitter.length();
        try {
            final Command command = parser.parse(splitter.buffer(), splitter.offset(), length);
            if (isDryRun) {
                check.check(command);
                settled(new Line(lines, length, command), CommandResult.OK);
            } else {
                submit(new Line(lines, length, command), command);
            }
        } catch (final LineFault fault) {
            fail(lines, length, fault.code(), fault.pointer(), fault.getMessage());
        }
    }

    private void submit(final Line line, final Command command) {
        refused = null;
        refusedCommand = null;
        final CompletableFuture<CommandResult> future = port.submit(command);
        if (future.isDone() && isBusy(future)) {
            refused = line;
            refusedCommand = command;
            isPaused = true;
            connection.loop().schedule(() -> {
                isPaused = false;
                work();
            }, BUSY_PAUSE_MS, TimeUnit.MILLISECONDS);
            return;
        }
        add(line);
        future.whenComplete((result, failure) -> {
            line.result = failure == null ? result : failure(failure);
            settleSoon();
        });
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

    private void fail(final long number, final int length, final ResultCode code, final String pointer,
                      final String detail) {
        settled(new Line(number, length, null), CommandResult.refused(code, pointer, detail));
    }

    private void settled(final Line line, final CommandResult result) {
        line.result = result;
        add(line);
        settleSoon();
    }

    private void add(final Line line) {
        inFlight.add(line);
        bytesInFlight += line.length;
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
        }
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

    private static void describe(final Line line, final CommandResult result, final StringBuilder out) {
        out.append("{\"line\":").append(line.number).append(",\"error\":{\"code\":\"").append(result.code().name())
            .append("\",\"pointer\":");
        Json.quote(LinePointers.of(line.command, result.pointer()), out);
        out.append(",\"detail\":");
        Json.quote(result.detail().isEmpty() ? result.code().name() : result.detail(), out);
        out.append("}}\n");
    }

    private void finish() {
        if (isOver || !isInputDone || refused != null || !inFlight.isEmpty() || jobs > 0 || isSettling.get()) {
            return;
        }
        over();
        connection.writeLines(("{\"lines\":" + lines + ",\"applied\":" + applied + ",\"failed\":" + failed
            + ",\"position\":" + port.position() + (isDryRun ? ",\"dryRun\":true" : "") + "}\n")
            .getBytes(StandardCharsets.UTF_8));
        connection.endLines();
    }
}
