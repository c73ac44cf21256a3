package io.tagma.engine;

import static io.tagma.engine.Expect.equal;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.NaiveOracle;
import io.tagma.engine.oracle.NaiveShop;
import io.tagma.engine.oracle.RandomShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The engine against the naive oracle: random definitions, commands, time, slices, snapshots with restores, all from
 * one seed. Whenever nothing is overdue or under way, rows, columns, counts, the sum of the change stream, explanations
 * and the oracle must agree for everybody; while something is, for some subjects as {@link MidwayCheck} says, and for
 * whoever a command named at once; and now and then, what the change stream says of the instant before a command.
 * Slices are so small that jobs take many. Every second seed has a manual clock.
 *
 * <p>Of the whole domain besides: look-ups by keys that are no subject's any more or stand for another's, and look-ups
 * for a website that is not the home.
 */
public final class Simulation implements AutoCloseable {
    private static final int EXPLANATIONS = 6;
    private static final SliceWork SMALL = new SliceWork(2_500, 500, 2_500);
    private static final int REMEMBERED_PART = 2;
    private static final int WIDE_ATTEMPTS = 500;
    private static final String STRANGER = "nobody:0";

    private final long seed;
    private final SplittableRandom random;
    private final Coverage coverage = new Coverage();
    private final NaiveShop shop;
    private final NaiveOracle oracle;
    private final RandomShop source;
    private final MidwayCheck midway;
    private final boolean isManualClock;
    private final boolean isWhole;
    private EngineHarness engine;
    private long now;
    private long checks;
    private int subjectsMin = Integer.MAX_VALUE;
    private int segmentsMin = Integer.MAX_VALUE;
    private final Told told = new Told();
    /** Keys of segments that were defined since nothing was under way: their members are as before for a while. */
    private final Set<String> settling = new HashSet<>();
    private final Set<String> eventIds = new HashSet<>();
    private final List<EngineView.Change> changesSince = new ArrayList<>();
    private final List<Remembered> remembered = new ArrayList<>();
    private long lastCommandAt = Long.MIN_VALUE;
    private long settledAt = Long.MIN_VALUE;

    /**
     * Members by public id, as the oracle had them at an instant: what the change stream must say of it later. Whoever
     * expires at the very next instant is not among them.
     */
    private record Remembered(long instant, Set<String> keys, Map<Integer, Set<String>> members,
                              Map<Integer, String> definitions) {
    }

    /** A world with so many segments, of orders alone. */
    public Simulation(final long seed, final int segments) {
        this(seed, segments, false);
    }

    /** A world of the whole domain. */
    public static Simulation whole(final long seed, final int segments) {
        return new Simulation(seed, segments, true);
    }

    private Simulation(final long seed, final int segments, final boolean isWhole) {
        this.seed = seed;
        this.isWhole = isWhole;
        oracle = new NaiveOracle(coverage);
        random = new SplittableRandom(seed);
        source = isWhole ? RandomShop.whole(seed, segments, coverage)
            : new RandomShop(seed, segments, true, coverage);
        shop = new NaiveShop(source.visitorTtlMs(), coverage);
        midway = new MidwayCheck(shop, oracle, seed);
        now = source.startMs();
        isManualClock = seed % 2 == 0;
        engine = EngineHarness.begin(isManualClock, source.visitorTtlMs(), now, SMALL);
        source.declarations().forEach(this::apply);
        source.firstCommands(now).forEach(this::apply);
        for (int i = 0; i < segments; i++) {
            apply(source.firstDefinition(i, now));
        }
        settle();
        readChanges();
        told.countAnew();
    }

    /** Takes so many steps, checking as it goes. */
    public void run(final int steps) {
        for (int step = 0; step < steps; step++) {
            try {
                step();
                midway();
            } catch (final RuntimeException | AssertionError fault) {
                throw new AssertionError("seed=" + seed + ", step=" + step + ", now=" + now, fault);
            }
        }
        settle();
        check();
    }

    private void step() {
        final int dice = random.nextInt(200);
        if (dice < (isWhole ? 100 : 70)) {
            apply(source.nextCommand(now));
        } else if (dice < 162) {
            moveOn(source.nextTime(now));
            if (random.nextInt(4) > 0) {
                slice();
            }
        } else if (dice < 170) {
            late();
        } else if (dice < (isWhole ? 184 : 178)) {
            define();
        } else if (dice < 190) {
            slice();
        } else if (dice < 193) {
            restore();
        } else {
            settle();
            check();
        }
    }

    private void moveOn(final long to) {
        final long before = now;
        now = to;
        shop.moveTo(now);
        if (isManualClock) {
            final Command advance = new Command.ClockAdvance(random.nextInt(40) == 0 ? before - 1 : now);
            equal("clock moved: " + advance, shop.apply(advance, now), engine.apply(advance, now).isOk());
            engine.apply(new Command.ClockAdvance(now), now);
        }
    }

    private void slice() {
        engine.slice(now);
        midway.sliced(engine.engine().underway(), now);
    }

    private void settle() {
        engine.settle(now);
        midway.sliced(engine.engine().underway(), now);
    }

    /** Compares some subjects; the engine must have come to the present instant. */
    private void midway() {
        readChanges();
        if (!engine.isSettled() && engine.view().now() == now) {
            midway.check(engine, now, told);
        }
    }

    /** Time moves on without a slice, and then something changes that many subjects see, or one of them goes. */
    private void late() {
        moveOn(source.nextTime(source.nextTime(now)));
        remember();
        final int kind = random.nextInt(4);
        if (kind == 3) {
            source.passingGroup(shop.catalog().group(RandomShop.passingGroupId()) != null).forEach(this::apply);
            return;
        }
        for (int i = 0; i < WIDE_ATTEMPTS; i++) {
            final Command next = source.nextCommand(now);
            if (kind == 0 ? next instanceof Command.ProductUpsert : kind == 1 ? next instanceof Command.SubjectDelete
                : next instanceof Command.PutDefinition put && put.kind() == DefinitionKind.WEBSITE) {
                apply(next);
                return;
            }
        }
    }

    /** Defines a segment; now and then once more, when the first version may be half built. */
    private void define() {
        final Command first = source.nextDefinition(now);
        apply(first);
        if (!(first instanceof Command.PutDefinition put) || random.nextInt(3) > 0) {
            return;
        }
        slice();
        if (random.nextInt(4) == 0 && !put.json().contains("\"status\":")) {
            apply(new Command.PutDefinition(put.kind(), put.key(), -1,
                "{\"status\":\"PAUSED\"," + put.json().substring(1)));
            return;
        }
        for (int i = 0; i < WIDE_ATTEMPTS; i++) {
            final Command next = source.nextDefinition(now);
            if (keyOf(next).equals(put.key())) {
                apply(next);
                return;
            }
        }
    }

    private static String keyOf(final Command definition) {
        return definition instanceof Command.PutDefinition put ? put.key()
            : ((Command.DeleteDefinition)definition).key();
    }

    private void restore() {
        final EngineHarness before = engine;
        engine = EngineHarness.restore(before);
        if (engine.engine().stateHash() != before.engine().stateHash()) {
            throw new AssertionError("a restored engine has another state");
        }
        before.close();
        midway.restored(engine.engine().underway());
        for (final EngineView.JobStatus job : engine.view().jobs()) {
            coverage.seen("midway restored: " + job.kind());
        }
    }

    private void apply(final Command command) {
        if (random.nextInt(20) == 0) {
            remember();
        }
        midway.before(command);
        final EngineView.SegmentStatus defined = isSegment(command) ? engine.view().segment(keyOf(command)) : null;
        final CommandResult result = engine.apply(command, now);
        lastCommandAt = now;
        midway.after(result, engine.engine().underway(), now);
        if (MidwayCheck.isRefusedMeanwhile(command, result, engine.engine().underway())) {
            coverage.seen("midway refused: group or website");
            return;
        }
        final boolean isAccepted;
        if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT) {
            isAccepted = define(put);
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.SEGMENT) {
            settling.add(delete.key());
            isAccepted = shop.undefine(delete.key(), delete.force());
            coverage.command(command, isAccepted);
        } else {
            isAccepted = shop.apply(command, now);
        }
        if (isAccepted != result.isOk()) {
            throw new AssertionError("oracle accepts: " + isAccepted + " (" + shop.refusal() + "), engine: " + result
                + ", command: " + command);
        }
        if (isAccepted) {
            checkAtOnce(command);
            if (defined != null) {
                seenDefinition(command, defined);
            }
        }
    }

    private static boolean isSegment(final Command command) {
        return command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT
            || command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.SEGMENT;
    }

    /** Counts what happened to a segment that was there before. */
    private void seenDefinition(final Command command, final EngineView.SegmentStatus before) {
        final SegmentDefinition after = shop.segment(before.definition().key());
        final String what = command instanceof Command.DeleteDefinition ? "deleted"
            : after.status() == SegmentDefinition.Status.ACTIVE ? "edited" : "switched off";
        coverage.seen("midway " + what + (before.isReady() ? ": built" : ": being built"));
    }

    private boolean define(final Command.PutDefinition put) {
        settling.add(put.key());
        shop.moveTo(now);
        try {
            final SegmentDefinition definition = SegmentParser.parse(put.key(), put.json(), shop.catalog());
            final boolean isAccepted = shop.define(definition);
            coverage.command(put, isAccepted);
            return isAccepted;
        } catch (final Refusal refused) {
            coverage.command(put, false);
            return false;
        }
    }

    // ---- checking ----------------------------------------------------------------------------------------------

    /** Whoever a command names has caught up: its look-up is right at once, and so are the groups of all. */
    private void checkAtOnce(final Command command) {
        if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.GROUP) {
            shop.groupOf().forEach((key, group) -> equal("group at once of " + key, group, engine.group(key)));
            return;
        }
        if (!(command instanceof Command.Ingest ingest)
            || ingest.eventId() != null && !eventIds.add(ingest.eventId())) {
            return;
        }
        if (ingest instanceof Command.ProductUpsert || ingest instanceof Command.ProductDelete) {
            return;
        }
        final String named = NaiveShop.keyOf(ingest);
        final String key = shop.resolved(named);
        if (!shop.keys(now).contains(key)) {
            checkGone(named);
            return;
        }
        readChanges();
        midway.named(engine, key, now, told);
        if (!named.equals(key)) {
            equal("look-up of " + named + ", who is " + key, engine.lookup(key), engine.lookup(named));
            equal("group of " + named + ", who is " + key, shop.group(key), engine.group(named));
        }
    }

    /** At once after a line that ended it: nobody has that key, whatever is under way. */
    private void checkGone(final String key) {
        readChanges();
        equal("group of " + key + ", who is gone", shop.group(key, now), engine.group(key));
        equal("told of " + key + ", who is gone", Set.of(), told.segments(key));
        equal("told group of " + key + ", who is gone", true, told.group(key) == null);
    }

    /** Before a command: what the oracle says of the instant before it, unless something else happened at the same. */
    private void remember() {
        if (lastCommandAt == now || settledAt == now) {
            return;
        }
        readChanges();
        if (remembered.isEmpty()) {
            changesSince.removeIf(change -> change.effectiveAt() < now);
        }
        final Map<Integer, Set<String>> members = new HashMap<>();
        final Map<Integer, String> definitions = new HashMap<>();
        for (final SegmentDefinition definition : shop.segments().values()) {
            final boolean isSettling = settling.contains(definition.key())
                || MidwayCheck.isLinked(definition) && !settling.isEmpty();
            if (!isSettling && random.nextInt(REMEMBERED_PART) == 0) {
                final int id = engine.view().segment(definition.key()).id();
                members.put(id, oracle.members(shop, definition, now - 1));
                definitions.put(id, definition.json());
            }
        }
        remembered.add(new Remembered(now - 1, shop.keys(now), members, definitions));
    }

    /** Takes every later change back: the stream must say of the instant what the oracle said then. */
    private void checkRemembered(final Remembered before) {
        final Map<Integer, Set<String>> members = new HashMap<>();
        before.members().keySet().forEach(id -> members.put(id, told.members(id)));
        for (int i = changesSince.size() - 1; i >= 0; i--) {
            final EngineView.Change change = changesSince.get(i);
            if (change.effectiveAt() > before.instant() && members.containsKey(change.segmentId())) {
                if (change.isEnter()) {
                    members.get(change.segmentId()).remove(change.subject());
                } else {
                    members.get(change.segmentId()).add(change.subject());
                }
            }
        }
        for (final Map.Entry<Integer, Set<String>> entry : members.entrySet()) {
            entry.getValue().retainAll(before.keys());
            final Set<String> expected = before.members().get(entry.getKey());
            if (!expected.equals(entry.getValue())) {
                final Set<String> differing = new TreeSet<>(expected);
                differing.addAll(entry.getValue());
                differing.removeIf(key -> expected.contains(key) && entry.getValue().contains(key));
                throw new AssertionError("told of " + before.instant() + " about "
                    + before.definitions().get(entry.getKey()) + ": expected=" + expected + ", actual="
                    + entry.getValue() + "\nchanges since then: " + changesSince.stream().filter(change ->
                    change.segmentId() == entry.getKey() && differing.contains(change.subject())).toList());
            }
        }
    }

    private void checkStranger(final EngineView view) {
        final Set<Integer> actual = engine.lookup(STRANGER);
        equal("group of a stranger", 0, engine.group(STRANGER));
        for (final SegmentDefinition definition : shop.segments().values()) {
            if (!definition.json().contains("\"sample\"")) {
                equal("a stranger in " + definition.json(), oracle.isStrangerMember(shop, definition, now),
                    actual.contains(view.segment(definition.key()).id()));
            }
        }
    }

    private void check() {
        checks++;
        readChanges();
        remembered.forEach(this::checkRemembered);
        remembered.clear();
        settling.clear();
        settledAt = now;
        final EngineView view = engine.view();
        final Set<String> keys = shop.keys(now);
        subjectsMin = Math.min(subjectsMin, keys.size());
        segmentsMin = Math.min(segmentsMin, shop.segments().size());
        final Map<String, Set<Integer>> expectedOf = new HashMap<>();
        for (final String key : keys) {
            expectedOf.put(key, new HashSet<>());
        }
        for (final SegmentDefinition definition : shop.segments().values()) {
            final EngineView.SegmentStatus status = view.segment(definition.key());
            final Set<String> expected = oracle.members(shop, definition, now);
            final Set<String> actual = EngineHarness.keys(view.members(definition.key()));
            compare("column of " + definition.json(), expected, actual, definition);
            if (status.count() != expected.size()) {
                throw new AssertionError("count of " + definition.key() + ": expected=" + expected.size()
                    + ", actual=" + status.count());
            }
            expected.forEach(key -> expectedOf.get(key).add(status.id()));
        }
        for (final String key : keys) {
            equal("look-up of " + key, expectedOf.get(key), engine.lookup(key));
            equal("group of " + key, shop.group(key), engine.group(key));
        }
        equal("subjects", keys, EngineHarness.keys(view.subjects()));
        told.compare(expectedOf, shop::group);
        if (isWhole) {
            checkLookups(view);
        }
        checkStranger(view);
        explain(view, keys);
    }

    /** By every key that a command may have named, for its home or now and then for another website. */
    private void checkLookups(final EngineView view) {
        final List<String> websites = view.websites().stream().map(website -> website.code()).toList();
        for (final String key : source.subjectKeys()) {
            final String website =
                random.nextInt(3) == 0 ? websites.get(random.nextInt(websites.size())) : null;
            final Set<Integer> expected = new TreeSet<>();
            for (final String segment : oracle.lookup(shop, key, website, now)) {
                expected.add(view.segment(segment).id());
            }
            equal("look-up of " + key + " for " + website + ", who is " + shop.describe(key), expected,
                new TreeSet<>(engine.lookup(key, website)));
            equal("group of " + key, shop.group(key, now), engine.group(key));
            coverage.seen("look-up of " + (!shop.resolved(key).equals(key) ? "another key"
                : shop.describe(key) == null ? "nobody" : "a subject") + (website == null ? "" : " for a website"));
        }
    }

    private void explain(final EngineView view, final Set<String> keys) {
        final List<String> subjects = new ArrayList<>(keys);
        final List<String> segments = new ArrayList<>(shop.segments().keySet());
        for (int i = 0; i < EXPLANATIONS && !subjects.isEmpty() && !segments.isEmpty(); i++) {
            final String key = subjects.get(random.nextInt(subjects.size()));
            final SegmentDefinition definition = shop.segment(segments.get(random.nextInt(segments.size())));
            final EngineView.Explanation explanation = view.explain(key, definition.key());
            final boolean expected = oracle.isMember(shop, key, definition, now);
            equal("explanation of " + key + " in " + definition.json(), expected, explanation.isMember());
            equal("explained tree of " + key + " in " + definition.json(), expected,
                explanation.universe() == null && explanation.tree().verdict());
            if (explanation.nextFlip() != null) {
                equal("next flip of " + key + " in " + definition.json(), !expected,
                    oracle.isMember(shop, key, definition, explanation.nextFlip()));
                equal("until next flip of " + key + " in " + definition.json(), expected,
                    oracle.isMember(shop, key, definition, explanation.nextFlip() - 1));
            }
            if (explanation.universe() == null) {
                explained(key, definition, definition.condition(), explanation.tree());
            }
        }
    }

    /** Every node of an explanation by itself: as if the segment had only that, for a subject in its universe. */
    private void explained(final String key, final SegmentDefinition definition, final Condition condition,
                           final EngineView.Node node) {
        final SegmentDefinition alone = with(definition, condition);
        final String what = key + " at " + node.what() + ", which says " + node.sentence() + ", in "
            + definition.json();
        equal("verdict of " + what, oracle.isMember(shop, key, alone, now), node.verdict());
        final Long flip = node.nextFlip();
        if (flip != null && oracle.isMember(shop, key, with(definition, new Condition.All(List.of())), flip)) {
            equal("next flip of " + what, !node.verdict(), oracle.isMember(shop, key, alone, flip));
            equal("until next flip of " + what, node.verdict(), oracle.isMember(shop, key, alone, flip - 1));
            coverage.seen("next flip of a node");
        }
        final List<Condition> children = condition.children();
        for (int i = 0; children != null && i < children.size(); i++) {
            explained(key, definition, children.get(i), node.children().get(i));
        }
    }

    private static SegmentDefinition with(final SegmentDefinition d, final Condition condition) {
        return new SegmentDefinition(d.key(), d.name(), d.description(), d.status(), d.websites(), d.websiteScope(),
            d.applyTo(), d.purpose(), d.validFrom(), d.validTo(), d.cacheRelevant(), d.confirmAll(), d.owner(),
            d.tags(), condition, d.json());
    }

    private void compare(final String what, final Set<String> expected, final Set<String> actual,
                         final SegmentDefinition definition) {
        if (!expected.equals(actual)) {
            final Set<String> wrong = new TreeSet<>(expected);
            wrong.removeAll(actual);
            final Set<String> extra = new TreeSet<>(actual);
            extra.removeAll(expected);
            final String sample = wrong.isEmpty() ? extra.iterator().next() : wrong.iterator().next();
            throw new AssertionError(what + "\nmissing=" + wrong + "\nextra=" + extra + "\n"
                + oracle.why(shop, sample, definition, now));
        }
    }

    private void readChanges() {
        told.read(engine.view(), change -> {
            changesSince.add(change);
            coverage.cause(change.cause(), change.isEnter());
        });
    }

    /** What it has exercised. */
    public Coverage coverage() {
        return coverage;
    }

    /** Changes told since the shop was set up. */
    public long changes() {
        return told.changes();
    }

    /** Changes that time alone made. */
    public long changesByTime() {
        return told.causes().getOrDefault(Cause.TIME, 0L) + told.causes().getOrDefault(Cause.EXPIRE, 0L);
    }

    /** The fewest subjects there were when everything was compared. */
    public int subjectsMin() {
        return subjectsMin;
    }

    /** The fewest segments there were when everything was compared. */
    public int segmentsMin() {
        return segmentsMin;
    }

    /** Subjects compared while jobs were under way, by what was. */
    public Map<String, Long> comparedMidway() {
        return midway.compared();
    }

    /** Times everything was compared. */
    public long checks() {
        return checks;
    }

    @Override
    public void close() {
        engine.close();
    }
}
