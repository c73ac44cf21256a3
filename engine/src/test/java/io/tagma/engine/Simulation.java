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
 * and the oracle must agree.
 */
public final class Simulation implements AutoCloseable {
    private static final int EXPLANATIONS = 6;
    private static final int ATTEMPTS = 30;
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
        } else if (dice < 170) {
            now = source.nextTime(now);
            shop.moveTo(now);
            if (random.nextInt(4) > 0) {
                engine.slice(now);
            }
        } else if (dice < 173) {
            apply(nextDefinition());
        } else if (dice < 190) {
            engine.slice(now);
        } else if (dice < 193) {
            restore();
        } else {
            engine.settle(now);
            check();
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
        final CommandResult result = engine.apply(command, now);
        if (result.code() == ResultCode.UNSUPPORTED) {
            unsupported++;
            return;
        }
        final boolean isAccepted;
        if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT) {
            isAccepted = define(put);
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.SEGMENT) {
            isAccepted = shop.segment(delete.key()) != null && shop.undefine(delete.key());
        } else {
            isAccepted = shop.apply(command, now);
        }
        if (isAccepted != result.isOk()) {
            throw new AssertionError("oracle accepts: " + isAccepted + " (" + shop.refusal() + "), engine: " + result
                + ", command: " + command);
        }
    }

    private boolean define(final Command.PutDefinition put) {
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

    private void check() {
        checks++;
        readChanges();
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
