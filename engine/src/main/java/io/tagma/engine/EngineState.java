package io.tagma.engine;

import io.tagma.engine.condition.CaseFolding;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.model.AttributeTable;
import io.tagma.engine.model.GroupTable;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.CartClearDecoder;
import io.tagma.engine.protocol.ClockAdvanceDecoder;
import io.tagma.engine.protocol.DeleteDefinitionDecoder;
import io.tagma.engine.protocol.LogoutDecoder;
import io.tagma.engine.protocol.OrderDeleteDecoder;
import io.tagma.engine.protocol.ProductDeleteDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SetApplicationVersionDecoder;
import io.tagma.engine.protocol.SubjectDeleteDecoder;
import io.tagma.engine.protocol.WishlistRemoveDecoder;
import io.tagma.engine.segment.ChangeStream;
import io.tagma.engine.segment.EnginePosition;
import io.tagma.engine.segment.Published;
import io.tagma.engine.segment.Segments;
import io.tagma.engine.segment.SlotTable;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.segment.Sweeps;
import io.tagma.engine.subject.EventIds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.agrona.CloseHelper;

/** All state of the engine, its clock and its slices of background work. Engine's thread. */
final class EngineState implements AutoCloseable {
    private final AttributeTable attributes = new AttributeTable();
    private final GroupTable groups = new GroupTable(CaseFolding::fold);
    private final WebsiteTable websites = new WebsiteTable();
    private final Lanes lanes = new Lanes();
    private final EventIds eventIds = new EventIds();
    private final ChangeStream changes;
    private final Subjects subjects;
    private final Segments segments;
    private final Sweeps sweeps;
    private final Definitions definitions;
    private final Published<SlotTable> table = new Published<>(SlotTable.empty());
    private final EnginePosition position = new EnginePosition();
    private final SliceWork sliceWork;
    private final LongConsumer jobDone;
    private final List<ClockJob> clockJobs = new ArrayList<>();
    private final int versionKnown;

    private int applicationVersion = ApplicationVersion.FIRST;
    private boolean isBegun;
    private boolean isManualClock;
    private int subjectsMax = Limits.SUBJECTS_MAX;
    private int segmentsMax = Limits.SEGMENTS_MAX;
    private int changesMax = Limits.CHANGES_MAX;
    private long bytesMax = Limits.BYTES_MAX;
    private int codesBefore;
    private int freeNamesBefore;
    private int purposesBefore;
    private long nextJob = 1;
    private long logPosition;
    private long slices;
    private long sliceWorkMax;
    private long lastSliceWork;

    /** The manual clock was moved: done once every flip up to there has run. */
    record ClockJob(long job, long target) {
    }

    EngineState(final EngineOptions options, final SliceWork sliceWork, final LongConsumer jobDone) {
        this.sliceWork = sliceWork;
        this.jobDone = jobDone;
        versionKnown = options.versionKnown();
        changes = new ChangeStream(Limits.CHANGES_MAX);
        subjects = new Subjects(websites, changes, options.storeSizes(), options.keySeed());
        segments = new Segments(subjects, websites, table, jobDone);
        sweeps = new Sweeps(subjects, websites, segments, jobDone);
        definitions = new Definitions(this);
        segments.publish();
    }

    AttributeTable attributes() {
        return attributes;
    }

    GroupTable groups() {
        return groups;
    }

    WebsiteTable websites() {
        return websites;
    }

    Lanes lanes() {
        return lanes;
    }

    EventIds eventIds() {
        return eventIds;
    }

    ChangeStream changes() {
        return changes;
    }

    Subjects subjects() {
        return subjects;
    }

    Segments segments() {
        return segments;
    }

    Sweeps sweeps() {
        return sweeps;
    }

    Definitions definitions() {
        return definitions;
    }

    Published<SlotTable> table() {
        return table;
    }

    EnginePosition position() {
        return position;
    }

    List<ClockJob> clockJobs() {
        return clockJobs;
    }

    // ---- beginning and limits ----------------------------------------------------------------------------------

    /** The first command sets what can never change; again it is refused. */
    CommandResult begin(final boolean manualClock, final long now, final int subjectsLimit, final int segmentsLimit,
                        final int changesLimit, final long visitorTtlMs, final long bytesLimit, final int version) {
        if (isBegun) {
            return CommandResult.refused(ResultCode.CONFLICT, "", "the log has begun before");
        }
        if (manualClock && !isOnCalendar(now)) {
            return beyondCalendar(now);
        }
        applicationVersion = known(version);
        isBegun = true;
        isManualClock = manualClock;
        if (manualClock) {
            subjects.now(now);
        }
        limits(subjectsLimit, segmentsLimit, changesLimit, bytesLimit);
        subjects.visitorTtlMs(visitorTtlMs > 0 ? visitorTtlMs : Limits.VISITOR_TTL_MS);
        return CommandResult.OK;
    }

    /** From here on other rules hold, for all nodes at this position; never those of before again. */
    CommandResult raiseApplicationVersion(final int version) {
        if (version < applicationVersion) {
            return CommandResult.refused(ResultCode.CONFLICT, "/version",
                "the application version only rises: version=" + applicationVersion + ", asked=" + version);
        }
        applicationVersion = known(version);
        return CommandResult.OK;
    }

    void restoreApplicationVersion(final int version) {
        applicationVersion = known(version);
    }

    private int known(final int version) {
        if (version > versionKnown) {
            throw new NodeTooOldException("applicationVersion", version, versionKnown);
        }
        return version;
    }

    /** The rules that hold. */
    int applicationVersion() {
        return applicationVersion;
    }

    /** The newest rules that this node can go by. */
    int versionKnown() {
        return versionKnown;
    }

    private static boolean isOnCalendar(final long now) {
        return now >= 0 && now <= Limits.CLOCK_MAX_MS;
    }

    private static CommandResult beyondCalendar(final long now) {
        return CommandResult.refused(ResultCode.INVALID, "/now",
            "outside the calendar: asked=" + now + ", min=0, max=" + Limits.CLOCK_MAX_MS);
    }

    void limits(final int subjectsLimit, final int segmentsLimit, final int changesLimit, final long bytesLimit) {
        bytesMax = bytesLimit > 0 ? bytesLimit : Limits.BYTES_MAX;
        subjectsMax = subjectsLimit > 0 ? subjectsLimit : Limits.SUBJECTS_MAX;
        segmentsMax = segmentsLimit > 0 ? segmentsLimit : Limits.SEGMENTS_MAX;
        changesMax = changesLimit > 0 ? changesLimit : Limits.CHANGES_MAX;
        changes.limit(changesMax);
    }

    void restoreBeginning(final boolean begun, final boolean manualClock, final long now, final long job) {
        isBegun = begun;
        isManualClock = manualClock;
        subjects.now(now);
        nextJob = job;
    }

    boolean isBegun() {
        return isBegun;
    }

    boolean isManualClock() {
        return isManualClock;
    }

    int subjectsMax() {
        return subjectsMax;
    }

    int segmentsMax() {
        return segmentsMax;
    }

    int changesMax() {
        return changesMax;
    }

    long bytesMax() {
        return bytesMax;
    }

    /** Bytes of all that is stored, counted alike on every replica: what admission goes by. */
    long bytes() {
        return subjects.profiles().bytes() + subjects.records().bytes() + subjects.products().bytes()
            + subjects.setCodes().bytes() + subjects.freeNames().bytes() + subjects.purposes().bytes();
    }

    boolean isFull() {
        return subjects.rows().rowCount() >= subjectsMax;
    }

    long newJob() {
        return nextJob++;
    }

    long nextJob() {
        return nextJob;
    }

    // ---- commands ----------------------------------------------------------------------------------------------

    /** Every command is applied between this and {@link #endCommand}; null, or why it must not be. */
    CommandResult beginCommand(final int template, final int length) {
        if (!isBegun) {
            return CommandResult.refused(ResultCode.CONFLICT, "", "the log has not begun");
        }
        if (segments.nextTurn() <= subjects.now()) {
            while (segments.nextTurn() <= subjects.now()) {
                segments.turn();
            }
            segments.publish();
        }
        codesBefore = subjects.setCodes().size();
        freeNamesBefore = subjects.freeNames().size();
        purposesBefore = subjects.purposes().size();
        final long growth = (long)Limits.STORED_PER_COMMAND_BYTE * length;
        return !isGrowing(template) || bytes() + growth <= bytesMax ? null : CommandResult.refused(ResultCode.LIMIT,
            "", "memory full: bytes=" + bytes() + ", growth=" + growth + ", max=" + bytesMax);
    }

    /** Whether a command may make what is stored larger; the others are applied even where memory is full. */
    private static boolean isGrowing(final int template) {
        switch (template) {
            case SubjectDeleteDecoder.TEMPLATE_ID:
            case OrderDeleteDecoder.TEMPLATE_ID:
            case ProductDeleteDecoder.TEMPLATE_ID:
            case CartClearDecoder.TEMPLATE_ID:
            case WishlistRemoveDecoder.TEMPLATE_ID:
            case LogoutDecoder.TEMPLATE_ID:
            case DeleteDefinitionDecoder.TEMPLATE_ID:
            case ClockAdvanceDecoder.TEMPLATE_ID:
            case SetApplicationVersionDecoder.TEMPLATE_ID:
                return false;
            default:
                return true;
        }
    }

    /** A command that is refused has changed nothing: the codes and names it gave on its way are taken back. */
    CommandResult endCommand(final CommandResult result) {
        if (!result.isOk()) {
            subjects.setCodes().truncate(codesBefore);
            subjects.freeNames().truncate(freeNamesBefore);
            subjects.purposes().truncate(purposesBefore);
        }
        return result;
    }

    // ---- time --------------------------------------------------------------------------------------------------

    /** A log message at a position: time never goes back, and a manual clock stands still. */
    void advance(final long newPosition, final long timestampMs) {
        logPosition = newPosition;
        if (isBegun && !isManualClock && timestampMs > subjects.now()) {
            subjects.now(timestampMs);
        }
    }

    CommandResult advanceClock(final long target) {
        if (!isManualClock) {
            return CommandResult.refused(ResultCode.CONFLICT, "/now", "the clock is not manual");
        }
        if (!isOnCalendar(target)) {
            return beyondCalendar(target);
        }
        if (target < subjects.now()) {
            return CommandResult.refused(ResultCode.CONFLICT, "/now",
                "time never goes back: now=" + subjects.now() + ", asked=" + target);
        }
        subjects.now(target);
        if (!hasOverdue()) {
            return CommandResult.OK;
        }
        final long job = newJob();
        clockJobs.add(new ClockJob(job, target));
        return CommandResult.ok(0, job, 0);
    }

    /** The instant all memberships are right for. */
    long asOf() {
        final long now = subjects.now();
        final long due = Math.min(nextDue(), sweeps.pendingTurn());
        return due <= now ? due - 1 : now;
    }

    /** The instant up to which time has done to the subject what it does. */
    long asOf(final int ordinal) {
        return Math.min(subjects.now(), Math.min(subjects.rows().nextFlip(ordinal), segments.nextTurn()) - 1);
    }

    long logPosition() {
        return logPosition;
    }

    /** The state is as it was at that position. */
    void restorePosition(final long restored) {
        logPosition = restored;
    }

    /** Makes what was applied visible to readers with its position. */
    void publishPosition() {
        position.publish(logPosition, asOf(), subjects.now());
    }

    // ---- slices ------------------------------------------------------------------------------------------------

    /** Overdue flips, then sweeps and builds: each within its budget of work units. */
    void slice() {
        if (!isBegun) {
            return;
        }
        slices++;
        int work = runDue();
        work += sweeps.run(sliceWork.sweeps());
        if (segments.nextTurn() > subjects.now()) {
            work += segments.build(sliceWork.builds());
        }
        if (!hasOverdue() && !sweeps.hasTurns()) {
            endClockJobs();
        }
        changes.trim(subjects.now());
        segments.trim(changes);
        lastSliceWork = work;
        sliceWorkMax = Math.max(sliceWorkMax, work);
    }

    /** What time does to subjects and to the validity of segments, in the order of instants. */
    private int runDue() {
        int work = 0;
        boolean isMore = true;
        while (isMore && work < sliceWork.flips()) {
            final long turn = segments.nextTurn();
            final long until = Math.min(subjects.now(), turn - 1);
            work += subjects.catchUp().runDue(until, sliceWork.flips() - work);
            isMore = turn <= subjects.now() && !subjects.calendar().hasDue(until);
            if (isMore) {
                work += segments.turn();
                segments.publish();
            }
        }
        return work;
    }

    /** When time changes something next: a subject, or whether a segment is valid. */
    private long nextDue() {
        return Math.min(subjects.calendar().nextDue(), segments.nextTurn());
    }

    private boolean hasOverdue() {
        return subjects.calendar().hasDue(subjects.now()) || segments.nextTurn() <= subjects.now();
    }

    private void endClockJobs() {
        for (final ClockJob job : clockJobs) {
            jobDone.accept(job.job());
        }
        clockJobs.clear();
    }

    long nextSliceDelayMs() {
        if (!isBegun) {
            return Long.MAX_VALUE;
        }
        if (hasOverdue() || sweeps.hasWork() || segments.hasWork() || !clockJobs.isEmpty()) {
            return 0;
        }
        if (isManualClock) {
            return Limits.SLICE_DELAY_MAX_MS;
        }
        final long due = nextDue();
        final long delay = due == Long.MAX_VALUE ? Limits.SLICE_DELAY_MAX_MS : due - subjects.now();
        return Math.max(Limits.SLICE_DELAY_MIN_MS, Math.min(Limits.SLICE_DELAY_MAX_MS, delay));
    }

    WorkCounters counters() {
        return new WorkCounters(subjects.predicatesVisited(), subjects.segmentsEvaluated(),
            subjects.scan().recordsRead(), subjects.records().recordsCopied(), subjects.rows().rowsWritten(), slices,
            sliceWorkMax, lastSliceWork, subjects.work().units());
    }

    @Override
    public void close() {
        CloseHelper.closeAll(subjects, changes);
    }
}
