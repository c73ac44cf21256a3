package io.tagma.engine.ordinals;

import java.util.Arrays;

/**
 * One column of members a slot. A change is a flip, appended to the column's log; the compressed set is changed when
 * the log is full or the members are asked for, in order of ordinals, because a random change of a large set costs many
 * times a batched one. Counts are counters. For the engine's thread only.
 *
 * <pre>
 *   flip, one int:
 *    31                                  1 0
 *   +-------------------------------------+-+
 *   | ordinal                             |M|    M: 1 enters, 0 leaves
 *   +-------------------------------------+-+
 * </pre>
 */
public final class Columns {
    /** Flips that a column's log holds before it is drained. */
    public static final int FLIPS_MAX = 4096;
    private static final int FLIPS_MIN = 16;

    private final int[] entering = new int[FLIPS_MAX];
    private final int[] leaving = new int[FLIPS_MAX];
    private Column[] columns = new Column[64];
    private int openCount;
    private long flips;
    private long drains;

    /** Opens an empty column. */
    public void open(final int slot) {
        open(slot, new OrdinalSet());
    }

    /** Opens a column with members, which it owns from now on. */
    public void open(final int slot, final OrdinalSet members) {
        if (isOpen(slot)) {
            throw new IllegalStateException("column is open: slot=" + slot);
        }
        if (slot >= columns.length) {
            columns = Arrays.copyOf(columns, Math.max(slot + 1, columns.length + (columns.length >> 1)));
        }
        columns[slot] = new Column(members);
        openCount++;
    }

    /** Forgets the column; does nothing where there is none. */
    public void close(final int slot) {
        if (isOpen(slot)) {
            columns[slot] = null;
            openCount--;
        }
    }

    /** Whether the slot has a column. */
    public boolean isOpen(final int slot) {
        return slot < columns.length && columns[slot] != null;
    }

    /** Number of open columns. */
    public int openCount() {
        return openCount;
    }

    /**
     * A subject enters or leaves. The caller guarantees that the flips of a subject alternate: nobody enters who is in,
     * or leaves who is not.
     */
    public void flip(final int slot, final int ordinal, final boolean isMember) {
        final Column column = column(slot);
        int[] log = column.log;
        if (column.logged == log.length) {
            if (log.length == FLIPS_MAX) {
                drain(column);
            } else {
                log = Arrays.copyOf(log, log.length << 1);
                column.log = log;
            }
        }
        log[column.logged++] = ordinal << 1 | (isMember ? 1 : 0);
        column.count += isMember ? 1 : -1;
        flips++;
        assert column.count >= 0 : "more left than entered: slot=" + slot;
    }

    /** Number of members. */
    public long count(final int slot) {
        return column(slot).count;
    }

    /** The members, up to date until the column's next flip. Read only: changes go through {@link #flip}. */
    public OrdinalSet members(final int slot) {
        final Column column = column(slot);
        drain(column);
        return column.members;
    }

    /** A copy of the members that stays as it is. */
    public OrdinalSet copy(final int slot) {
        return members(slot).copy();
    }

    /** Flips taken, ever. */
    public long flips() {
        return flips;
    }

    /** Times a log was worked into its set, ever. */
    public long drains() {
        return drains;
    }

    /** An estimate of the memory held. */
    public long memoryBytes() {
        long sum = 2L * FLIPS_MAX * Integer.BYTES + (long) columns.length * Integer.BYTES;
        for (final Column column : columns) {
            if (column != null) {
                sum += column.members.memoryBytes() + (long) column.log.length * Integer.BYTES;
            }
        }
        return sum;
    }

    private Column column(final int slot) {
        assert isOpen(slot) : "no column: slot=" + slot;
        return columns[slot];
    }

    /**
     * Sorted, the flips of one ordinal stand side by side, those that leave first. As flips alternate, their balance is
     * what changes: one more that enters adds, one more that leaves removes, a draw does nothing.
     */
    private void drain(final Column column) {
        final int logged = column.logged;
        if (logged == 0) {
            return;
        }
        final int[] log = column.log;
        Arrays.sort(log, 0, logged);
        int enteringCount = 0;
        int leavingCount = 0;
        // Ordinals from 2^30 on have the sign bit set in the log and sort first: two ascending runs, one after another.
        int firstSmall = 0;
        while (firstSmall < logged && log[firstSmall] < 0) {
            firstSmall++;
        }
        for (int run = 0; run < 2; run++) {
            final int end = run == 0 ? logged : firstSmall;
            int i = run == 0 ? firstSmall : 0;
            while (i < end) {
                final int ordinal = log[i] >>> 1;
                int balance = 0;
                while (i < end && log[i] >>> 1 == ordinal) {
                    balance += (log[i] & 1) == 1 ? 1 : -1;
                    i++;
                }
                assert balance >= -1 && balance <= 1 : "flips do not alternate: ordinal=" + ordinal;
                if (balance > 0) {
                    entering[enteringCount++] = ordinal;
                } else if (balance < 0) {
                    leaving[leavingCount++] = ordinal;
                }
            }
        }
        column.logged = 0;
        if (enteringCount > 0) {
            column.members.addAll(entering, enteringCount);
        }
        if (leavingCount > 0) {
            column.members.removeAll(leaving, leavingCount);
        }
        drains++;
        assert column.members.cardinality() == column.count : "flips do not alternate: count=" + column.count;
    }

    private static final class Column {
        private final OrdinalSet members;
        private int[] log = new int[FLIPS_MIN];
        private int logged;
        private long count;

        private Column(final OrdinalSet members) {
            this.members = members;
            this.count = members.cardinality();
        }
    }
}
