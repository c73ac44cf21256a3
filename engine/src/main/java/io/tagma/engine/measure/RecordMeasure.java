package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.subject.FieldsView;
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
    private final RecordFilter filter;
    private final RecordField field;

    private long count;
    private long sum;
    private long extreme;
    private LongHashSet numbers;
    private Set<String> texts;

    RecordMeasure(final MeasureSpec.Records spec, final RecordFilter filter, final RecordField field) {
        this.spec = spec;
        this.filter = filter;
        this.field = field;
    }

    /** What it measures. */
    public MeasureSpec.Records spec() {
        return spec;
    }

    /** Which records it looks at. */
    public Source source() {
        return spec.source();
    }

    /** Whether it reads products. */
    public boolean usesProduct() {
        return filter.usesProduct() || field != null && field.isProduct();
    }

    /** Whether local days matter to it. */
    public boolean usesZone() {
        return filter.usesZone() || spec.window() instanceof Window.LastDays;
    }

    /** Whether its value can change by time alone, apart from records that lie in the future. */
    public boolean isTimed() {
        return filter.isTimed() || spec.window() != null && !(spec.window() instanceof Window.Between);
    }

    /** Whether the record can count at some time: false only where the filter is false at all times. */
    public boolean canCount(final RecordContext context) {
        return filter.isTimed() || filter.test(context);
    }

    /** See {@link TimeTest#next}, for a record at t. */
    public long next(final long t, final long after, final LocalDays days) {
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

    /** Takes the context's record in, if it is selected now. */
    public void add(final RecordContext context) {
        if (!isInWindow(context.record().t(), context) || !filter.test(context)) {
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
