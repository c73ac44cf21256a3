package io.tagma.engine.segment;

import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import org.agrona.collections.Int2IntCounterMap;

/**
 * How many subjects have a value of each attribute: the type of an attribute in use cannot change. Follows from the
 * profiles. Engine's thread.
 */
public final class AttributeUse {
    private final Int2IntCounterMap values = new Int2IntCounterMap(0);

    /** The named attributes of a subject change from one list to another. */
    public void count(final FieldsView before, final FieldsWriter after, final int[] named, final int namedCount) {
        for (int i = 0; i < namedCount; i++) {
            if (indexOf(named, i, named[i]) >= 0) {
                continue;
            }
            final boolean had = before.find(named[i]) >= 0;
            final boolean has = after.has(named[i]);
            if (had != has) {
                values.getAndAdd(named[i], has ? 1 : -1);
            }
        }
    }

    private static int indexOf(final int[] named, final int end, final int id) {
        for (int i = 0; i < end; i++) {
            if (named[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /** All attributes of a subject come or go. */
    public void countAll(final FieldsView fields, final int change) {
        for (int i = 0; i < fields.count(); i++) {
            values.getAndAdd(fields.id(i), change);
        }
    }

    /** Number of subjects with a value. */
    public int valueCount(final int attribute) {
        return values.get(attribute);
    }
}
