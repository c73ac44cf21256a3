package io.tagma.engine.subject;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The records of every subject (orders, carts, views, events), each an opaque byte string, off-heap in pages by
 * (ordinal, page). Engine thread only.
 *
 * <p>A subject's pages take 512, 1,024, 2,048 and then 4,096 bytes of memory each; a record longer than that has a
 * page of its own. Appending writes into the room left in the last page: it touches one page and copies no other
 * record. A removed record is marked dead where it lies. Once a further page is needed, or a removing cursor reaches
 * the end, while the dead bytes outweigh the live ones, the subject's live records are copied into new pages. Records
 * keep the order in which they were appended.
 *
 * <pre>
 *   page    0  i32  bytes used, this header included
 *           4       records, end to end
 *   record  0  i32  length; its complement (negative) where the record is dead
 *           4       bytes
 * </pre>
 *
 * <p>{@link #entries} and {@link #bytes} are logical: live records and their bytes, equal on replicas whatever their
 * pages look like. The other counters count work and are not state.
 */
public final class RecordPages implements AutoCloseable {
    /** Longest record. */
    public static final int LENGTH_MAX = 60 * 1024;

    static final int PAGE_HEADER = Integer.BYTES;
    static final int RECORD_HEADER = Integer.BYTES;
    private static final int PAGE_MIN = 512;
    private static final int DOUBLINGS = 3;

    private final Blobs blobs;
    private final PageDirectory directory = new PageDirectory();
    private final RecordCursor cursor = new RecordCursor(this);
    private final UnsafeBuffer tail = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer source = new UnsafeBuffer(0, 0);

    private long entries;
    private long bytes;
    private long recordsCopied;
    private long pagesRead;
    private long pagesWritten;

    /** Pages sized for so many records of so many subjects. */
    public RecordPages(final StoreSizes sizes) {
        final long recordBytes = sizes.records() * (sizes.recordLengthAverage() + RECORD_HEADER);
        // Half of a page may be dead or too short for the next record; the last page is half empty on average.
        final long pageBytes = 2 * recordBytes + Math.min(sizes.subjects(), sizes.records()) * PAGE_MIN;
        final int pageAverage = (int) Math.min(PAGE_MIN << DOUBLINGS, Math.max(PAGE_MIN,
            pageBytes / Math.min(sizes.subjects(), sizes.records()) / 2));
        blobs = new Blobs("records", pageBytes / pageAverage, pageAverage - Blobs.ENTRY_OVERHEAD);
    }

    /** Adds a record behind the subject's others. The source must not be memory of this store. */
    public void append(final int ordinal, final DirectBuffer src, final int offset, final int length) {
        if (length < 0 || length > LENGTH_MAX) {
            throw new IllegalArgumentException("record too long: length=" + length + ", max=" + LENGTH_MAX);
        }
        if (!appendToTail(ordinal, src, offset, length)) {
            if (directory.deadBytes(ordinal) > directory.liveBytes(ordinal)) {
                compact(ordinal);
                place(ordinal, src, offset, length);
            } else {
                appendToNewPage(ordinal, src, offset, length);
            }
        }
        directory.add(ordinal, RECORD_HEADER + length);
        entries++;
        bytes += length;
    }

    /**
     * The store's one reused cursor, before the subject's first live record. Good until the subject's records change
     * other than through the cursor.
     */
    public RecordCursor cursor(final int ordinal) {
        return cursor.open(ordinal);
    }

    /** A cursor of the caller's own, to be {@link RecordCursor#open opened} on one subject after another. */
    public RecordCursor newCursor() {
        return new RecordCursor(this);
    }

    /** Bytes of the live records of a subject, with what tells them apart. */
    long bytes(final int ordinal) {
        return directory.liveBytes(ordinal);
    }

    /** Live records of a subject. */
    public int count(final int ordinal) {
        return directory.live(ordinal);
    }

    /** Removes all records of a subject; its ordinal may be given to another afterwards. */
    public void removeAll(final int ordinal) {
        final int live = directory.live(ordinal);
        entries -= live;
        bytes -= directory.liveBytes(ordinal) - (long) live * RECORD_HEADER;
        removePages(ordinal, directory.firstPage(ordinal), directory.pages(ordinal));
        directory.clear(ordinal);
    }

    /** Live records of all subjects. */
    public long entries() {
        return entries;
    }

    /** Bytes of the live records of all subjects. */
    public long bytes() {
        return bytes;
    }

    /** Records copied by compaction since the start. */
    public long recordsCopied() {
        return recordsCopied;
    }

    /** Pages looked up in the map since the start. */
    public long pagesRead() {
        return pagesRead;
    }

    /** Pages made, changed or removed since the start. */
    public long pagesWritten() {
        return pagesWritten;
    }

    /** Pages that exist: what the live records occupy, and what waits for compaction. Not a logical counter. */
    public long pages() {
        return blobs.entries();
    }

    @Override
    public void close() {
        blobs.close();
    }

    int firstPage(final int ordinal) {
        return directory.firstPage(ordinal);
    }

    int pages(final int ordinal) {
        return directory.pages(ordinal);
    }

    void readPage(final int ordinal, final int page, final UnsafeBuffer wrap) {
        pagesRead++;
        if (blobs.get(key(ordinal, page), wrap) < 0) {
            throw new IllegalStateException("page of records is missing: ordinal=" + ordinal + ", page=" + page);
        }
    }

    /** Marks a record dead; true where it was the subject's last, and its pages are gone. */
    boolean kill(final int ordinal, final UnsafeBuffer page, final int recordOffset) {
        final int length = page.getInt(recordOffset);
        assert length >= 0 : "record is dead already";
        page.putInt(recordOffset, ~length);
        pagesWritten++;
        directory.kill(ordinal, RECORD_HEADER + length);
        entries--;
        bytes -= length;
        if (directory.live(ordinal) == 0) {
            removeAll(ordinal);
            return true;
        }
        return false;
    }

    void overwritten() {
        pagesWritten++;
    }

    void compactIfWorthwhile(final int ordinal) {
        if (directory.pages(ordinal) > 1 && directory.deadBytes(ordinal) > directory.liveBytes(ordinal)) {
            compact(ordinal);
        }
    }

    private void place(final int ordinal, final DirectBuffer src, final int offset, final int length) {
        if (!appendToTail(ordinal, src, offset, length)) {
            appendToNewPage(ordinal, src, offset, length);
        }
    }

    private boolean appendToTail(final int ordinal, final DirectBuffer src, final int offset, final int length) {
        final int pages = directory.pages(ordinal);
        if (pages == 0) {
            return false;
        }
        readPage(ordinal, directory.firstPage(ordinal) + pages - 1, tail);
        final int used = tail.getInt(0);
        if (used + RECORD_HEADER + length > tail.capacity()) {
            return false;
        }
        write(used, src, offset, length);
        return true;
    }

    private void appendToNewPage(final int ordinal, final DirectBuffer src, final int offset, final int length) {
        final int pages = directory.pages(ordinal);
        final int capacity = Math.max((PAGE_MIN << Math.min(pages, DOUBLINGS)) - Blobs.ENTRY_OVERHEAD,
            PAGE_HEADER + RECORD_HEADER + length);
        final int firstPage = directory.firstPage(ordinal);
        blobs.reserve(key(ordinal, firstPage + pages), capacity, tail);
        directory.pages(ordinal, firstPage, pages + 1);
        write(PAGE_HEADER, src, offset, length);
    }

    private void write(final int used, final DirectBuffer src, final int offset, final int length) {
        tail.putInt(used, length);
        tail.putBytes(used + RECORD_HEADER, src, offset, length);
        tail.putInt(0, used + RECORD_HEADER + length);
        pagesWritten++;
    }

    /** New pages get the numbers behind the old ones, which are removed one by one as they are emptied. */
    private void compact(final int ordinal) {
        final int firstPage = directory.firstPage(ordinal);
        final int pages = directory.pages(ordinal);
        directory.pages(ordinal, firstPage + pages, 0);
        directory.clearDead(ordinal);
        for (int i = 0; i < pages; i++) {
            readPage(ordinal, firstPage + i, source);
            final int used = source.getInt(0);
            for (int at = PAGE_HEADER; at < used; ) {
                final int length = source.getInt(at);
                if (length >= 0) {
                    place(ordinal, source, at + RECORD_HEADER, length);
                    recordsCopied++;
                }
                at += RECORD_HEADER + (length < 0 ? ~length : length);
            }
            removePages(ordinal, firstPage + i, 1);
        }
    }

    private void removePages(final int ordinal, final int firstPage, final int pages) {
        for (int i = 0; i < pages; i++) {
            blobs.remove(key(ordinal, firstPage + i));
            pagesWritten++;
        }
    }

    private static long key(final int ordinal, final int page) {
        return (long) ordinal << Integer.SIZE | Integer.toUnsignedLong(page);
    }

    /**
     * Goes through the live records of one subject in the order they were appended, and reads, removes or overwrites
     * them where they lie. Engine thread only. Good while nobody else changes that subject's records; other subjects'
     * do not matter.
     */
    public static final class RecordCursor {
        private final RecordPages store;
        private final UnsafeBuffer page = new UnsafeBuffer(0, 0);

        private int ordinal;
        private int firstPage;
        private int pages;
        private int pageIndex;
        private int used;
        private int recordOffset;
        private int length;
        private int nextOffset;
        private boolean isRemoved;
        private boolean hasRemoved;

        RecordCursor(final RecordPages store) {
            this.store = store;
        }

        /** Before the subject's first live record. */
        public RecordCursor open(final int subjectOrdinal) {
            ordinal = subjectOrdinal;
            firstPage = store.firstPage(subjectOrdinal);
            pages = store.pages(subjectOrdinal);
            pageIndex = -1;
            used = 0;
            nextOffset = 0;
            isRemoved = true;
            hasRemoved = false;
            return this;
        }

        /** Moves to the next live record; false at the end. */
        public boolean next() {
            assert pages == 0 || firstPage == store.firstPage(ordinal) : "records were compacted under a cursor";
            while (true) {
                while (nextOffset < used) {
                    recordOffset = nextOffset;
                    final int header = page.getInt(recordOffset);
                    length = header < 0 ? ~header : header;
                    nextOffset = recordOffset + RECORD_HEADER + length;
                    if (header >= 0) {
                        isRemoved = false;
                        return true;
                    }
                }
                if (pageIndex + 1 >= pages) {
                    end();
                    return false;
                }
                pageIndex++;
                store.readPage(ordinal, firstPage + pageIndex, page);
                used = page.getInt(0);
                nextOffset = PAGE_HEADER;
            }
        }

        /** Where the record lies; valid until the store is changed. */
        public UnsafeBuffer buffer() {
            return page;
        }

        /** Of the record's first byte in {@link #buffer}. */
        public int offset() {
            return recordOffset + RECORD_HEADER;
        }

        /** The record's bytes. */
        public int length() {
            return length;
        }

        /** Removes the record; {@link #next} goes on behind it. */
        public void remove() {
            checkRecord();
            isRemoved = true;
            hasRemoved = true;
            if (store.kill(ordinal, page, recordOffset)) {
                pages = 0;
                used = 0;
                nextOffset = 0;
                hasRemoved = false;
            }
        }

        /** Writes a newer version of the record over it where the lengths are equal; else does nothing: false. */
        public boolean overwrite(final DirectBuffer src, final int srcOffset, final int srcLength) {
            checkRecord();
            if (srcLength != length) {
                return false;
            }
            page.putBytes(offset(), src, srcOffset, srcLength);
            store.overwritten();
            return true;
        }

        private void end() {
            isRemoved = true;
            if (hasRemoved) {
                hasRemoved = false;
                pages = 0;
                used = 0;
                store.compactIfWorthwhile(ordinal);
            }
        }

        private void checkRecord() {
            if (isRemoved) {
                throw new IllegalStateException("cursor is on no record: ordinal=" + ordinal);
            }
        }
    }
}
