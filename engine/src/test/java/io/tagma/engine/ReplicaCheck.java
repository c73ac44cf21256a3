package io.tagma.engine;

import static io.tagma.engine.Expect.equal;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.log.SimulatedLog;
import io.tagma.engine.log.SimulatedLog.Damage;
import io.tagma.engine.log.SimulatedLog.Entry;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.NaiveOracle;
import io.tagma.engine.oracle.NaiveShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * What must hold of replicas, after every entry that any of them applies. The first that comes to an entry is written
 * down, and the naive oracle takes the same commands in the same order; whoever comes to it later, also after a crash,
 * must find the same:
 *
 * <ul>
 *   <li>the same entry, answers, position, instants, end of the change stream, and each so many entries the same hash;
 *       at a snapshot, the same bytes;
 *   <li>a command of a lane is applied once: its repeats get the first answer, one that comes too early is refused, and
 *       whether it is accepted is what the oracle says;
 *   <li>what a client was told is what was applied;
 *   <li>look-ups, now and then, are what the oracle says of that position; once everything has come to rest, those of
 *       everybody, and columns, counts and the sum of the change stream.
 * </ul>
 */
final class ReplicaCheck {
    private static final int HASH_EVERY = 64;
    private static final int READ_EVERY = 4;
    private static final int KEYS_READ = 10;

    private final boolean isManualClock;
    private final boolean isVersionCompared;
    private final BiFunction<Long, Long, Command> commands;
    private final List<String> keys;
    private final SplittableRandom random;
    private final Coverage coverage = new Coverage();
    private final NaiveShop shop;
    private final NaiveOracle oracle = new NaiveOracle(coverage);
    private final Told told = new Told();

    private final List<Applied> applied = new ArrayList<>();
    private final Map<Long, Long> hashes = new HashMap<>();
    private final Map<Long, Integer> snapshots = new HashMap<>();
    private final Map<Long, Map<String, Seen>> reads = new HashMap<>();
    private final Map<Long, List<CommandResult>> lanes = new HashMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private boolean hasBegun;

    /** An entry and what the first replica made of it. */
    private record Applied(Entry entry, List<ReplicaMachine.Result> results, long digest) {
    }

    /** What a look-up shows. */
    private record Seen(Set<Integer> segments, int group) {
    }

    /**
     * A check of nothing yet.
     *
     * @param isVersionCompared whether the version itself is looked at, not only what comes of it
     * @param commands what was sent under a lane's sequence
     * @param keys     of subjects, for look-ups
     */
    ReplicaCheck(final long seed, final boolean isManualClock, final boolean isVersionCompared,
                 final long visitorTtlMs,
                 final BiFunction<Long, Long, Command> commands, final List<String> keys) {
        this.isManualClock = isManualClock;
        this.isVersionCompared = isVersionCompared;
        this.commands = commands;
        this.keys = keys;
        random = new SplittableRandom(seed);
        shop = new NaiveShop(visitorTtlMs, coverage);
    }

    /** How often things happened. */
    Map<String, Long> counts() {
        return counts;
    }

    void count(final String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** The rules that hold behind the last entry. */
    int applicationVersion() {
        return shop.applicationVersion();
    }

    /** Entries applied by anyone. */
    long end() {
        return applied.size();
    }

    /** The shop's time behind the last entry. */
    long now() {
        return shop.now();
    }

    // ---- entries -----------------------------------------------------------------------------------------------

    void applied(final int node, final ReplicaMachine machine, final Entry entry) {
        final String where = "node=" + node + ", index=" + entry.index() + ", position=" + entry.position();
        final long index = entry.index();
        if (entry.kind() != SimulatedLog.Kind.SNAPSHOT) {
            equal("position of the engine: " + where, entry.position(), machine.engine().position());
        }
        final long digest = digest(machine);
        final boolean isFirst = index == applied.size();
        if (isFirst) {
            applied.add(new Applied(entry, List.copyOf(machine.results()), digest));
            take(machine.results(), entry);
            if (index % READ_EVERY == 0) {
                ask(machine, index);
            }
        } else {
            final Applied before = applied.get((int)index);
            if (!before.entry().isSame(entry)) {
                throw new AssertionError("replicas have applied different entries: " + where + ", term=" + entry.term()
                    + ", another's term=" + before.entry().term());
            }
            compare(where, before.results(), machine.results());
            equal("instants, changes and delay: " + where, before.digest(), digest);
            count("entries compared");
        }
        if (index % HASH_EVERY == 0) {
            hash(where, machine, index);
        }
        final Map<String, Seen> expected = reads.get(index);
        if (expected != null) {
            expected.forEach((key, seen) -> {
                equal("look-up of " + key + ": " + where, seen, new Seen(machine.lookup(key), machine.group(key)));
                count("look-ups at a position");
            });
        }
    }

    private static long digest(final ReplicaMachine machine) {
        final EngineView view = machine.engine().view();
        return Arrays.hashCode(new long[] {view.now(), view.asOf(), view.changesNext(), machine.nextSliceDelayMs()});
    }

    private static void compare(final String where, final List<ReplicaMachine.Result> expected,
                                final List<ReplicaMachine.Result> actual) {
        equal("number of answers: " + where, expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            final ReplicaMachine.Result first = expected.get(i);
            final ReplicaMachine.Result other = actual.get(i);
            if (first.clientId() != other.clientId() || first.sequence() != other.sequence()
                || !first.isSame(other.result())) {
                throw new AssertionError("replicas answer differently: " + where + ", first=" + first + ", other="
                    + other);
            }
        }
    }

    private void hash(final String where, final ReplicaMachine machine, final long index) {
        final long hash = machine.stateHash();
        final Long before = hashes.putIfAbsent(index, hash);
        if (before != null) {
            equal("state hash: " + where, before, hash);
            count("hashes compared");
        }
    }

    /** A node has written a snapshot: the bytes are those of every other. */
    void written(final int node, final ReplicaMachine machine, final Entry at, final List<byte[]> frames) {
        int hash = 1;
        for (final byte[] frame : frames) {
            hash = hash * 31 + Arrays.hashCode(frame);
        }
        final Integer before = snapshots.putIfAbsent(at.index(), hash);
        if (before != null) {
            equal("bytes of a snapshot: node=" + node + ", index=" + at.index(), before, hash);
            count("snapshots compared");
        }
        hash("node=" + node + ", snapshot=" + at.index(), machine, at.index());
    }

    /** A node has restored a snapshot: also where a bit was flipped, it is what was written, or else refused. */
    void restored(final int node, final ReplicaMachine machine, final Entry at, final Damage damage) {
        final String where = "restored: node=" + node + ", index=" + at.index() + ", damage=" + damage;
        equal("position " + where, at.position(), machine.engine().position());
        hash(where, machine, at.index());
        count("restored " + damage);
    }

    // ---- the oracle --------------------------------------------------------------------------------------------

    /** A snapshot's entry tells the machine no time: one that leads later, with a clock behind, may tell an earlier. */
    private void take(final List<ReplicaMachine.Result> results, final Entry entry) {
        if (!isManualClock && entry.kind() != SimulatedLog.Kind.SNAPSHOT) {
            shop.moveTo(entry.timestampMs());
        }
        for (final ReplicaMachine.Result each : results) {
            take(each);
        }
    }

    private void take(final ReplicaMachine.Result each) {
        final CommandResult result = each.result();
        final long sequence = each.sequence();
        if (sequence == 0) {
            if (each.clientId() == 0) {
                equal("genesis", !hasBegun, result.isOk());
                if (!hasBegun) {
                    hasBegun = true;
                    shop.apply(commands.apply(0L, 0L), shop.now());
                }
                return;
            }
            final List<CommandResult> lane = lanes.computeIfAbsent(each.clientId(), id -> new ArrayList<>());
            equal("a lane opened", (long)lane.size(), result.value());
            return;
        }
        final List<CommandResult> lane = lanes.get(each.clientId());
        if (lane == null) {
            equal("a lane that nobody opened", ResultCode.UNKNOWN_LANE, result.code());
        } else if (sequence <= lane.size() - Limits.RESULTS_MAX) {
            equal("a very late repeat", ResultCode.RESULT_FORGOTTEN, result.code());
            count("repeats forgotten");
        } else if (sequence <= lane.size()) {
            if (!each.isSame(lane.get((int)sequence - 1))) {
                throw new AssertionError("a repeat got another answer: first=" + lane.get((int)sequence - 1)
                    + ", again=" + each);
            }
            count("repeats answered");
        } else if (sequence > lane.size() + 1) {
            equal("a command that came too early", ResultCode.SEQUENCE_GAP, result.code());
            count("gaps refused");
        } else {
            lane.add(result);
            apply(commands.apply(each.clientId(), sequence), each);
            count(result.isOk() ? "commands accepted" : "commands refused");
        }
    }

    private void apply(final Command command, final ReplicaMachine.Result each) {
        final CommandResult result = each.result();
        if (MidwayCheck.isRefusedMeanwhile(command, result, each.isAnyUnderway(), each.isDeletingGroup())) {
            return;
        }
        final boolean isAccepted;
        if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT) {
            isAccepted = define(put);
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.SEGMENT) {
            isAccepted = shop.undefine(delete.key(), delete.force());
        } else {
            isAccepted = shop.apply(command, shop.now());
        }
        if (isAccepted != result.isOk()) {
            throw new AssertionError("oracle accepts: " + isAccepted + " (" + shop.refusal() + "), engine: " + result
                + ", command: " + command);
        }
    }

    private boolean define(final Command.PutDefinition put) {
        try {
            return shop.define(SegmentParser.parse(put.key(), put.json(), shop.catalog()));
        } catch (final Refusal refused) {
            return false;
        }
    }

    /** Asks the oracle about some subjects, where nothing is overdue or under way. */
    private void ask(final ReplicaMachine machine, final long index) {
        if (machine.nextSliceDelayMs() == 0 || shop.segments().isEmpty()) {
            count("busy when asked");
            return;
        }
        final Map<String, Seen> seen = new HashMap<>();
        for (int i = 0; i < KEYS_READ; i++) {
            final String key = keys.get(random.nextInt(keys.size()));
            seen.put(key, expected(machine, key));
        }
        reads.put(index, seen);
    }

    private Seen expected(final ReplicaMachine machine, final String key) {
        final Set<Integer> ids = new TreeSet<>();
        for (final String segment : oracle.lookup(shop, key, null, shop.now())) {
            ids.add(machine.engine().view().segment(segment).id());
        }
        return new Seen(ids, shop.group(key, shop.now()));
    }

    // ---- clients -----------------------------------------------------------------------------------------------

    /** A client was told that its command is applied, or refused. */
    void told(final long clientId, final long sequence, final CommandResult result) {
        final List<CommandResult> lane = lanes.get(clientId);
        if (lane == null || sequence > lane.size()) {
            throw new AssertionError("acknowledged and not applied: client=" + clientId + ", sequence=" + sequence);
        }
        final CommandResult first = lane.get((int)sequence - 1);
        if (first.code() != result.code() || first.value() != result.value() || first.job() != result.job()) {
            throw new AssertionError("acknowledged is not what was applied: client=" + clientId + ", sequence="
                + sequence + ", applied=" + first + ", acknowledged=" + result);
        }
        count("acknowledged");
    }

    // ---- at rest -----------------------------------------------------------------------------------------------

    /** Everything has come to rest, on all of them: they are the same, and as the oracle says. */
    void settled(final List<ReplicaMachine> machines, final long committedEnd) {
        equal("entries applied", committedEnd, (long)applied.size());
        final long hash = machines.get(0).stateHash();
        for (int i = 1; i < machines.size(); i++) {
            equal("state hash at rest: node=" + i, hash, machines.get(i).stateHash());
        }
        final ReplicaMachine one = machines.get(random.nextInt(machines.size()));
        final Set<String> known = shop.keys(shop.now());
        final Map<String, Set<Integer>> segmentsOf = new HashMap<>();
        known.forEach(key -> segmentsOf.put(key, new HashSet<>()));
        final EngineView view = one.engine().view();
        equal("the engine's now", shop.now(), view.now());
        for (final SegmentDefinition definition : shop.segments().values()) {
            final EngineView.SegmentStatus status = view.segment(definition.key());
            final Set<String> expected = oracle.members(shop, definition, shop.now());
            final Set<String> actual = EngineHarness.keys(view.members(definition.key()));
            if (!expected.equals(actual)) {
                final Set<String> differing = new TreeSet<>(expected);
                differing.addAll(actual);
                differing.removeIf(key -> expected.contains(key) && actual.contains(key));
                throw new AssertionError("column of " + definition.json() + "\ndiffering=" + differing + "\n"
                    + oracle.why(shop, differing.iterator().next(), definition, shop.now()));
            }
            equal("count of " + definition.key(), (long)expected.size(), status.count());
            expected.forEach(key -> segmentsOf.get(key).add(status.id()));
        }
        equal("subjects", known, new TreeSet<>(EngineHarness.keys(view.subjects())));
        told.read(view, change -> counts.merge("changes", 1L, Long::sum));
        told.compare(segmentsOf, shop::group);
        for (final String key : keys) {
            final Seen expected = expected(one, key);
            for (final ReplicaMachine machine : machines) {
                equal("look-up at rest of " + key, expected, new Seen(machine.lookup(key), machine.group(key)));
            }
        }
        if (isVersionCompared) {
            equal("application version", shop.applicationVersion(), view.applicationVersion());
        }
        reads.clear();
        count("compared at rest");
    }
}
