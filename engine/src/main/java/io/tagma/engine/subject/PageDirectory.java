package io.tagma.engine.subject;

import java.util.Arrays;

/**
 * What {@link RecordPages} knows of a subject without reading a page: five ints by ordinal, in chunks of 65,536
 * ordinals that are made when first needed.
 *
 * <pre>
 *   0  number of the first page (numbers go up and wrap around)
 *   1  pages
 *   2  live records
 *   3  bytes of live records with their headers, unsigned
 *   4  bytes of dead records with their headers, unsigned
 * </pre>
 */
final class PageDirectory {
    private static final int FIRST_PAGE = 0;
    private static final int PAGES = 1;
    private static final int LIVE = 2;
    private static final int LIVE_BYTES = 3;
    private static final int DEAD_BYTES = 4;
    private static final int WIDTH = 5;
    private static final int CHUNK_BITS = 16;
    private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;

    private int[][] chunks = new int[16][];

    int firstPage(final int ordinal) {
        return get(ordinal, FIRST_PAGE);
    }

    int pages(final int ordinal) {
        return get(ordinal, PAGES);
    }

    void pages(final int ordinal, final int firstPage, final int pages) {
        final int[] chunk = chunk(ordinal);
        final int base = (ordinal & CHUNK_MASK) * WIDTH;
        chunk[base + FIRST_PAGE] = firstPage;
        chunk[base + PAGES] = pages;
    }

    int live(final int ordinal) {
        return get(ordinal, LIVE);
    }

    long liveBytes(final int ordinal) {
        return Integer.toUnsignedLong(get(ordinal, LIVE_BYTES));
    }

    long deadBytes(final int ordinal) {
        return Integer.toUnsignedLong(get(ordinal, DEAD_BYTES));
    }

    void add(final int ordinal, final int recordBytes) {
        final int[] chunk = chunk(ordinal);
        final int base = (ordinal & CHUNK_MASK) * WIDTH;
        chunk[base + LIVE]++;
        chunk[base + LIVE_BYTES] += recordBytes;
    }

    void kill(final int ordinal, final int recordBytes) {
        final int[] chunk = chunk(ordinal);
        final int base = (ordinal & CHUNK_MASK) * WIDTH;
        chunk[base + LIVE]--;
        chunk[base + LIVE_BYTES] -= recordBytes;
        chunk[base + DEAD_BYTES] += recordBytes;
    }

    void clearDead(final int ordinal) {
        chunk(ordinal)[(ordinal & CHUNK_MASK) * WIDTH + DEAD_BYTES] = 0;
    }

    void clear(final int ordinal) {
        final int base = (ordinal & CHUNK_MASK) * WIDTH;
        Arrays.fill(chunk(ordinal), base, base + WIDTH, 0);
    }

    private int get(final int ordinal, final int field) {
        final int chunkIndex = ordinal >>> CHUNK_BITS;
        if (chunkIndex >= chunks.length || chunks[chunkIndex] == null) {
            return 0;
        }
        return chunks[chunkIndex][(ordinal & CHUNK_MASK) * WIDTH + field];
    }

    private int[] chunk(final int ordinal) {
        final int chunkIndex = ordinal >>> CHUNK_BITS;
        if (chunkIndex >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(chunks.length * 2, chunkIndex + 1));
        }
        int[] chunk = chunks[chunkIndex];
        if (chunk == null) {
            chunk = new int[WIDTH << CHUNK_BITS];
            chunks[chunkIndex] = chunk;
        }
        return chunk;
    }
}
