package io.tagma.engine.segment;

import io.tagma.engine.measure.Calendar;
import io.tagma.engine.ordinals.OrdinalSet;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The calendar in a snapshot, stale entries and progress included. It could be made from the rows, but then a restored
 * engine would spread and drop other entries in a slice than the ones that went on, and what a slice hands over orders
 * the changes: replicas would part.
 */
final class CalendarState {
    private static final int END = -1;

    private CalendarState() {
    }

    static void write(final Calendar calendar, final StateWriter writer) {
        for (final long value : calendar.progress()) {
            writer.putLong(value);
        }
        calendar.save((level, start, set) -> {
            writer.putInt(level);
            writer.putLong(start);
            writer.putBlob(set.toBytes());
        });
        writer.putInt(END);
    }

    static void read(final Calendar calendar, final StateReader reader) {
        final long[] progress = new long[Calendar.PROGRESS_LENGTH];
        for (int i = 0; i < progress.length; i++) {
            progress[i] = reader.getLong();
        }
        calendar.resume(progress);
        final UnsafeBuffer set = new UnsafeBuffer(0, 0);
        for (int level = reader.getInt(); level != END; level = reader.getInt()) {
            final long start = reader.getLong();
            set.wrap(reader.getBlob());
            calendar.load(level, start, OrdinalSet.deserialize(set, 0, set.capacity()));
        }
    }
}
