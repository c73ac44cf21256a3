package io.tagma.engine.measure;

import java.util.HashMap;
import java.util.Map;

/** A measure in use: its column, and up to which ordinal the column is filled. Engine's thread. */
public final class Measure {
    /** Filled for every subject. */
    public static final int COMPLETE = Integer.MAX_VALUE;

    private final int id;
    private final MeasureSpec spec;
    private final RecordMeasure records;
    private final long defaultValue;
    private final Map<String, Integer> codes;
    private int references;
    private int builtBelow;
    private long mark;

    Measure(final int id, final MeasureSpec spec, final RecordMeasure records, final long defaultValue) {
        this.id = id;
        this.spec = spec;
        this.records = records;
        this.defaultValue = defaultValue;
        codes = spec instanceof MeasureSpec.AttributeCode ? new HashMap<>() : null;
    }

    /** Its dense id: its column. */
    public int id() {
        return id;
    }

    /** What it measures. */
    public MeasureSpec spec() {
        return spec;
    }

    /** Its aggregate; null where it is none over records. */
    public RecordMeasure records() {
        return records;
    }

    /** The value of a subject of which nothing is known. */
    public long defaultValue() {
        return defaultValue;
    }

    /** Whether the column holds the subject's value. */
    public boolean isBuilt(final int ordinal) {
        return ordinal < builtBelow;
    }

    /** The first ordinal whose value is not there yet. */
    public int builtBelow() {
        return builtBelow;
    }

    /** Moves the border of what is filled. */
    public void builtBelow(final int ordinal) {
        builtBelow = ordinal;
    }

    /** Code of a text of an {@link MeasureSpec.AttributeCode}, given now where it has none. */
    public int internCode(final String text) {
        return codes.computeIfAbsent(text, t -> codes.size() + 1);
    }

    /** Code of a text; 0 where no predicate names it. */
    public int code(final String text) {
        return codes.getOrDefault(text, 0);
    }

    /** Whether its codes depend on the constants in use, so that a new constant asks for filling it again. */
    public boolean isCoded() {
        return codes != null;
    }

    int references() {
        return references;
    }

    void references(final int count) {
        references = count;
    }

    /** Marks it; false where it already has this mark. For collecting each measure once. */
    public boolean mark(final long newMark) {
        if (mark == newMark) {
            return false;
        }
        mark = newMark;
        return true;
    }
}
