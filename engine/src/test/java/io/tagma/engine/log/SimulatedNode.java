package io.tagma.engine.log;

import java.util.ArrayList;
import java.util.List;

/**
 * A node of the simulated log: what lies on its disk and survives a crash, and what is in memory. Indices count entries
 * of the log; those called end stand behind the last one.
 */
final class SimulatedNode {
    /** Not compared with the leader since it began. */
    static final long UNKNOWN = -1;

    final int id;

    // ---- on disk

    /** Entries from {@link #first} on; those from {@link #flushedEnd} on only if the node does not crash. */
    private final List<SimulatedLog.Entry> entries = new ArrayList<>();
    private final List<SimulatedLog.Snapshot> snapshots = new ArrayList<>();
    private long first;
    /** The entry in front of the first; null where that is the log's beginning. */
    private SimulatedLog.Entry included;
    private long flushedEnd;
    /** Without a log or a snapshot to begin with: it must be seeded, and has no vote until then. */
    boolean isEmpty;

    // ---- in memory

    boolean isUp;
    StateMachine machine;
    long appliedEnd;
    /** Behind the last entry that it knows to be committed. */
    long knownEnd;
    /** Behind the last entry that it has in common with the leader, or {@link #UNKNOWN}. */
    long matchedEnd = UNKNOWN;
    /** Its wall clock's error. */
    long skewMs;

    SimulatedNode(final int id) {
        this.id = id;
    }

    long first() {
        return first;
    }

    long end() {
        return first + entries.size();
    }

    long flushedEnd() {
        return flushedEnd;
    }

    SimulatedLog.Entry entry(final long index) {
        return entries.get((int)(index - first));
    }

    /** The last entry; where it is only in the snapshot, or purged, it still counts. Null where there was none. */
    SimulatedLog.Entry last() {
        return entries.isEmpty() ? included : entries.get(entries.size() - 1);
    }

    void append(final SimulatedLog.Entry entry) {
        if (entry.index() != end()) {
            throw new IllegalStateException("not the next entry: index=" + entry.index() + ", end=" + end());
        }
        entries.add(entry);
    }

    void flush() {
        flushedEnd = end();
    }

    /** Drops the entries from there on. */
    void truncate(final long newEnd) {
        while (end() > newEnd) {
            entries.remove(entries.size() - 1);
        }
        flushedEnd = Math.min(flushedEnd, newEnd);
    }

    /** Forgets the entries in front of there. */
    void purge(final long newFirst) {
        if (newFirst > first) {
            included = entry(newFirst - 1);
            entries.subList(0, (int)(newFirst - first)).clear();
            first = newFirst;
        }
    }

    /** Everything on disk is gone. */
    void wipe() {
        entries.clear();
        snapshots.clear();
        first = 0;
        included = null;
        flushedEnd = 0;
        isEmpty = true;
    }

    /** The disk holds what another node's holds, from its snapshot on. */
    void seed(final SimulatedNode leader, final SimulatedLog.Snapshot snapshot) {
        wipe();
        first = snapshot == null ? 0 : snapshot.at().index() + 1;
        for (long index = first; index < leader.end(); index++) {
            entries.add(leader.entry(index));
        }
        if (snapshot != null) {
            included = snapshot.at();
            snapshots.add(snapshot);
        }
        flushedEnd = end();
        isEmpty = false;
    }

    List<SimulatedLog.Snapshot> snapshots() {
        return snapshots;
    }
}
