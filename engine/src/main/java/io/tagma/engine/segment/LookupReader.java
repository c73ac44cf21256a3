package io.tagma.engine.segment;

import io.tagma.engine.model.Website;
import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.KeyTable;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Looks subjects up beside the engine's thread: wait-free, without allocation, evaluating nothing. Each reading thread
 * owns one. It reads in batches: {@link #begin()}, any number of {@link #lookup} each followed by its answer's
 * accessors, {@link #end()} (also on an exception). Between the two, memory of replaced rows is not used again: keep
 * batches short, and never wait inside one.
 *
 * <p>A look-up loads the key table's slot, the row, of an alias its customer's row, and the slot table. What the engine
 * may do between two of these loads, and why the answer was right at some instant of the look-up all the same, and is
 * never another subject's:
 * <ul>
 *   <li>The key is taken out, and its ordinal given to another subject or alias: the key is compared in the very row
 *       that the answer is read from. It comes back under another ordinal: then it was unknown meanwhile.
 *   <li>The key table's slot is given to another key, or the sub-table is replaced: a key that stays is found in what
 *       was loaded, which is not freed while this reader is pinned, as little as a replaced row.
 *   <li>An alias is cut, leads to another customer, or its customer is erased, and somebody comes under the customer's
 *       ordinal, even with the customer's key: the alias must still be in place, the same row, when the customer's is
 *       there; else look again. An alias changes its customer in one store.
 *   <li>The slot table is replaced (a swap, a segment hidden, a group deleted): look again. So old a table that it does
 *       not know the row's newest slots is never met: it is loaded last, and shows a slot only after all rows have it.
 *   <li>A slot is cleaned out of all rows and given to another segment: the table says since when, look again.
 * </ul>
 */
public final class LookupReader implements AutoCloseable {
    /** A row's flip that is so many milliseconds overdue makes an answer stale. */
    public static final long STALE_AFTER_MS = 1000;
    /** Keys that may be expected at once. */
    public static final int EXPECTED_MAX = ExpectedKeys.MAX;
    private static final int LOOKS_MAX = 4;

    private final RowStore rows;
    private final KeyTable keys;
    private final Published<SlotTable> tables;
    private final EnginePosition engine;
    private final Epochs epochs;
    private final LoadedRow loaded = new LoadedRow();
    private final ExpectedKeys expected;
    private final int cell;
    private boolean isPinned;
    private boolean isClosed;

    private long position;
    private long asOf;
    private long nowMs;

    private SlotTable table;
    private int customerGroup;
    private int[] ids = new int[64];
    private int[] shown = ids;
    private int count;
    private long varyHash;
    private boolean isStale;

    /**
     * Takes one of the store's cells for readers.
     *
     * @throws IllegalStateException where none is left
     */
    public LookupReader(final RowStore rows, final KeyTable keys, final Published<SlotTable> tables,
                        final EnginePosition engine) {
        this.rows = rows;
        this.keys = keys;
        this.tables = tables;
        this.engine = engine;
        this.expected = new ExpectedKeys(keys, rows);
        this.epochs = rows.epochs();
        this.cell = epochs.register();
        this.table = tables.get();
    }

    /** Begins a batch whose answers are stale by the engine's clock alone, as of a clock that is moved by hand. */
    public void begin() {
        begin(Long.MIN_VALUE);
    }

    /**
     * Begins a batch: pins, and notes how far the engine has come.
     *
     * @param readAtMs instant of the reading, epoch milliseconds. The engine's clock stands still while its log does;
     *                 whether a flip is overdue is judged by the later of the two
     */
    public void begin(final long readAtMs) {
        assert !isPinned && !isClosed : "begun already, or closed";
        epochs.pin(cell);
        isPinned = true;
        position = engine.position();
        asOf = engine.asOf();
        nowMs = Math.max(engine.nowMs(), readAtMs);
        table = tables.get();
    }

    /** Ends a batch; does nothing where none is begun. Answers are void from here on. */
    public void end() {
        isPinned = false;
        expected.clear();
        if (!isClosed) {
            epochs.unpin(cell);
        }
    }

    /**
     * Looks a subject up.
     *
     * @param website that asks, which hides segments it does not have; 0: the subject's home website, which for an
     *                unknown key is {@code base}
     * @return whether the key is known; the answer is there in either case
     */
    public boolean lookup(final DirectBuffer key, final int offset, final int length, final int website) {
        assert isPinned : "look-up outside begin and end";
        return lookup(keys.hash(key, offset, length), key, offset, length, website);
    }

    /**
     * Says which keys the batch looks up next, with {@link #lookupExpected}: many at once are faster than one by one,
     * as their memory is fetched side by side. The arrays and what they point to must stay as they are until then.
     *
     * @param count at most {@link #EXPECTED_MAX}
     */
    public void expect(final DirectBuffer buffer, final int[] offsets, final int[] lengths, final int count) {
        assert isPinned : "look-up outside begin and end";
        expected.expect(buffer, offsets, lengths, count);
    }

    /** Looks an expected key up, as {@link #lookup} does. */
    public boolean lookupExpected(final int index, final int website) {
        assert isPinned && index < expected.count() : "not expected: index=" + index + ", count=" + expected.count();
        return lookup(expected.hash(index), expected.buffer(), expected.offset(index), expected.length(index),
            website);
    }

    private boolean lookup(final long hash, final DirectBuffer key, final int offset, final int length,
                           final int website) {
        // A row from before a table must not meet one from after: the subject would be in neither version of a segment
        // that was swapped between. Each further turn takes another table published meanwhile, or another end of an
        // alias. After a few, the answer may be such a mixture, but never one of a slot that was given to another
        // segment since: each turn beyond takes another slot given again.
        for (int looks = 1; true; looks++) {
            final int epochBefore = tables.get().epoch();
            final boolean isFound = keys.get(loaded, hash, key, offset, length) != KeyTable.MISSING;
            final boolean isKnown = isFound && loaded.followAlias();
            table = tables.get();
            final boolean isWhole = isKnown == isFound && table.epoch() == epochBefore;
            if (isWhole || looks >= LOOKS_MAX && table.recycledEpoch() <= epochBefore) {
                if (isKnown) {
                    answer(loaded.row, website);
                } else {
                    answerUnknown(website == 0 ? Website.BASE_ID : website);
                }
                return isKnown;
            }
        }
    }

    /** The group the subject is in; 0 for visitors and unknown keys. */
    public int customerGroup() {
        return customerGroup;
    }

    /** Number of segments shown. */
    public int count() {
        return count;
    }

    /** Public id of the i-th segment, in the order of their slots. */
    public int segmentId(final int index) {
        assert index >= 0 && index < count : "index=" + index + ", count=" + count;
        return shown[index];
    }

    /** Writes the segments' public ids, u32 little-endian each; their number. */
    public int segmentIds(final MutableDirectBuffer dst, final int offset) {
        final int[] from = shown;
        final int end = count;
        for (int i = 0; i < end; i++) {
            dst.putInt(offset + i * Integer.BYTES, from[i], ByteOrder.LITTLE_ENDIAN);
        }
        return end;
    }

    /** XOR of the mixed ids of the cache-relevant segments shown. */
    public long varyHash() {
        return varyHash;
    }

    /** Whether time should have changed the row more than a second ago. */
    public boolean isStale() {
        return isStale;
    }

    /** Whether the segment is among those shown. */
    public boolean isMember(final int segmentId) {
        for (int i = 0; i < count; i++) {
            if (shown[i] == segmentId) {
                return true;
            }
        }
        return false;
    }

    /** Epoch of the definitions that the last answer shows; before the first, of those at the batch's begin. */
    public int epoch() {
        return table.epoch();
    }

    /** The instant that the batch's answers are right for, at least. */
    public long asOf() {
        return asOf;
    }

    /** Log position whose effects the batch's answers contain, at least. */
    public long position() {
        return position;
    }

    /** Whether the website is declared; 0 is the home website. At any time. */
    public boolean hasWebsite(final int website) {
        return tables.get().hasWebsite(website);
    }

    /** Ends a batch if one is begun, and gives the cell back. */
    @Override
    public void close() {
        end();
        if (!isClosed) {
            isClosed = true;
            epochs.release(cell);
        }
    }

    private void answer(final long row, final int website) {
        final int home = Row.website(row);
        final int asking = website == 0 ? home : website;
        customerGroup = table.customerGroup(Row.customerGroup(row), home);
        // Not "next flip + 1000 < now", which overflows where there is no next flip.
        isStale = Row.nextFlip(row) < nowMs - STALE_AFTER_MS;
        final int slots = Row.count(row);
        if (slots > ids.length) {
            ids = new int[Math.max(slots, ids.length * 2)];
        }
        shown = ids;
        if (Row.isWide(row)) {
            showWide(row, slots, table.ids(asking), table.varyParts(asking));
        } else {
            showNarrow(row, slots, table.ids(asking), table.varyParts(asking));
        }
    }

    private void showNarrow(final long row, final int slots, final int[] idOf, final long[] varyPartOf) {
        final int[] to = ids;
        int n = 0;
        long hash = 0;
        for (int i = 0; i < slots; i++) {
            final int slot = Row.narrowSlot(row, i);
            if (slot >= idOf.length) {
                break;
            }
            final int id = idOf[slot];
            to[n] = id;
            n += id == 0 ? 0 : 1;
            hash ^= varyPartOf[slot];
        }
        count = n;
        varyHash = hash;
    }

    private void showWide(final long row, final int slots, final int[] idOf, final long[] varyPartOf) {
        final int[] to = ids;
        int n = 0;
        long hash = 0;
        for (int i = 0; i < slots; i++) {
            final int slot = Row.wideSlot(row, i);
            if (slot >= idOf.length) {
                break;
            }
            final int id = idOf[slot];
            to[n] = id;
            n += id == 0 ? 0 : 1;
            hash ^= varyPartOf[slot];
        }
        count = n;
        varyHash = hash;
    }

    private void answerUnknown(final int website) {
        customerGroup = 0;
        shown = table.unknownIds(website);
        count = shown.length;
        varyHash = table.unknownVaryHash(website);
        isStale = false;
    }

    /** Compares the key in the row that the answer will be read from. */
    private final class LoadedRow implements KeyTable.Keys {
        private long row;
        private int ordinal;

        /**
         * Of an alias goes on to its customer. The alias must still be in place when the customer's row is there: else
         * that may be the row of somebody who came after its end, under the customer's ordinal and even its key.
         */
        boolean followAlias() {
            final long alias = row;
            if (!Row.isAlias(alias)) {
                return true;
            }
            final long customer = rows.row(Row.aliasOf(alias));
            if (customer == 0 || Row.isAlias(customer) || !Row.isAliasOf(alias, customer)
                || rows.row(ordinal) != alias) {
                return false;
            }
            row = customer;
            return true;
        }

        @Override
        public boolean hasKey(final int candidate, final DirectBuffer key, final int offset, final int length) {
            final long found = rows.row(candidate);
            if (found == 0 || !Row.hasKey(found, key, offset, length)) {
                return false;
            }
            row = found;
            ordinal = candidate;
            return true;
        }
    }
}
