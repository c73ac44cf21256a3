package io.tagma.engine.subject;

import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.values.Values;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Up to 64 KB by a {@code long} key, off-heap in a Chronicle Map that is never persisted. Buffers are wrapped around an
 * entry's own memory, which stays where it is until that entry is put again or removed. One thread; no garbage.
 *
 * <p>The map reserves address space for the expected entries when it is made, and the kernel gives memory as it is
 * touched: a map for 10 M entries of 200 bytes starts in 60 ms with 2 MB resident. Beyond what was reserved it grows
 * by further tiers, at a look-up more each, up to a thousand times: what ends first is the machine's memory.
 */
final class Blobs implements AutoCloseable {
    /** What the map keeps in front of an entry's bytes: the key, and the length in up to three. */
    static final int ENTRY_OVERHEAD = Long.BYTES + 3;

    private static final int CHUNK = 64;
    /** An entry must fit a tier: with fewer entries than these a tier would be too short for 64 KB. */
    private static final long ENTRIES_MIN = 1 << 16;
    private static final int LENGTH_EXPECTED_MIN = 256;
    private static final long NONE = Long.MIN_VALUE;
    static final double BLOAT_MAX = 1_000;

    private final String name;
    private final ChronicleMap<LongValue, Blob> map;
    private final LongValue key = Values.newHeapInstance(LongValue.class);
    private final Blob blob = new Blob();
    /** Key of the entry that the blob lies over: to search it again is most of what a small change costs. */
    private long found = NONE;
    private long entries;

    /** A map for about so many entries of about that length. */
    Blobs(final String name, final long entriesExpected, final int lengthExpected) {
        this.name = name;
        map = map(name, Math.max(ENTRIES_MIN, entriesExpected), Math.max(LENGTH_EXPECTED_MIN, lengthExpected));
    }

    /** Where the machine refuses to reserve for so many entries, for half of them, and so on: the map will grow. */
    private static ChronicleMap<LongValue, Blob> map(final String name, final long entriesExpected,
                                                     final int lengthExpected) {
        for (long entries = entriesExpected; ; entries /= 2) {
            try {
                return ChronicleMapBuilder.of(LongValue.class, Blob.class)
                    .name(name)
                    .entries(entries)
                    .averageValueSize(lengthExpected)
                    .actualChunkSize(CHUNK)
                    .maxBloatFactor(BLOAT_MAX)
                    .valueMarshallers(new Blob.Reader(), new Blob.Writer())
                    .putReturnsNull(true)
                    .removeReturnsNull(true)
                    .skipCloseOnExitHook(true)
                    .create();
            } catch (final OutOfMemoryError e) {
                if (entries / 2 < ENTRIES_MIN) {
                    throw new IllegalStateException("not enough memory for a store: name=" + name + ", entries="
                        + entries + ", lengthExpected=" + lengthExpected, e);
                }
            }
        }
    }

    /** Wraps the entry's bytes; its length, or -1 where there is none. */
    int get(final long k, final UnsafeBuffer wrap) {
        if (k != found) {
            key.setValue(k);
            found = NONE;
            if (map.getUsing(key, blob) == null) {
                return -1;
            }
            found = k;
        }
        wrap.wrap(blob.address, blob.length);
        return blob.length;
    }

    /**
     * Makes an entry of that length, in place of an older one, and wraps it. Its bytes are undefined until written.
     * Where the older one is as long and was got last, its memory is the new one's.
     *
     * @return length of the older one, or -1
     */
    int reserve(final long k, final int length, final UnsafeBuffer wrap) {
        if (k == found && length == blob.length) {
            wrap.wrap(blob.address, length);
            return length;
        }
        found = NONE;
        key.setValue(k);
        int lengthBefore = -1;
        try (ExternalMapQueryContext<LongValue, Blob, ?> query = map.queryContext(key)) {
            query.updateLock().lock();
            final MapEntry<LongValue, Blob> entry = query.entry();
            blob.length = length;
            if (entry != null) {
                lengthBefore = (int) entry.value().size();
                entry.doReplaceValue(query.wrapValueAsData(blob));
            } else {
                query.absentEntry().doInsert(query.wrapValueAsData(blob));
                entries++;
            }
        } catch (final IllegalStateException | OutOfMemoryError e) {
            throw new IllegalStateException("store takes no more, this node has to stop: name=" + name + ", entries="
                + entries + ", length=" + length, e);
        }
        wrap.wrap(blob.address, length);
        return lengthBefore;
    }

    /** Length of the removed entry, or -1 where there was none. */
    int remove(final long k) {
        found = NONE;
        key.setValue(k);
        try (ExternalMapQueryContext<LongValue, Blob, ?> query = map.queryContext(key)) {
            query.updateLock().lock();
            final MapEntry<LongValue, Blob> entry = query.entry();
            if (entry == null) {
                return -1;
            }
            final int length = (int) entry.value().size();
            entry.doRemove();
            entries--;
            return length;
        }
    }

    long entries() {
        return entries;
    }

    @Override
    public void close() {
        found = NONE;
        map.close();
    }
}
