package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.RecordView;
import io.tagma.engine.subject.Records;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.agrona.collections.LongHashSet;

/**
 * An aggregate over a subject's records: fed with them one by one, then asked. Between {@link #begin} and
 * {@link #value} it holds the aggregate of one subject. Engine's thread.
 */
public final class RecordMeasure {
    private final MeasureSpec.Records spec;
    private final RecordSelection selection;
    private final RecordFilter filter;
    private final RecordField field;
    private final RecordExclusion exclusion;

    private long count;
    private long sum;
    private long extreme;
    private LongHashSet numbers;
    private Set<String> texts;

    RecordMeasure(final MeasureSpec.Records spec, final RecordSelection selection, final RecordFilter filter,
                  final RecordField field, final RecordExclusion exclusion) {
        this.spec = spec;
        this.selection = selection;
        this.filter = filter;
        this.field = field;
        this.exclusion = exclusion;
    }

    /** What it measures. */
    public MeasureSpec.Records spec() {
        return spec;
    }

    /** Which entries it looks at: a union of {@link Records} bits. */
    int entries() {
        return Records.bit(spec.source()) | (exclusion == null ? 0 : excludingEntries());
    }

    /** Which entries exclude others, to be shown first: a union of {@link Records} bits. */
    int excludingEntries() {
        return exclusion == null ? 0 : Records.bit(exclusion.others().source());
    }

    /** Whether it reads products. */
    public boolean usesProduct() {
        return filter.usesProduct() || field != null && field.isProduct()
            || exclusion != null && exclusion.usesProduct();
    }

    /** Whether local days matter to it. */
    public boolean usesZone() {
        return filter.usesZone() || spec.window() instanceof Window.LastDays;
    }

    /** Whether its value can change by time alone, apart from records that lie in the future. */
    public boolean isTimed() {
        return filter.isTimed() || spec.window() != null && !(spec.window() instanceof Window.Between);
    }

    /** Whether the record can matter at some time: it excludes others, or its filter is not false at all times. */
    public boolean canTouch(final RecordContext context) {
        return selection.has(context.record()) && (filter.isTimed() || filter.test(context))
            || exclusion != null && exclusion.others().has(context.record());
    }

    /** Earliest instant after {@code after} at which the record can change the aggregate by time alone. */
    long next(final RecordView record, final long after, final LocalDays days) {
        long next = TimeTest.NEVER;
        if (selection.has(record)) {
            next = next(record.t(), after, days);
        }
        if (exclusion != null && record.t() > after && exclusion.others().has(record)) {
            next = Math.min(next, record.t());
        }
        return next;
    }

    /** See {@link TimeTest#next}, for a record at t. */
    private long next(final long t, final long after, final LocalDays days) {
        long next = t > after ? t : TimeTest.NEVER;
        final Window window = spec.window();
        if (window instanceof Window.Last last) {
            next = Math.min(next, TimeTest.first(after, TimeTest.later(t, last.durationMs()), TimeTest.NEVER));
        } else if (window instanceof Window.LastDays last) {
            next = Math.min(next, TimeTest.first(after, days.start(days.day(t) + last.days() + 1), TimeTest.NEVER));
        } else if (window instanceof Window.Ago ago) {
            next = Math.min(next,
                TimeTest.first(after, TimeTest.later(t, ago.fromMs()), TimeTest.later(t, ago.toMs())));
        }
        return Math.min(next, filter.next(t, after, days));
    }

    /** Starts over. */
    public void begin() {
        if (exclusion != null) {
            exclusion.begin();
        }
        count = 0;
        sum = 0;
        if (spec.function() == Condition.Function.COUNT_DISTINCT) {
            if (isText()) {
                texts = new HashSet<>();
            } else {
                numbers = new LongHashSet();
            }
        }
    }

    private boolean isText() {
        return spec.fieldType() == ValueType.STRING || spec.fieldType() == ValueType.KEY;
    }

    /** Notes what the context's record excludes. All such records come before the first {@link #add}. */
    void addExcluding(final RecordContext context) {
        if (exclusion != null) {
            exclusion.add(context);
        }
    }

    /** Takes the context's record in, if it is selected now. */
    public void add(final RecordContext context) {
        if (!selection.has(context.record()) || !isInWindow(context.record().t(), context) || !filter.test(context)
            || exclusion != null && exclusion.excludes(context)) {
            return;
        }
        if (field == null) {
            count++;
            return;
        }
        if (isText()) {
            addText(context);
            return;
        }
        final long value = field.number(context);
        if (value == ValueSet.MISSING) {
            return;
        }
        switch (spec.function()) {
            case SUM:
            case AVG:
                sum += value;
                break;
            case MIN:
                extreme = count == 0 ? value : Math.min(extreme, value);
                break;
            case MAX:
                extreme = count == 0 ? value : Math.max(extreme, value);
                break;
            case COUNT_DISTINCT:
                numbers.add(value);
                break;
            default:
                throw new IllegalStateException("no field expected: function=" + spec.function());
        }
        count++;
    }

    private void addText(final RecordContext context) {
        if (field.id() == RecordField.ORDER_ID) {
            final byte[] id = new byte[context.record().idLength()];
            context.record().idBuffer().getBytes(context.record().idOffset(), id);
            texts.add(new String(id, StandardCharsets.UTF_8));
            return;
        }
        final FieldsView fields = field.fields(context);
        final int index = field.index(fields);
        if (index >= 0) {
            texts.add(spec.fieldType() == ValueType.KEY ? fields.text(index) : fields.folded(index));
        }
    }

    private boolean isInWindow(final long t, final RecordContext context) {
        final long now = context.now();
        if (t > now) {
            return false;
        }
        final Window window = spec.window();
        if (window == null) {
            return true;
        } else if (window instanceof Window.Last last) {
            return t > now - last.durationMs();
        } else if (window instanceof Window.LastDays last) {
            return t >= context.days().start(context.days().day(now) - last.days());
        } else if (window instanceof Window.Ago ago) {
            return now - ago.fromMs() < t && t <= now - ago.toMs();
        }
        final Window.Between between = (Window.Between)window;
        return (between.fromMs() == null || t >= between.fromMs())
            && (between.toMs() == null || t <= between.toMs());
    }

    /** The aggregate of what was added. */
    public long value() {
        switch (spec.function()) {
            case COUNT:
                return count;
            case SUM:
                return sum;
            case AVG:
                if (count == 0) {
                    return spec.empty() == ValueSet.MISSING ? ValueSet.MISSING : 2 * spec.empty();
                }
                final long units = spec.fieldType() == ValueType.INT ? Math.multiplyExact(sum, 10_000L) : sum;
                return 2 * Math.floorDiv(units, count) + (Math.floorMod(units, count) == 0 ? 0 : 1);
            case MIN:
            case MAX:
                return count == 0 ? spec.empty() : extreme;
            case COUNT_DISTINCT:
                return isText() ? texts.size() : numbers.size();
            default:
                throw new IllegalStateException("unknown function: function=" + spec.function());
        }
    }

    /** The value over no records at all. */
    public long emptyValue() {
        begin();
        return value();
    }
}
