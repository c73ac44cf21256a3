package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Source;
import io.tagma.engine.subject.CartMerge;
import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.EntryWriter;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import io.tagma.engine.subject.Profiles;
import io.tagma.engine.subject.RecordPages;
import io.tagma.engine.subject.Records;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Login: what a visitor did becomes the customer's, and the visitor's key its alias. Views and events join the rings in
 * the order of their time, carts and wish lists are united, a refusal of consent wins; attributes and addresses are
 * dropped. A cart or wish for which the customer has no room is left behind; of more events than there is room for, of
 * all names together, the oldest go. Reusable; engine's thread.
 */
public final class VisitorMerge {
    private static final int RINGS = Records.bit(Source.VIEW) | Records.bit(Source.EVENT);

    private final Subjects subjects;
    private final Room room;
    private final Room roomAtFirst;
    private final Records.EntryCursor cursor;
    private final CartMerge carts = new CartMerge();
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final FieldsView fields = new FieldsView();
    private final FieldsWriter merged = new FieldsWriter();
    private final EntryView mine = new EntryView();
    private final UnsafeBuffer mineBytes = new UnsafeBuffer(0, 0);
    private int[] named = new int[8];
    private int namedCount;

    /** How much of everything a subject may have: records of a ring, records of a collection, bytes. */
    public record Room(int ringMax, int recordsMax, int lengthMax, int profileLengthMax) {
    }

    /** Over all subjects, which have so much room. */
    public VisitorMerge(final Subjects subjects, final Room room) {
        this.subjects = subjects;
        this.room = room;
        roomAtFirst = new Room(room.ringMax(), Integer.MAX_VALUE, RecordPages.LENGTH_MAX, Profiles.LENGTH_MAX);
        cursor = subjects.records().newCursor();
    }

    /**
     * Merges a visitor, or none (-1), of a key into a customer. Both have caught up.
     *
     * @param isWithinLimits whether the customer stays within its room, or, as in the first application version, only
     *                       within what can be stored
     * @return false where the customer's profile would be too long with the visitor's consents: nothing was done
     */
    public boolean run(final byte[] key, final int visitor, final int customer, final boolean isWithinLimits) {
        if (visitor >= 0) {
            final Room allowed = isWithinLimits ? room : roomAtFirst;
            final List<byte[]> rings = entries(visitor, RINGS);
            rings.sort(Comparator.comparingLong(this::t));
            final List<byte[]> others = entries(visitor, Records.bit(Source.CART) | Records.bit(Source.WISHLIST_ITEM));
            mergeConsents(visitor, customer);
            if (namedCount > 0 && merged.length() > allowed.profileLengthMax()) {
                return false;
            }
            final SubjectChange change = subjects.change().open(customer);
            if (namedCount > 0) {
                change.attributes(fields, merged, named, namedCount);
            }
            rings.forEach(change::append);
            final int events = trim(change, customer);
            if (isWithinLimits && events > room.recordsMax()) {
                change.trim(Source.EVENT, room.recordsMax());
            }
            for (final byte[] entry : others) {
                unite(change, customer, entry, allowed, isWithinLimits);
            }
            change.commit(Cause.MERGE);
        }
        subjects.alias(key, customer);
        return true;
    }

    /**
     * Trims the rings that have become too long, each once: a subject may have thousands of short ones.
     *
     * @return how many events are left, of all names
     */
    private int trim(final SubjectChange change, final int customer) {
        final Map<ByteBuffer, Integer> counts = new HashMap<>();
        cursor.open(customer, RINGS);
        while (cursor.next()) {
            counts.merge(ring(cursor.entry()), 1, Integer::sum);
        }
        int events = 0;
        for (final Map.Entry<ByteBuffer, Integer> ring : counts.entrySet()) {
            final byte[] id = ring.getKey().array();
            final Source source = id.length == 0 ? Source.VIEW : Source.EVENT;
            if (ring.getValue() > room.ringMax()) {
                change.trim(source, id, room.ringMax());
            }
            events += source == Source.EVENT ? Math.min(ring.getValue(), room.ringMax()) : 0;
        }
        return events;
    }

    /** Views have no id; events that of their name. */
    private static ByteBuffer ring(final EntryView entry) {
        return ByteBuffer.wrap(entry.id());
    }

    private List<byte[]> entries(final int subject, final int sources) {
        final List<byte[]> entries = new ArrayList<>();
        cursor.open(subject, sources);
        while (cursor.next()) {
            entries.add(cursor.copy());
        }
        return entries;
    }

    private EntryView wrap(final byte[] entry) {
        mineBytes.wrap(entry);
        return mine.wrap(mineBytes, 0);
    }

    private long t(final byte[] entry) {
        return wrap(entry).head().t();
    }

    private void unite(final SubjectChange change, final int customer, final byte[] entry, final Room allowed,
                       final boolean isWithinLimits) {
        wrap(entry);
        final Source source = mine.head().source();
        final byte[] id = mine.id();
        byte[] theirs = null;
        int entries = 1;
        int lines = 0;
        cursor.open(customer, Records.bit(source));
        while (cursor.next()) {
            if (cursor.entry().hasId(id)) {
                theirs = cursor.copy();
            } else {
                entries++;
                lines += cursor.entry().lineCount();
            }
        }
        if (theirs == null) {
            if (entries <= allowed.recordsMax() && lines + mine.lineCount() <= allowed.recordsMax()) {
                change.append(entry);
            }
        } else if (source == Source.CART) {
            final EntryWriter united = carts.merge(theirs, entry, isWithinLimits);
            if (united.length() <= allowed.lengthMax() && lines + united.lineCount() <= allowed.recordsMax()) {
                change.remove(source, id);
                change.append(united);
            }
        } else if (t(entry) < t(theirs)) {
            change.remove(source, id);
            change.append(entry);
        }
    }

    private void mergeConsents(final int visitor, final int customer) {
        final List<long[]> consents = new ArrayList<>();
        wrapProfile(visitor);
        for (int i = 0; i < fields.count(); i++) {
            if (fields.id(i) >= FieldIds.CONSENT_FIRST) {
                consents.add(new long[] {fields.id(i), fields.number(i)});
            }
        }
        wrapProfile(customer);
        merged.clear();
        for (int i = 0; i < fields.count(); i++) {
            merged.putCopy(fields, i);
        }
        namedCount = 0;
        for (final long[] consent : consents) {
            final int id = (int)consent[0];
            final int index = fields.find(id);
            if (index < 0 || fields.number(index) > consent[1]) {
                merged.putNumber(id, consent[1]);
                if (namedCount == named.length) {
                    named = Arrays.copyOf(named, namedCount * 2);
                }
                named[namedCount++] = id;
            }
        }
    }

    private void wrapProfile(final int subject) {
        if (subjects.profiles().get(subject, profile) > 0) {
            fields.wrap(profile, 0);
        } else {
            fields.wrapEmpty();
        }
    }
}
