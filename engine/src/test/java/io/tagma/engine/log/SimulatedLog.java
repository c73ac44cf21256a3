package io.tagma.engine.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A replicated log of a few nodes in one thread: whoever calls decides what happens next, and the seed what comes of
 * it. It models what Aeron Cluster promises, and the ways in which nodes fail:
 *
 * <ul>
 *   <li>A leader of a term appends entries with its wall clock's timestamps; other nodes take them over in order,
 *       dropping what differs; an entry is committed once a majority has flushed it and one of the leader's own term.
 *   <li>A crash loses a node's memory and what it had not flushed. A leader is elected by a majority, and has at least
 *       what each of it has: so committed entries stay, and the others may be replaced at the same positions.
 *   <li>A snapshot is an entry: every node writes one there when it comes to it. It may be torn, missing or have a
 *       flipped bit. A node restarts from its newest snapshot that can be restored, else from the log's start, else it
 *       is empty. Two snapshots are kept, and the log is purged behind the older one, not past a node that is up.
 *   <li>A node without a beginning, or whose log ends in front of the leader's, is seeded from the leader's disk.
 * </ul>
 *
 * <p>Elections and seeding happen at once; what is on its way, on the network, in inboxes, is the caller's.
 */
public final class SimulatedLog implements AutoCloseable {
    /** No node leads. */
    public static final int NONE = -1;

    private static final int SNAPSHOTS_KEPT = 2;
    private static final int ENTRY_ALIGNMENT = 32;

    private final SplittableRandom random;
    private final Service service;
    private final PlantedFault fault;
    private final SimulatedNode[] nodes;
    private final int majority;
    private int leader = NONE;
    private long term;
    private long committedEnd;
    private long dropped;
    private long replaced;
    private long steppedBack;

    /** What an entry is. */
    public enum Kind {
        /** Frames of commands. */
        MESSAGE,
        /** A slice of work. */
        SLICE,
        /** Every node writes a snapshot. */
        SNAPSHOT
    }

    /** What happens to a snapshot on disk. */
    public enum Damage {
        /** It is whole. */
        NONE,
        /** It breaks off. */
        TORN,
        /** It is not there. */
        MISSING,
        /** One bit is another. */
        BIT
    }

    /**
     * An entry. Equal entries have the same content.
     *
     * @param position of the log behind it; a snapshot has no length
     */
    public record Entry(long index, long term, long position, long timestampMs, Kind kind, byte[] message) {
        /** Whether it is the same one: there is one a term and index. */
        public boolean isSame(final Entry other) {
            return index == other.index && term == other.term;
        }
    }

    /** A snapshot on a node's disk, of the state before and at an entry. */
    record Snapshot(Entry at, List<byte[]> frames, Damage damage) {
    }

    /** What runs on the nodes, and hears what happens to it. */
    public interface Service {
        /** A fresh machine for a node that starts. */
        StateMachine start(int node);

        /** The node has applied the entry. */
        void applied(int node, Entry entry);

        /** The node's machine is as it was behind the entry. */
        void restored(int node, Entry at, Damage damage);

        /** The node's machine refused a snapshot; false where that is not the snapshot's fault: the node stays down. */
        boolean isRefused(int node, Damage damage, RuntimeException why);

        /** The node wrote these frames. */
        void written(int node, Entry at, List<byte[]> frames);

        /** The node's memory is gone; closes its machine. */
        void stopped(int node, StateMachine machine);
    }

    /** So many nodes, which are all up and empty of entries. */
    public SimulatedLog(final int count, final long seed, final PlantedFault fault, final Service service) {
        random = new SplittableRandom(seed);
        this.service = service;
        this.fault = fault;
        nodes = new SimulatedNode[count];
        majority = count / 2 + 1;
        for (int i = 0; i < count; i++) {
            nodes[i] = new SimulatedNode(i);
            nodes[i].skewMs = random.nextInt(-3_000, 3_001);
            nodes[i].machine = service.start(i);
            nodes[i].isUp = true;
        }
    }

    // ---- what is -----------------------------------------------------------------------------------------------

    /** The node that leads, or {@link #NONE}. */
    public int leader() {
        return leader;
    }

    /** Whether the node runs. */
    public boolean isUp(final int node) {
        return nodes[node].isUp;
    }

    /** Whether the node has nothing to begin with and must be seeded, or is behind all that the leader has. */
    public boolean isToBeSeeded(final int node) {
        return nodes[node].isEmpty || leader != NONE && node != leader && nodes[node].end() < nodes[leader].first();
    }

    /** Whether the node has lost what it had, and its vote with it. */
    public boolean isEmpty(final int node) {
        return nodes[node].isEmpty;
    }

    /** Whether a snapshot on its disk has a flipped bit. */
    public boolean hasFlippedBit(final int node) {
        return nodes[node].snapshots().stream().anyMatch(snapshot -> snapshot.damage() == Damage.BIT);
    }

    /** Snapshots on its disk. */
    public int snapshots(final int node) {
        return nodes[node].snapshots().size();
    }

    /** Behind the last committed entry. */
    public long committedEnd() {
        return committedEnd;
    }

    /** Behind the last entry of the node's log. */
    public long end(final int node) {
        return nodes[node].end();
    }

    /** Behind the last entry that the node has applied. */
    public long appliedEnd(final int node) {
        return nodes[node].appliedEnd;
    }

    /** Entries dropped because no majority had them. */
    public long dropped() {
        return dropped;
    }

    /** Entries that came where another one had been dropped. */
    public long replaced() {
        return replaced;
    }

    /** Entries whose timestamp is before the previous one's. */
    public long steppedBack() {
        return steppedBack;
    }

    // ---- the leader --------------------------------------------------------------------------------------------

    /** Elects one of those that may lead; false where no majority is there. The first entry of its term is a slice. */
    public boolean elect(final long nowMs) {
        final List<SimulatedNode> voters = new ArrayList<>();
        for (final SimulatedNode node : nodes) {
            if (node.isUp && !node.isEmpty) {
                voters.add(node);
            }
        }
        final List<SimulatedNode> eligible = new ArrayList<>();
        for (final SimulatedNode candidate : voters) {
            if (voters.stream().filter(voter -> isAtLeast(candidate, voter)).count() >= majority) {
                eligible.add(candidate);
            }
        }
        if (eligible.isEmpty()) {
            return false;
        }
        final SimulatedNode elected = eligible.get(random.nextInt(eligible.size()));
        if (elected.end() < committedEnd) {
            throw new AssertionError("the model elects a node without what is committed: end=" + elected.end()
                + ", committed=" + committedEnd);
        }
        leader = elected.id;
        term++;
        for (final SimulatedNode node : nodes) {
            node.matchedEnd = SimulatedNode.UNKNOWN;
        }
        elected.matchedEnd = elected.end();
        append(Kind.SLICE, new byte[0], nowMs);
        return true;
    }

    private static boolean isAtLeast(final SimulatedNode candidate, final SimulatedNode voter) {
        final long candidateTerm = candidate.last() == null ? 0 : candidate.last().term();
        final long voterTerm = voter.last() == null ? 0 : voter.last().term();
        return candidateTerm != voterTerm ? candidateTerm > voterTerm : candidate.end() >= voter.end();
    }

    /** The leader is no longer heard. */
    public void stepDown() {
        leader = NONE;
    }

    /** The leader appends. */
    public Entry append(final Kind kind, final byte[] message, final long nowMs) {
        final SimulatedNode node = nodes[leader];
        final Entry last = node.last();
        final long before = last == null ? 0 : last.position();
        final int length = kind == Kind.SNAPSHOT ? 0 : BitUtil.align(ENTRY_ALIGNMENT + message.length, ENTRY_ALIGNMENT);
        final Entry entry =
            new Entry(node.end(), term, before + length, nowMs + node.skewMs, kind, message);
        steppedBack += last != null && entry.timestampMs() < last.timestampMs() ? 1 : 0;
        node.append(entry);
        node.matchedEnd = node.end();
        return entry;
    }

    /** The node takes over up to so many of the leader's entries, and hears what is committed. */
    public void replicate(final int follower, final int count) {
        final SimulatedNode node = nodes[follower];
        if (leader == NONE || leader == follower || !node.isUp || isToBeSeeded(follower)) {
            return;
        }
        final SimulatedNode from = nodes[leader];
        if (node.matchedEnd == SimulatedNode.UNKNOWN) {
            match(node, from);
        }
        final long end = Math.min(from.end(), node.matchedEnd + count);
        while (node.matchedEnd < end) {
            node.append(from.entry(node.matchedEnd));
            node.matchedEnd++;
        }
        node.knownEnd = Math.max(node.knownEnd,
            Math.min(committedEnd, Math.min(node.matchedEnd, node.flushedEnd())));
    }

    private void match(final SimulatedNode node, final SimulatedNode from) {
        long common = Math.min(node.end(), from.end());
        while (common > node.first() && common > from.first()
            && !node.entry(common - 1).isSame(from.entry(common - 1))) {
            common--;
        }
        dropped += node.end() - common;
        replaced += Math.min(node.end(), from.end()) - common;
        node.truncate(common);
        node.matchedEnd = common;
    }

    /** What the node has is durable; the leader counts it. */
    public void flush(final int node) {
        nodes[node].flush();
        if (leader != NONE) {
            commit();
        }
    }

    private void commit() {
        final long[] ends = new long[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            final SimulatedNode node = nodes[i];
            ends[i] = node.isUp && !node.isEmpty && node.matchedEnd != SimulatedNode.UNKNOWN
                ? Math.min(node.flushedEnd(), node.matchedEnd) : 0;
        }
        Arrays.sort(ends);
        final long end = ends[nodes.length - majority];
        final SimulatedNode node = nodes[leader];
        if (end > committedEnd && node.entry(end - 1).term() == term) {
            committedEnd = end;
        }
        node.knownEnd = Math.max(node.knownEnd, Math.min(committedEnd, node.flushedEnd()));
    }

    // ---- applying ----------------------------------------------------------------------------------------------

    /** The next entry that the node would apply; null where there is none. */
    public Entry next(final int id) {
        final SimulatedNode node = nodes[id];
        final long end = fault == PlantedFault.APPLIES_UNCOMMITTED ? node.end() : Math.min(node.knownEnd, node.end());
        return node.isUp && node.appliedEnd < end ? node.entry(node.appliedEnd) : null;
    }

    /** Applies the next entry; a snapshot suffers that damage, or none. */
    public void apply(final int id, final Damage damage) {
        final SimulatedNode node = nodes[id];
        final Entry entry = next(id);
        switch (entry.kind()) {
            case MESSAGE:
                node.machine.onMessage(entry.position(), entry.timestampMs(), new UnsafeBuffer(entry.message()), 0,
                    entry.message().length);
                break;
            case SLICE:
                node.machine.onSlice(entry.position(), entry.timestampMs());
                break;
            default:
                write(node, entry, damage);
        }
        node.appliedEnd++;
        service.applied(id, entry);
    }

    private void write(final SimulatedNode node, final Entry entry, final Damage damage) {
        final List<byte[]> frames = new ArrayList<>();
        node.machine.snapshot((buffer, offset, length) -> {
            final byte[] frame = new byte[length];
            buffer.getBytes(offset, frame);
            frames.add(frame);
        });
        service.written(node.id, entry, frames);
        node.snapshots().removeIf(old -> old.at().index() == entry.index());
        if (damage != Damage.MISSING) {
            node.snapshots().add(new Snapshot(entry, damage == Damage.TORN
                ? new ArrayList<>(frames.subList(0, random.nextInt(frames.size()))) : frames, damage));
        }
        if (damage == Damage.NONE && node.snapshots().size() > SNAPSHOTS_KEPT) {
            node.snapshots().remove(0);
        }
    }

    /** Purges the node's log behind the older of its two snapshots, not past a node that is up. */
    public void purge(final int id) {
        final SimulatedNode node = nodes[id];
        if (node.snapshots().size() < SNAPSHOTS_KEPT) {
            return;
        }
        long end = node.snapshots().get(0).at().index() + 1;
        for (final SimulatedNode other : nodes) {
            end = other.isUp && !other.isEmpty ? Math.min(end, other.flushedEnd()) : end;
        }
        node.purge(Math.min(end, node.flushedEnd()));
    }

    /** Flips a bit of one of the node's snapshots. */
    public void flipBit(final int id) {
        final List<Snapshot> snapshots = nodes[id].snapshots();
        final int which = random.nextInt(snapshots.size());
        final Snapshot snapshot = snapshots.get(which);
        if (snapshot.frames().isEmpty() || snapshot.damage() != Damage.NONE) {
            return;
        }
        final List<byte[]> frames = new ArrayList<>(snapshot.frames());
        final int frame = random.nextInt(frames.size());
        final byte[] flipped = frames.get(frame).clone();
        flipped[random.nextInt(flipped.length)] ^= (byte)(1 << random.nextInt(8));
        frames.set(frame, flipped);
        snapshots.set(which, new Snapshot(snapshot.at(), frames, Damage.BIT));
    }

    // ---- crashes -----------------------------------------------------------------------------------------------

    /** The node's memory is gone, and some of what it had not flushed. */
    public void crash(final int id) {
        final SimulatedNode node = nodes[id];
        stop(node);
        final long end = node.flushedEnd() + random.nextLong(node.end() - node.flushedEnd() + 1);
        dropped += node.end() - end;
        node.truncate(end);
        node.flush();
        node.matchedEnd = SimulatedNode.UNKNOWN;
        if (leader == id) {
            leader = NONE;
        }
    }

    private void stop(final SimulatedNode node) {
        node.isUp = false;
        if (node.machine != null) {
            service.stopped(node.id, node.machine);
            node.machine = null;
        }
    }

    /** The disk of a node that is down is gone. */
    public void wipe(final int id) {
        nodes[id].wipe();
    }

    /** Starts a node that is down; false where it stays down. */
    public boolean restart(final int id) {
        final SimulatedNode node = nodes[id];
        while (!node.isEmpty) {
            final List<Snapshot> snapshots = node.snapshots();
            if (snapshots.isEmpty() && node.first() > 0) {
                node.wipe();
                return false;
            }
            final Snapshot snapshot = snapshots.isEmpty() ? null : snapshots.get(snapshots.size() - 1);
            node.machine = service.start(id);
            try {
                if (snapshot != null) {
                    restore(node, snapshot);
                }
            } catch (final RuntimeException refused) {
                if (!service.isRefused(id, snapshot.damage(), refused)) {
                    stop(node);
                    return false;
                }
                if (fault != PlantedFault.RESTORES_DAMAGED) {
                    stop(node);
                    snapshots.remove(snapshot);
                    continue;
                }
            }
            node.isUp = true;
            node.appliedEnd = snapshot == null ? 0 : snapshot.at().index() + 1;
            node.knownEnd = node.appliedEnd;
            if (snapshot != null && fault != PlantedFault.RESTORES_DAMAGED) {
                service.restored(id, snapshot.at(), snapshot.damage());
            }
            return true;
        }
        return false;
    }

    private static void restore(final SimulatedNode node, final Snapshot snapshot) {
        final int[] next = {0};
        node.machine.restore(consumer -> {
            if (next[0] == snapshot.frames().size()) {
                return false;
            }
            final byte[] frame = snapshot.frames().get(next[0]++);
            consumer.write(new UnsafeBuffer(frame), 0, frame.length);
            return true;
        });
    }

    /** Copies the leader's snapshot and log to the disk of a node that is down; false where the leader has none yet. */
    public boolean seed(final int id) {
        final SimulatedNode from = nodes[leader];
        final List<Snapshot> snapshots = from.snapshots();
        Snapshot snapshot = null;
        for (final Snapshot each : snapshots) {
            // What is copied is verified.
            snapshot = each.damage() == Damage.NONE ? each : snapshot;
        }
        if (snapshot == null && from.first() > 0) {
            return false;
        }
        nodes[id].seed(from, snapshot);
        return true;
    }

    /** Every node's disk. */
    @Override
    public String toString() {
        return Arrays.stream(nodes).map(node -> node.id + (node.isUp ? " up" : " down") + (node.isEmpty ? " empty" : "")
            + " " + node.first() + ".." + node.end() + " " + node.snapshots().stream()
            .map(snapshot -> snapshot.at().index() + " " + snapshot.damage()).toList()).toList()
            + ", committed=" + committedEnd;
    }

    @Override
    public void close() {
        for (final SimulatedNode node : nodes) {
            if (node.machine != null) {
                stop(node);
            }
        }
    }
}
