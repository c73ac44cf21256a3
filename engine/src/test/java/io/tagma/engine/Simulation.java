package io.tagma.engine;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.condition.SupportedNow;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.NaiveOracle;
import io.tagma.engine.oracle.NaiveShop;
import io.tagma.engine.oracle.RandomShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The engine against the naive oracle: random definitions, commands, time, slices, snapshots with restores, all from
 * one seed. Whenever nothing is overdue or under way, rows, columns, counts, the sum of the change stream, explanations
 * and the oracle must agree; after a command, its subject's look-up at once; and now and then, what the change stream
 * says of the instant before a command.
 */
public final class Simulation implements AutoCloseable {
    private static final int EXPLANATIONS = 6;
    private static final int ATTEMPTS = 30;
    private static final int WIDE_ATTEMPTS = 500;
    private static final String STRANGER = "nobody:0";
    private static final Pattern TIMED =
        Pattern.compile("\"last\"|\"from\":\"P|withinLast|olderThan|withinNext|anniversaryWithin");

    private final long seed;
    private final SplittableRandom random;
    private final Coverage coverage;
    private final NaiveShop shop;
    private final NaiveOracle oracle;
    private final RandomShop source;
    private EngineHarness engine;
    private long now;
    private long checks;
    private long unsupported;
    private long nextChange;
    private final Map<String, Set<Integer>> told = new HashMap<>();
    private final Map<String, Integer> toldGroup = new HashMap<>();
    private final Map<String, Long> toldAt = new HashMap<>();
    private final Map<Cause, Long> causes = new HashMap<>();
    /** Keys of segments that were defined since nothing was under way: their members are as before for a while. */
    private final Set<String> settling = new HashSet<>();
    private final Set<String> eventIds = new HashSet<>();
    private final List<EngineView.Change> changesSince = new ArrayList<>();
    private final List<Remembered> remembered = new ArrayList<>();
    private long lastCommandAt = Long.MIN_VALUE;
    private long settledAt = Long.MIN_VALUE;

    /** Members by public id, as the oracle had them at an instant: what the change stream must say of it later. */
    private record Remembered(long instant, Map<Integer, Set<String>> members, Map<Integer, String> definitions) {
    }

    /** A world with so many segments. */
    public Simulation(final long seed, final int segments, final Coverage coverage) {
        this.seed = seed;
        this.coverage = coverage;
        shop = new NaiveShop(Long.MAX_VALUE, coverage);
        oracle = new NaiveOracle(coverage);
        random = new SplittableRandom(seed);
        source = new RandomShop(seed, segments);
        now = source.startMs();
        engine = EngineHarness.begin(now);
        for (final Command declaration : source.declarations()) {
            apply(declaration);
        }
        for (int i = 0; i < segments; i++) {
            apply(nextDefinition());
        }
    }

    /** Takes so many steps, checking as it goes. */
    public void run(final int steps) {
        for (int step = 0; step < steps; step++) {
            try {
                step();
                readChanges();
            } catch (final RuntimeException | AssertionError fault) {
                throw new AssertionError("seed=" + seed + ", step=" + step + ", now=" + now, fault);
            }
        }
        engine.settle(now);
        check();
    }

    private void step() {
        final int dice = random.nextInt(200);
        if (dice < 70) {
            apply(source.nextCommand(now));
        } else if (dice < 162) {
            now = source.nextTime(now);
            shop.moveTo(now);
            if (random.nextInt(4) > 0) {
                engine.slice(now);
            }
        } else if (dice < 170) {
            late();
        } else if (dice < 178) {
            define();
        } else if (dice < 190) {
            engine.slice(now);
        } else if (dice < 193) {
            restore();
        } else {
            engine.settle(now);
            check();
        }
    }

    /** Time moves on without a slice, and then something changes that many subjects see, or one of them goes. */
    private void late() {
        now = source.nextTime(source.nextTime(now));
        shop.moveTo(now);
        remember();
        final int kind = random.nextInt(3);
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
        final Command first = nextDefinition();
        apply(first);
        if (!(first instanceof Command.PutDefinition put) || random.nextInt(5) > 0) {
            return;
        }
        engine.slice(now);
        for (int i = 0; i < WIDE_ATTEMPTS; i++) {
            final Command next = nextDefinition();
            if (next instanceof Command.PutDefinition again && again.key().equals(put.key())) {
                apply(next);
                return;
            }
        }
    }

    /** Mostly one that the engine can keep: the generator also makes what is refused as not supported yet. */
    private Command nextDefinition() {
        Command next = source.nextDefinition(now);
        for (int i = 0; i < ATTEMPTS && !(isSupported(next) && (isTimed(next) || random.nextInt(4) == 0)); i++) {
            next = source.nextDefinition(now);
        }
        return next;
    }

    private static boolean isTimed(final Command command) {
        return !(command instanceof Command.PutDefinition put) || TIMED.matcher(put.json()).find();
    }

    private boolean isSupported(final Command command) {
        if (!(command instanceof Command.PutDefinition put)) {
            return true;
        }
        try {
            SupportedNow.check(SegmentParser.parse(put.key(), put.json(), shop.catalog()));
            return true;
        } catch (final Refusal refusal) {
            return refusal.code() != ResultCode.UNSUPPORTED;
        }
    }

    private void restore() {
        final EngineHarness before = engine;
        engine = EngineHarness.restore(before);
        if (engine.engine().stateHash() != before.engine().stateHash()) {
            throw new AssertionError("a restored engine has another state");
        }
        before.close();
    }

    private void apply(final Command command) {
        if (random.nextInt(20) == 0) {
            remember();
        }
        final CommandResult result = engine.apply(command, now);
        lastCommandAt = now;
        if (result.code() == ResultCode.UNSUPPORTED) {
            unsupported++;
            return;
        }
        final boolean isAccepted;
        if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT) {
            isAccepted = define(put);
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.SEGMENT) {
            settling.add(delete.key());
            isAccepted = shop.segment(delete.key()) != null && shop.undefine(delete.key());
        } else {
            isAccepted = shop.apply(command, now);
        }
        if (isAccepted != result.isOk()) {
            throw new AssertionError("oracle accepts: " + isAccepted + " (" + shop.refusal() + "), engine: " + result
                + ", command: " + command);
        }
        if (isAccepted) {
            checkAtOnce(command);
        }
    }

    private boolean define(final Command.PutDefinition put) {
        settling.add(put.key());
        shop.moveTo(now);
        try {
            final SegmentDefinition definition = SegmentParser.parse(put.key(), put.json(), shop.catalog());
            coverage.definition(definition);
            return shop.define(definition);
        } catch (final Refusal refused) {
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
        final String key = subject(ingest);
        if (key == null || !shop.keys(now).contains(key)) {
            return;
        }
        equal("group at once of " + key, shop.groupOf().get(key), engine.group(key));
        final Set<Integer> actual = engine.lookup(key);
        for (final SegmentDefinition definition : shop.segments().values()) {
            if (!settling.contains(definition.key())) {
                equal("look-up at once of " + key + " in " + definition.json(),
                    oracle.isMember(shop, key, definition, now),
                    actual.contains(engine.view().segment(definition.key()).id()));
            }
        }
    }

    private static String subject(final Command.Ingest ingest) {
        if (ingest instanceof Command.SubjectUpsert upsert) {
            return upsert.key();
        } else if (ingest instanceof Command.OrderUpsert upsert) {
            return upsert.key();
        } else if (ingest instanceof Command.OrderDelete delete) {
            return delete.key();
        } else if (ingest instanceof Command.GroupAssign assign) {
            return assign.key();
        }
        return null;
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
            if (!settling.contains(definition.key())) {
                final int id = engine.view().segment(definition.key()).id();
                members.put(id, oracle.members(shop, definition, now - 1));
                definitions.put(id, definition.json());
            }
        }
        remembered.add(new Remembered(now - 1, members, definitions));
    }

    /** Takes every later change back: the stream must say of the instant what the oracle said then. */
    private void checkRemembered(final Remembered before) {
        final Map<Integer, Set<String>> members = new HashMap<>();
        before.members().keySet().forEach(id -> members.put(id, new TreeSet<>()));
        told.forEach((key, ids) -> ids.stream().filter(members::containsKey).forEach(id -> members.get(id).add(key)));
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
        final Map<String, Set<Integer>> expectedOf = new HashMap<>();
        for (final String key : keys) {
            expectedOf.put(key, new HashSet<>());
        }
        for (final SegmentDefinition definition : shop.segments().values()) {
            final EngineView.SegmentStatus status = view.segment(definition.key());
            final Set<String> expected = oracle.members(shop, definition, now);
            final Set<String> actual = keys(view.members(definition.key()));
            compare("column of " + definition.json(), expected, actual, definition);
            if (status.count() != expected.size()) {
                throw new AssertionError("count of " + definition.key() + ": expected=" + expected.size()
                    + ", actual=" + status.count());
            }
            expected.forEach(key -> expectedOf.get(key).add(status.id()));
        }
        for (final String key : keys) {
            equal("look-up of " + key, expectedOf.get(key), engine.lookup(key));
            equal("told of " + key, expectedOf.get(key), told.getOrDefault(key, Set.of()));
            equal("group of " + key, shop.groupOf().get(key), engine.group(key));
            equal("told group of " + key, shop.groupOf().get(key), toldGroup.get(key));
        }
        equal("subjects", keys, keys(view.subjects()));
        checkStranger(view);
        explain(view, keys);
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
        }
    }

    private static Set<String> keys(final EngineView.MembersExport export) {
        final Set<String> keys = new TreeSet<>();
        boolean isMore = true;
        while (isMore) {
            isMore = export.next(100, (ordinal, key) -> keys.add(key));
        }
        return keys;
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

    private static void equal(final String what, final Object expected, final Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": expected=" + expected + ", actual=" + actual);
        }
    }

    /** Adds the change stream up, and checks that it is gap-free and in time order per subject. */
    private void readChanges() {
        final EngineView view = engine.view();
        while (nextChange < view.changesNext()) {
            for (final EngineView.Change change : view.changes(nextChange, 1000)) {
                equal("number of a change", nextChange, change.seq());
                nextChange++;
                take(change);
            }
        }
    }

    private void take(final EngineView.Change change) {
        causes.merge(change.cause(), 1L, Long::sum);
        changesSince.add(change);
        coverage.cause(change.cause(), change.isEnter());
        final Long before = toldAt.put(change.subject(), change.effectiveAt());
        if (before != null && before > change.effectiveAt()) {
            throw new AssertionError("changes of a subject go back in time: before=" + before + ", " + change);
        }
        if (change.processedAt() < change.effectiveAt()) {
            throw new AssertionError("processed before its time: " + change);
        }
        if (change.group() >= 0) {
            final Integer was = change.isEnter() ? toldGroup.put(change.subject(), change.group())
                : toldGroup.remove(change.subject());
            if (change.isEnter() ? was != null : was == null || was != change.group()) {
                throw new AssertionError("a group that does not fit: was=" + was + ", " + change);
            }
            return;
        }
        final Set<Integer> ids = told.computeIfAbsent(change.subject(), key -> new HashSet<>());
        if (change.isEnter() ? !ids.add(change.segmentId()) : !ids.remove(change.segmentId())) {
            throw new AssertionError("a change that changes nothing: " + change);
        }
    }

    /** Changes told so far, by cause. */
    public Map<Cause, Long> causes() {
        return new EnumMap<>(causes);
    }

    /** Changes told so far. */
    public long changes() {
        return causes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Changes that time alone made. */
    public long changesByTime() {
        return causes.getOrDefault(Cause.TIME, 0L);
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
