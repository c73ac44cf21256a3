package io.tagma.engine;

import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.measure.RecordCopy;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.ordinals.OrdinalSet;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.segment.LookupReader;
import io.tagma.engine.segment.RowStore;
import io.tagma.engine.segment.SegmentEntry;
import io.tagma.engine.segment.SlotTable;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.Products;
import io.tagma.engine.subject.RecordView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/** Answers questions from the engine's state. Engine's thread. */
final class EngineQueries implements EngineView {
    /** Work units of a field that is told: it becomes an object with a name and a value. */
    private static final int FIELD_WORK = 8;

    private final EngineState state;
    private final Subjects subjects;
    private final LookupReader reader;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer keyBuffer = new UnsafeBuffer(new byte[Limits.KEY_LENGTH_MAX]);
    private final FieldsView fields = new FieldsView();

    EngineQueries(final EngineState state) {
        this.state = state;
        subjects = state.subjects();
        reader = new LookupReader(subjects.rows(), subjects.keys(), state.table(), state.position());
    }

    @Override
    public long now() {
        return subjects.now();
    }

    @Override
    public long asOf() {
        return state.asOf();
    }

    @Override
    public long position() {
        return state.logPosition();
    }

    @Override
    public boolean isBegun() {
        return state.isBegun();
    }

    @Override
    public boolean isManualClock() {
        return state.isManualClock();
    }

    @Override
    public List<Attribute> attributes() {
        return state.attributes().all();
    }

    @Override
    public List<Website> websites() {
        return state.websites().all();
    }

    @Override
    public List<CustomerGroup> groups() {
        return state.groups().all();
    }

    @Override
    public long groupCount(final int group) {
        return isRaw(group) ? rawMembers(group).cardinality() : membersOf(group).cardinality();
    }

    @Override
    public MembersExport groupMembers(final int group) {
        return new Export(isRaw(group) ? rawMembers(group).copy() : membersOf(group));
    }

    private OrdinalSet rawMembers(final int group) {
        final OrdinalSet members = subjects.groupMembers(group);
        return members == null ? new OrdinalSet() : members;
    }

    /** Whether records say who is in the group, because no deleted group's customers are on their way into it. */
    private boolean isRaw(final int group) {
        return !state.sweeps().isGroupBeingDeleted(group) && !state.sweeps().isFallback(group);
    }

    /** Who is in the group as look-ups show it, while deleted groups are being emptied. */
    private OrdinalSet membersOf(final int group) {
        final SlotTable table = state.table().get();
        final OrdinalSet members = table.isGroupDeleted(group) ? new OrdinalSet() : rawMembers(group).copy();
        state.sweeps().groupsBeingDeleted(deleted -> {
            final OrdinalSet waiting = rawMembers(deleted);
            for (int ordinal = waiting.next(0); ordinal >= 0; ordinal = waiting.next(ordinal + 1)) {
                if (table.customerGroup(deleted, subjects.rows().website(ordinal)) == group) {
                    members.add(ordinal);
                }
            }
        });
        return members;
    }

    @Override
    public List<NamedValue> product(final String key) {
        final int id = subjects.products().id(key);
        if (id == Products.MISSING || !Products.wrap(subjects.products().fields(id), buffer, fields)) {
            return null;
        }
        final List<NamedValue> values = new ArrayList<>();
        for (int i = 0; i < fields.count(); i++) {
            values.add(new NamedValue(productName(fields.id(i)), free(fields, i)));
        }
        return values;
    }

    private String productName(final int id) {
        return switch (id) {
            case FieldIds.PRODUCT_CATEGORY -> "categories";
            case FieldIds.PRODUCT_SKU -> "sku";
            case FieldIds.PRODUCT_PRICE -> "price";
            case FieldIds.PRODUCT_ON_SALE -> "onSale";
            default -> "attributes." + subjects.fieldIds().freeName(id);
        };
    }

    /** A value by its tag: numbers are decimals. */
    private Value free(final FieldsView of, final int index) {
        switch (of.tag(index)) {
            case FieldsView.NUMBER:
                return new Value.Decimal(of.number(index));
            case FieldsView.BOOL:
                return Value.of(of.number(index) != 0);
            case FieldsView.TEXT:
                return Value.of(of.text(index));
            default:
                return codes(of, index);
        }
    }

    private Value codes(final FieldsView of, final int index) {
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < of.codeCount(index); i++) {
            texts.add(subjects.setCodes().text(of.code(index, i)));
        }
        return Value.of(texts);
    }

    // ---- segments ----------------------------------------------------------------------------------------------

    @Override
    public List<SegmentStatus> segments() {
        final List<SegmentStatus> all = new ArrayList<>();
        for (final SegmentEntry entry : state.segments().all()) {
            all.add(status(entry));
        }
        return all;
    }

    @Override
    public SegmentStatus segment(final String key) {
        final SegmentEntry entry = state.segments().get(key);
        return entry == null ? null : status(entry);
    }

    private SegmentStatus status(final SegmentEntry entry) {
        return new SegmentStatus(entry.id(), entry.definition(), entry.version(), !entry.isUnderWay(),
            state.segments().builtFraction(entry),
            entry.shown() == null ? 0 : subjects.members().count(entry.shown().slot()));
    }

    private OrdinalSet liveMembers(final SegmentEntry entry) {
        return entry.shown() == null ? new OrdinalSet() : subjects.members().members(entry.shown().slot());
    }

    @Override
    public MembersExport members(final String segment) {
        final SegmentEntry entry = state.segments().get(segment);
        return entry == null ? null : new Export(liveMembers(entry).copy());
    }

    @Override
    public byte[] membersRoaring(final String segment) {
        final SegmentEntry entry = state.segments().get(segment);
        return entry == null ? null : liveMembers(entry).toBytes();
    }

    @Override
    public MembersExport subjects() {
        return new AllSubjects();
    }

    /** Every ordinal in turn: not those that were free when it began, nor those that were given anew since. */
    private final class AllSubjects implements MembersExport {
        private final OrdinalSet free = new OrdinalSet();
        private final int highWater = subjects.ordinals().highWater();
        private final long count = subjects.rows().rowCount();
        private final long erasures = subjects.erasures();
        private int next;

        AllSubjects() {
            for (final int ordinal : subjects.ordinals().snapshot()) {
                free.add(ordinal);
            }
        }

        @Override
        public long count() {
            return count;
        }

        @Override
        public boolean next(final int max, final MemberConsumer consumer) {
            for (int i = 0; i < max && next < highWater; i++, next++) {
                if (!free.contains(next) && subjects.rows().exists(next) && subjects.erasedAt(next) <= erasures) {
                    consumer.accept(next, key(next));
                }
            }
            return next < highWater;
        }
    }

    /** A copy of ordinals, read with the keys they have; one given to another subject since is left out. */
    private final class Export implements MembersExport {
        private final OrdinalSet members;
        private final long erasures = subjects.erasures();
        private int next;

        Export(final OrdinalSet members) {
            this.members = members;
        }

        @Override
        public long count() {
            return members.cardinality();
        }

        @Override
        public boolean next(final int max, final MemberConsumer consumer) {
            for (int i = 0; i < max; i++) {
                final int ordinal = members.next(next);
                if (ordinal < 0) {
                    return false;
                }
                next = ordinal + 1;
                if (subjects.rows().exists(ordinal) && subjects.erasedAt(ordinal) <= erasures) {
                    consumer.accept(ordinal, key(ordinal));
                }
            }
            return members.next(next) >= 0;
        }
    }

    private String key(final int ordinal) {
        subjects.rows().copyKey(ordinal, keyBuffer, 0);
        return keyBuffer.getStringWithoutLengthUtf8(0, subjects.rows().keyLength(ordinal));
    }

    @Override
    public Overlap overlap(final List<String> keys) throws Refusal {
        return whole(overlapInSteps(keys));
    }

    @Override
    public Query<Overlap> overlapInSteps(final List<String> keys) throws Refusal {
        final List<OrdinalSet> sets = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            final SegmentEntry entry = state.segments().get(keys.get(i));
            if (entry == null) {
                throw new Refusal(ResultCode.INVALID, "/segments/" + i, "unknown segment: key=" + keys.get(i));
            }
            final int before = keys.indexOf(keys.get(i));
            if (before < i) {
                throw new Refusal(ResultCode.INVALID, "/segments/" + i, "the segment is named twice: key="
                    + keys.get(i) + ", before=/segments/" + before);
            }
            sets.add(liveMembers(entry).copy());
        }
        return new OverlapQuery(List.copyOf(keys), sets, state.logPosition());
    }

    // ---- jobs --------------------------------------------------------------------------------------------------

    @Override
    public List<JobStatus> jobs() {
        final List<JobStatus> jobs = new ArrayList<>();
        state.sweeps().describe((job, kind, about, fraction) -> jobs.add(new JobStatus(job, kind, about, fraction)));
        state.segments().describe((job, key, fraction) -> jobs.add(new JobStatus(job, "BUILD", key, fraction)));
        for (final EngineState.ClockJob job : state.clockJobs()) {
            jobs.add(new JobStatus(job.job(), "CLOCK", Long.toString(job.target()), 0));
        }
        return jobs;
    }

    @Override
    public boolean isJobDone(final long job) {
        return !state.segments().hasJob(job) && !state.sweeps().hasJob(job)
            && state.clockJobs().stream().noneMatch(each -> each.job() == job);
    }

    // ---- subjects ----------------------------------------------------------------------------------------------

    private int ordinal(final String key) {
        return subjects.ordinal(key.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public SubjectExport subject(final String key) {
        return whole(subjectInSteps(key));
    }

    @Override
    public Query<SubjectExport> subjectInSteps(final String key) {
        final int ordinal = ordinal(key);
        return ordinal < 0 ? null : new SubjectQuery(key, ordinal);
    }

    @Override
    public SubjectExport profile(final String key) {
        final int ordinal = ordinal(key);
        return ordinal < 0 ? null : withoutRecords(key, ordinal);
    }

    @Override
    public Query<CustomersByEmail> customersByEmail() {
        final Attribute email = state.attributes().get("email");
        return email.type() == ValueType.STRING ? new EmailQuery(state, email) : null;
    }

    /** Copies the subject as it is now and reads its orders in steps. */
    private final class SubjectQuery implements Query<SubjectExport> {
        private final SubjectExport now;
        private final WorkMeter work = new WorkMeter();
        private final RecordCopy records;
        private final List<EntryExport> entries = new ArrayList<>();

        SubjectQuery(final String key, final int ordinal) {
            now = withoutRecords(key, ordinal);
            records = new RecordCopy(subjects.records(), ordinal, null, work);
        }

        @Override
        public SubjectExport step(final EngineView view) {
            final long until = work.units() + Limits.QUERY_WORK_MAX;
            while (entries.size() < records.entryCount()) {
                entries.add(entry(records.entry(entries.size()), work));
                if (work.units() >= until) {
                    return null;
                }
            }
            return new SubjectExport(now.key(), now.kind(), now.website(), now.group(), now.attributes(),
                now.consents(), now.aliases(), entries, now.position());
        }
    }

    private SubjectExport withoutRecords(final String key, final int ordinal) {
        final List<NamedValue> attributes = new ArrayList<>();
        final Map<String, Boolean> consents = new TreeMap<>();
        if (subjects.profiles().get(ordinal, buffer) > 0) {
            fields.wrap(buffer, 0);
            for (int i = 0; i < fields.count(); i++) {
                final String purpose = subjects.fieldIds().purpose(fields.id(i));
                if (purpose != null) {
                    consents.put(purpose, fields.number(i) != 0);
                    continue;
                }
                final Attribute attribute = state.attributes().get(fields.id(i));
                attributes.add(new NamedValue(attribute.key(), typed(attribute, i)));
            }
        }
        final RowStore rows = subjects.rows();
        final List<String> aliases = new ArrayList<>();
        for (int i = 0; i < subjects.aliases().count(ordinal); i++) {
            aliases.add(new String(rows.key(subjects.aliases().get(ordinal, i)), StandardCharsets.UTF_8));
        }
        return new SubjectExport(new String(rows.key(ordinal), StandardCharsets.UTF_8),
            SubjectKind.get((short)rows.kind(ordinal)), state.websites().get(rows.website(ordinal)).code(),
            state.table().get().customerGroup(rows.customerGroup(ordinal), rows.website(ordinal)), attributes,
            consents, aliases, List.of(), state.logPosition());
    }

    private Value typed(final Attribute attribute, final int index) {
        switch (attribute.type()) {
            case STRING:
                return Value.of(fields.text(index));
            case ENUM:
                return Value.of(subjects.setCodes().text((int)fields.number(index)));
            case ENUM_SET:
                return codes(fields, index);
            case BOOL:
                return Value.of(fields.number(index) != 0);
            case DECIMAL:
                return new Value.Decimal(fields.number(index));
            case INT:
                return Value.of(fields.number(index));
            case DOUBLE:
                return new Value.Floating(Operand.doubleOf(fields.number(index)));
            default:
                return Value.of(Operand.format(fields.number(index), attribute.type()));
        }
    }

    private EntryExport entry(final EntryView entry, final WorkMeter work) {
        final RecordView head = entry.head();
        work.recordRead(FIELD_WORK * head.fields().count());
        final List<NamedValue> of = recordFields(head.source(), head.fields());
        final List<LineExport> lines = new ArrayList<>();
        for (RecordView line = entry.nextLine(); line != null; line = entry.nextLine()) {
            work.recordRead(FIELD_WORK * line.fields().count());
            lines.add(new LineExport(line.t(), recordFields(line.source(), line.fields())));
        }
        final String id = head.source() == Source.EVENT ? subjects.fieldIds().nameText(head.eventName())
            : new String(entry.id(), StandardCharsets.UTF_8);
        return new EntryExport(head.source(), id, head.t(), of, lines);
    }

    private List<NamedValue> recordFields(final Source source, final FieldsView of) {
        final List<NamedValue> values = new ArrayList<>();
        for (int i = 0; i < of.count(); i++) {
            final String name = subjects.fieldIds().name(source, of.id(i));
            final Field field = RecordFields.named(source, name);
            values.add(new NamedValue(name, field != null && field.type() == ValueType.INT
                ? Value.of(of.number(i)) : free(of, i)));
        }
        return values;
    }

    @Override
    public SubjectSegments segmentsOf(final String key, final String website, final long readAtMs) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        final Website asked = website == null ? null : state.websites().get(website);
        reader.begin(readAtMs);
        try {
            buffer.wrap(bytes);
            final boolean isKnown = reader.lookup(buffer, 0, bytes.length, asked == null ? 0 : asked.id());
            final List<SegmentName> segments = new ArrayList<>();
            for (int i = 0; i < reader.count(); i++) {
                final int id = reader.segmentId(i);
                segments.add(new SegmentName(id, state.segments().key(id)));
            }
            final SubjectKind kind = isKnown
                ? SubjectKind.get((short)subjects.rows().kind(subjects.ordinal(bytes))) : SubjectKind.VISITOR;
            return new SubjectSegments(key, isKnown, kind, reader.customerGroup(), segments, reader.varyHash(),
                reader.epoch(), state.asOf(), reader.isStale());
        } finally {
            reader.end();
        }
    }

    @Override
    public Explanation explain(final String key, final String segment) {
        return whole(explainInSteps(key, segment));
    }

    @Override
    public Query<Explanation> explainInSteps(final String key, final String segment) {
        final int ordinal = ordinal(key);
        final SegmentEntry entry = state.segments().get(segment);
        return ordinal < 0 || entry == null ? null : new ExplainQuery(state, ordinal, key, entry);
    }

    /** Runs a query to its end. */
    private <T> T whole(final Query<T> query) {
        T answer = null;
        while (query != null && answer == null) {
            answer = query.step(this);
        }
        return answer;
    }

    @Override
    public Query<Preview> preview(final String definitionJson, final String segment, final int sampleMax)
        throws Refusal {
        final SegmentEntry compared = segment == null ? null : state.segments().get(segment);
        if (segment != null && compared == null) {
            throw new Refusal(ResultCode.INVALID, "/segment", "unknown segment: key=" + segment);
        }
        final SegmentDefinition definition =
            SegmentParser.parsePreview(segment == null ? "" : segment, definitionJson, state.definitions());
        state.definitions().checkReferences(definition);
        return new PreviewQuery(state,
            new Question(subjects, state.websites(), definition, state.segments()::liveDefinition), compared, sampleMax,
            this::key);
    }

    // ---- changes and counters ----------------------------------------------------------------------------------

    @Override
    public long changesFloor() {
        return state.changes().floor();
    }

    @Override
    public long changesNext() {
        return state.changes().next();
    }

    @Override
    public List<Change> changes(final long fromSeq, final int max) {
        final List<Change> changes = new ArrayList<>();
        state.changes().read(fromSeq, max, (seq, key, isGroup, target, segmentId, isEnter, effectiveAt, processedAt,
            cause, version) -> changes.add(new Change(seq, key,
                isGroup ? null : state.segments().key(segmentId), segmentId,
                isGroup ? target : -1, isEnter, effectiveAt, processedAt, cause, version)));
        return changes;
    }

    @Override
    public int applicationVersion() {
        return state.applicationVersion();
    }

    @Override
    public int applicationVersionKnown() {
        return state.versionKnown();
    }

    @Override
    public Map<String, Object> info() {
        final Map<String, Object> info = new LinkedHashMap<>();
        final WorkCounters counters = state.counters();
        info.put("subjects", subjects.rows().rowCount());
        info.put("segments", state.segments().size());
        info.put("attributes", state.attributes().all().size());
        info.put("products", subjects.products().size());
        info.put("orders", subjects.records().orderCount());
        info.put("measures", subjects.measures().ofSubject().size() + subjects.measures().ofRecords().size());
        info.put("changes", state.changes().next() - state.changes().floor());
        info.put("epoch", state.segments().epoch());
        info.put("rowBytes", subjects.rows().memoryBytes());
        info.put("columnBytes", subjects.members().memoryBytes());
        info.put("measureBytes", subjects.measures().columns().memoryBytes());
        info.put("storedBytes", state.bytes());
        info.put("storedBytesMax", state.bytesMax());
        info.put("applicationVersion", state.applicationVersion());
        info.put("profileBytes", subjects.profiles().bytes());
        info.put("orderBytes", subjects.records().bytes());
        info.put("predicatesVisited", counters.predicatesVisited());
        info.put("segmentsEvaluated", counters.segmentsEvaluated());
        info.put("recordsRead", counters.recordsRead());
        info.put("rowsWritten", counters.rowsWritten());
        info.put("slices", counters.slices());
        return info;
    }
}
