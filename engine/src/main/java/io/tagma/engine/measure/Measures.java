package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.subject.Dictionary;
import io.tagma.engine.subject.FieldIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * All measures in use: equal specs share one. A measure lives while predicates refer to it; ids of dead ones are used
 * again. Ids and codes are derived from the definitions and are no part of the state. Engine's thread.
 */
public final class Measures {
    private final Dictionary setCodes;
    private final FieldIds fieldIds;
    private final MeasureColumns columns;
    private final Map<MeasureSpec, Measure> bySpec = new HashMap<>();
    private final List<Measure> byId = new ArrayList<>();
    private final List<Integer> freeIds = new ArrayList<>();
    private final Int2ObjectHashMap<List<Measure>> byAttribute = new Int2ObjectHashMap<>();
    private final List<Measure> ofSubject = new ArrayList<>();
    private final List<Measure> timed = new ArrayList<>();
    private final List<Measure> ofRecords = new ArrayList<>();
    private final RecordIndex recordIndex = new RecordIndex();

    /** Over the dictionaries that give codes and ids. */
    public Measures(final Dictionary setCodes, final FieldIds fieldIds, final MeasureColumns columns) {
        this.setCodes = setCodes;
        this.fieldIds = fieldIds;
        this.columns = columns;
    }

    /** Values by measure and ordinal. */
    public MeasureColumns columns() {
        return columns;
    }

    /** The measure of the spec where it is in use, else null. */
    public Measure get(final MeasureSpec spec) {
        return bySpec.get(spec);
    }

    /** The measure of the spec, made now where it is new; each call is one reference. */
    public Measure acquire(final MeasureSpec spec) {
        final Measure measure = open(spec);
        measure.references(measure.references() + 1);
        return measure;
    }

    /** The measure of the spec, made now where it is new, without a reference: an {@link #acquire} must follow. */
    Measure open(final MeasureSpec spec) {
        final Measure measure = bySpec.get(spec);
        return measure == null ? create(spec) : measure;
    }

    private Measure create(final MeasureSpec spec) {
        final int id = freeIds.isEmpty() ? byId.size() : freeIds.remove(freeIds.size() - 1);
        final RecordMeasure records = spec instanceof MeasureSpec.Records query ? compile(query) : null;
        final long defaultValue = records != null ? records.emptyValue() : ValueSet.MISSING;
        final Measure measure = new Measure(id, spec, records, defaultValue);
        if (id == byId.size()) {
            byId.add(measure);
        } else {
            byId.set(id, measure);
        }
        columns.open(id, defaultValue);
        bySpec.put(spec, measure);
        if (records != null) {
            ofRecords.add(measure);
            recordIndex.add(measure);
        } else {
            ofSubject.add(measure);
            final int attribute = attribute(spec);
            if (attribute >= 0) {
                byAttribute.computeIfAbsent(attribute, a -> new ArrayList<>()).add(measure);
            }
            if (spec instanceof MeasureSpec.AttributeTime) {
                timed.add(measure);
            }
        }
        return measure;
    }

    /** Gives a reference back; the last one ends the measure. */
    public void release(final Measure measure) {
        measure.references(measure.references() - 1);
        if (measure.references() > 0) {
            return;
        }
        bySpec.remove(measure.spec());
        byId.set(measure.id(), null);
        freeIds.add(measure.id());
        columns.close(measure.id());
        if (measure.records() != null) {
            ofRecords.remove(measure);
            recordIndex.remove(measure);
        } else {
            ofSubject.remove(measure);
            timed.remove(measure);
            final List<Measure> siblings = byAttribute.get(attribute(measure.spec()));
            if (siblings != null) {
                siblings.remove(measure);
            }
        }
    }

    private static int attribute(final MeasureSpec spec) {
        if (spec instanceof MeasureSpec.AttributeNumber number) {
            return number.attribute();
        } else if (spec instanceof MeasureSpec.AttributeCode code) {
            return code.attribute();
        } else if (spec instanceof MeasureSpec.AttributeText text) {
            return text.attribute();
        } else if (spec instanceof MeasureSpec.AttributeSet set) {
            return set.attribute();
        } else if (spec instanceof MeasureSpec.AttributeTime time) {
            return time.attribute();
        }
        return -1;
    }

    /** The attribute under which profiles keep a consent; a new purpose has none yet, for a question. */
    int consentId(final String purpose, final boolean isForQuestion) {
        return isForQuestion ? fieldIds.consent(purpose) : fieldIds.internConsent(purpose);
    }

    /** Measures of an attribute; null where there are none. */
    public List<Measure> ofAttribute(final int attribute) {
        return byAttribute.get(attribute);
    }

    /** Measures that do not look at records. */
    public List<Measure> ofSubject() {
        return ofSubject;
    }

    /** Measures of attributes that change with time. */
    public List<Measure> timed() {
        return timed;
    }

    /** Measures of records. */
    public List<Measure> ofRecords() {
        return ofRecords;
    }

    RecordIndex recordIndex() {
        return recordIndex;
    }

    private RecordMeasure compile(final MeasureSpec.Records spec) {
        return compile(spec, new RecordFilter.Names() {
            @Override
            public RecordField field(final Field field) {
                return RecordField.intern(field, fieldIds);
            }

            @Override
            public int eventName(final String name) {
                return fieldIds.internName(name);
            }

            @Override
            public int code(final String text) {
                return setCodes.intern(text);
            }
        });
    }

    /** An aggregate for a question: gives no new ids or codes. */
    public RecordMeasure compileForQuestion(final MeasureSpec.Records spec) {
        return compile(spec, new RecordFilter.Names() {
            @Override
            public RecordField field(final Field field) {
                return RecordField.find(field, fieldIds);
            }

            @Override
            public int eventName(final String name) {
                return fieldIds.nameCode(name);
            }

            @Override
            public int code(final String text) {
                return codeForQuestion(text);
            }
        });
    }

    /** Code of an element of a set without giving a new one; nobody has the codes below 0. */
    int codeForQuestion(final String text) {
        final int code = setCodes.code(text);
        return code == Dictionary.MISSING ? -2 - (text.hashCode() & 0x3FFF_FFFF) : code;
    }

    int internCode(final String text) {
        return setCodes.intern(text);
    }

    private static RecordMeasure compile(final MeasureSpec.Records spec, final RecordFilter.Names names) {
        return new RecordMeasure(spec, selection(spec.source(), spec.eventName(), spec.scope(), names),
            RecordFilter.compile(spec.where(), names), spec.field() == null ? null : names.field(spec.field()),
            spec.notIn() == null ? null : exclusion(spec.source(), spec.notIn(), spec.scope(), names));
    }

    private static RecordExclusion exclusion(final Source source, final Condition.NotIn notIn,
                                             final List<String> scope, final RecordFilter.Names names) {
        return new RecordExclusion(selection(notIn.source(), notIn.eventName(), scope, names),
            names.field(RecordFields.find(source, notIn.on())),
            names.field(RecordFields.find(notIn.source(), notIn.on())));
    }

    private static RecordSelection selection(final Source source, final String eventName, final List<String> scope,
                                             final RecordFilter.Names names) {
        return new RecordSelection(source, eventName == null ? RecordSelection.NO_EVENT : names.eventName(eventName),
            scope);
    }
}
