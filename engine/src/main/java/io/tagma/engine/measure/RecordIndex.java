package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Finds the few measures that a record can touch, among all measures of its source: a filter that asks for one of
 * some texts or keys is filed under those, and found by the record's own; the others are always tried. Engine's thread.
 *
 * <p>An access-predicate index as in content-based publish/subscribe matching (Hanson et al. 1990; Fabret et al.,
 * SIGMOD 2001). Files are kept by 64-bit hash: a collision only costs a try.
 */
public final class RecordIndex {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Map<Source, List<Measure>> always = new EnumMap<>(Source.class);
    private final Map<Source, List<ByText>> byText = new EnumMap<>(Source.class);

    /** Measures filed under the texts of one field. */
    private static final class ByText {
        final int field;
        final boolean isFolded;
        final Long2ObjectHashMap<List<Measure>> measures = new Long2ObjectHashMap<>();

        ByText(final int field, final boolean isFolded) {
            this.field = field;
            this.isFolded = isFolded;
        }
    }

    /** Where a filter is filed. */
    private record Access(int field, boolean isFolded, List<String> texts) {
    }

    RecordIndex() {
        for (final Source source : Source.values()) {
            always.put(source, new ArrayList<>());
            byText.put(source, new ArrayList<>());
        }
    }

    void add(final Measure measure) {
        final MeasureSpec.Records spec = measure.records().spec();
        if (spec.notIn() != null && spec.notIn().source() != spec.source()) {
            always.get(spec.notIn().source()).add(measure);
        }
        final Access access = access(spec);
        if (access == null) {
            always.get(spec.source()).add(measure);
            return;
        }
        final ByText file = file(spec.source(), access);
        for (final long hash : access.texts().stream().mapToLong(RecordIndex::hash).distinct().toArray()) {
            file.measures.computeIfAbsent(hash, h -> new ArrayList<>()).add(measure);
        }
    }

    void remove(final Measure measure) {
        final MeasureSpec.Records spec = measure.records().spec();
        if (spec.notIn() != null && spec.notIn().source() != spec.source()) {
            always.get(spec.notIn().source()).remove(measure);
        }
        final Access access = access(spec);
        if (access == null) {
            always.get(spec.source()).remove(measure);
            return;
        }
        final ByText file = file(spec.source(), access);
        for (final long hash : access.texts().stream().mapToLong(RecordIndex::hash).distinct().toArray()) {
            file.measures.get(hash).remove(measure);
        }
    }

    private ByText file(final Source source, final Access access) {
        for (final ByText file : byText.get(source)) {
            if (file.field == access.field() && file.isFolded == access.isFolded()) {
                return file;
            }
        }
        final ByText file = new ByText(access.field(), access.isFolded());
        byText.get(source).add(file);
        return file;
    }

    /** Records of the same source that exclude others matter whatever the filter says of them. */
    private static Access access(final MeasureSpec.Records spec) {
        final boolean isExcludingItself = spec.notIn() != null && spec.notIn().source() == spec.source();
        if (isExcludingItself || !(spec.where() instanceof Filter.All all)) {
            return null;
        }
        for (final Filter child : all.children()) {
            if (child instanceof Filter.FieldTest leaf && isAccess(leaf)) {
                final TextTest test = TextTest.of(leaf.test(), leaf.field().type() == ValueType.KEY);
                return new Access(FieldIds.named(leaf.field().source(), leaf.field().name()),
                    !test.isCaseSensitive(), test.constants());
            }
        }
        return null;
    }

    private static boolean isAccess(final Filter.FieldTest leaf) {
        final Field field = leaf.field();
        final Operator operator = leaf.test().operator();
        return (operator == Operator.EQ || operator == Operator.IN)
            && (field.type() == ValueType.STRING || field.type() == ValueType.KEY)
            && field.origin() == Field.Origin.RECORD && !field.name().equals("id") && !field.name().equals("orderId");
    }

    /** Adds to the list, once each (by mark), every measure that the context's record can touch at some time. */
    void collect(final RecordContext context, final long mark, final List<Measure> touched) {
        final Source source = context.record().source();
        collect(always.get(source), context, mark, touched);
        final List<ByText> files = byText.get(source);
        for (int i = 0; i < files.size(); i++) {
            final ByText file = files.get(i);
            final FieldsView fields = context.record().fields();
            final int index = fields.find(file.field);
            if (index >= 0) {
                final long hash = file.isFolded
                    ? hash(fields.buffer(), fields.foldedOffset(index), fields.foldedLength(index))
                    : hash(fields.buffer(), fields.rawOffset(index), fields.rawLength(index));
                final List<Measure> measures = file.measures.get(hash);
                if (measures != null) {
                    collect(measures, context, mark, touched);
                }
            }
        }
    }

    private static void collect(final List<Measure> measures, final RecordContext context, final long mark,
                                final List<Measure> touched) {
        for (int i = 0; i < measures.size(); i++) {
            final Measure measure = measures.get(i);
            if (measure.isBuilt(context.ordinal()) && measure.records().canTouch(context) && measure.mark(mark)) {
                touched.add(measure);
            }
        }
    }

    private static long hash(final String text) {
        long hash = FNV_OFFSET;
        for (final byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b) * FNV_PRIME;
        }
        return hash;
    }

    private static long hash(final DirectBuffer buffer, final int offset, final int length) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ buffer.getByte(offset + i)) * FNV_PRIME;
        }
        return hash;
    }
}
