package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.Records;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The subjects in a snapshot: rows, attributes, records, aliases, the calendar. Everything derived is taken anew, as it
 * was at each subject's last evaluation, so that flips carried over still tell what they change. Engine's thread.
 */
public final class SubjectsSnapshot {
    private static final int END = -1;

    private final Subjects subjects;
    private final Records.EntryCursor cursor;
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private final EntryView entry = new EntryView();

    /** Of these subjects. */
    public SubjectsSnapshot(final Subjects subjects) {
        this.subjects = subjects;
        cursor = subjects.records().newCursor();
    }

    /** Writes every subject by ordinal, then aliases and the calendar. */
    public void write(final StateWriter writer) {
        writer.putLong(subjects.visitorTtlMs());
        subjects.ordinals().write(writer);
        final RowStore rows = subjects.rows();
        for (int ordinal = 0; ordinal < subjects.ordinals().highWater(); ordinal++) {
            if (rows.exists(ordinal)) {
                writer.putInt(ordinal);
                write(ordinal, writer);
            }
        }
        writer.putInt(END);
        for (int ordinal = 0; ordinal < subjects.ordinals().highWater(); ordinal++) {
            if (rows.isAlias(ordinal)) {
                writer.putInt(ordinal);
                writer.putBlob(rows.key(ordinal));
                writer.putInt(rows.aliasOf(ordinal));
            }
        }
        writer.putInt(END);
        CalendarState.write(subjects.calendar(), writer);
    }

    private void write(final int ordinal, final StateWriter writer) {
        final RowUpdate row = subjects.update();
        row.open(ordinal);
        writer.putBlob(row.copyKey());
        writer.putByte(row.kind());
        writer.putInt(row.group());
        writer.putInt(row.website());
        if (row.kind() == SubjectKind.VISITOR.value()) {
            writer.putLong(subjects.lastNamed(ordinal));
        }
        writer.putLong(row.nextFlip());
        writer.putInt(row.slotCount());
        for (int i = 0; i < row.slotCount(); i++) {
            writer.putInt(row.slot(i));
        }
        final int length = Math.max(0, subjects.profiles().get(ordinal, bytes));
        writer.putBlob(bytes, 0, length);
        final List<byte[]> orders = entries(ordinal, Records.ORDERS);
        orders.sort(EntryView::compareById);
        write(orders, writer);
        // In the order in which they came: of two views at one instant the earlier one leaves the ring first.
        write(entries(ordinal, Records.OTHERS), writer);
    }

    private List<byte[]> entries(final int ordinal, final int sources) {
        final List<byte[]> entries = new ArrayList<>();
        cursor.open(ordinal, sources);
        while (cursor.next()) {
            entries.add(cursor.copy());
        }
        return entries;
    }

    private static void write(final List<byte[]> entries, final StateWriter writer) {
        writer.putInt(entries.size());
        entries.forEach(writer::putBlob);
    }

    /** Reads every subject; to be called when definitions, products and sweeps are there. */
    public void read(final StateReader reader) {
        subjects.visitorTtlMs(reader.getLong());
        subjects.ordinals().read(reader);
        for (int ordinal = reader.getInt(); ordinal != END; ordinal = reader.getInt()) {
            read(ordinal, reader);
        }
        for (int alias = reader.getInt(); alias != END; alias = reader.getInt()) {
            final byte[] key = reader.getBlob();
            subjects.putAlias(alias, key, reader.getInt());
            putKey(key, alias);
        }
        CalendarState.read(subjects.calendar(), reader);
    }

    private void read(final int ordinal, final StateReader reader) {
        final byte[] key = reader.getBlob();
        final int kind = reader.getByte();
        final int group = reader.getInt();
        final int website = reader.getInt();
        if (kind == SubjectKind.VISITOR.value()) {
            subjects.restoreLastNamed(ordinal, reader.getLong());
        }
        final long nextFlip = reader.getLong();
        final int[] slots = new int[reader.getInt()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = reader.getInt();
        }
        final byte[] profile = reader.getBlob();
        bytes.wrap(profile);
        subjects.restoreProfile(ordinal, bytes, profile.length);
        readEntries(ordinal, reader);
        readEntries(ordinal, reader);
        bytes.wrap(key);
        subjects.rows().publish(ordinal, bytes, 0, key.length, kind, group, website, nextFlip, slots, slots.length);
        putKey(key, ordinal);
        subjects.joinGroup(group, ordinal);
        for (final int slot : slots) {
            subjects.members().flip(slot, ordinal, true);
        }
        restoreMeasures(ordinal);
    }

    private void putKey(final byte[] key, final int ordinal) {
        bytes.wrap(key);
        subjects.keys().put(bytes, 0, key.length, ordinal);
    }

    private void readEntries(final int ordinal, final StateReader reader) {
        for (int i = reader.getInt(); i > 0; i--) {
            final byte[] encoded = reader.getBlob();
            bytes.wrap(encoded);
            subjects.records().append(ordinal, bytes, 0, encoded.length);
            subjects.holds().hold(entry.wrap(bytes, 0), ordinal);
        }
    }

    private void restoreMeasures(final int ordinal) {
        final RowUpdate row = subjects.update();
        row.open(ordinal);
        final long now = subjects.now();
        final long asOf = row.nextFlip() == TimeTest.NEVER ? now : Math.min(now, row.nextFlip() - 1);
        final SubjectScope scope = subjects.scope(ordinal, asOf);
        assert scope.ordinal() == ordinal : "ordinal=" + ordinal;
        subjects.fillSubject(subjects.measures().ofSubject(), ordinal);
        final List<Measure> built = new ArrayList<>();
        for (final Measure measure : subjects.measures().ofRecords()) {
            if (measure.isBuilt(ordinal)) {
                built.add(measure);
            }
        }
        subjects.fillRecords(built);
    }
}
