package io.tagma.server.net;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The rows of the engine as one event loop reads them: wait-free, without allocation. Everything but {@link #close()}
 * is called by the one thread that got it from its supplier.
 *
 * <p>{@link #begin()} pins what is read until {@link #end()}. Between the two, {@link #lookup} or
 * {@link #lookupExpected} chooses the answer that {@link #customerGroup()}, {@link #count()}, {@link #segmentId(int)},
 * {@link #segmentIds}, {@link #isMember}, {@link #varyHash()} and {@link #isStale()} speak of. {@link #position()},
 * {@link #asOf()} and {@link #epoch()} may be asked right after {@code begin}, before any look-up, and are never ahead
 * of what a look-up made later finds.
 */
public interface Lookups extends AutoCloseable {
    /** Pins the rows for a batch of look-ups. */
    void begin();

    /**
     * Finds a subject's row, or the one of an unknown subject of that website.
     *
     * @param website an id that {@link #hasWebsite} knows, or 0 for the subject's home website
     * @return whether the key is known
     */
    boolean lookup(DirectBuffer key, int offset, int length, int website);

    /**
     * Says which keys are looked up next, with {@link #lookupExpected}: cheaper than one by one. The arrays and the
     * keys must stay as they are until then.
     *
     * @param count at most {@link io.tagma.engine.Limits#KEYS_EXPECTED_MAX}
     */
    void expect(DirectBuffer buffer, int[] offsets, int[] lengths, int count);

    /** Finds the row of an expected key, as {@link #lookup} does. */
    boolean lookupExpected(int index, int website);

    /** The subject's group. */
    int customerGroup();

    /** Number of segments. */
    int count();

    /** Public id of the i-th segment. */
    int segmentId(int i);

    /** Writes the ids as u32 little endian; returns how many. */
    int segmentIds(MutableDirectBuffer destination, int offset);

    /** Hash over the cache-relevant segments. */
    long varyHash();

    /** Whether the row's next flip is more than a second overdue at the batch's beginning. */
    boolean isStale();

    /** Of the definitions. */
    int epoch();

    /** Whether the segment with that public id is among the row's. */
    boolean isMember(int segmentId);

    /** Engine time that answers are right for, epoch milliseconds. */
    long asOf();

    /** Log position that is applied. */
    long position();

    /** Whether a website with that id exists. */
    boolean hasWebsite(int id);

    /** Unpins. */
    void end();

    /** Gives the reader's place back. */
    @Override
    void close();
}
