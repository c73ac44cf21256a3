package io.tagma.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineView;
import io.tagma.engine.Query;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Definitions and subjects in maps, by the rules of the seams; it evaluates nothing. One thread at a time. */
final class StubEngine implements EngineView {
    final List<Command> applied = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    final Map<Long, JobStatus> jobs = new TreeMap<>();
    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    private final Map<Integer, Website> websites = new TreeMap<>();
    private final Map<Integer, CustomerGroup> groups = new TreeMap<>();
    private final Map<String, SegmentStatus> segments = new LinkedHashMap<>();
    private final Map<String, SubjectExport> subjects = new LinkedHashMap<>();
    private final Map<String, List<NamedValue>> products = new TreeMap<>();
    long floor = 1;
    long now = 1_000_000;
    boolean isManual = true;
    int applicationVersion = 1;
    boolean isBuilding;
    private long position;
    private int nextSegment = 1;
    private long nextJob = 1;

    StubEngine() {
        websites.put(1, new Website(1, "base", ZoneId.of("UTC"), "EUR", 1, 1));
        for (final String code : List.of("NOT LOGGED IN", "General", "Wholesale", "Retailer")) {
            groups.put(groups.size(), new CustomerGroup(groups.size(), code, 3, List.of(), true, 1));
        }
        attributes.put("email", new Attribute(0, "email", ValueType.STRING, true, false, false));
        attributes.put("rewardPoints", new Attribute(1, "rewardPoints", ValueType.INT, false, false, false));
    }

    // ---- commands

    CommandResult apply(final Command command) {
        position += 64;
        if (command instanceof Command.PutDefinition put) {
            return put(put);
        } else if (command instanceof Command.DeleteDefinition delete) {
            return delete(delete);
        } else if (command instanceof Command.ClockAdvance advance) {
            if (advance.now() < now) {
                return CommandResult.refused(ResultCode.CONFLICT, "/now", "time never goes backwards");
            }
            now = advance.now();
            return CommandResult.OK;
        } else if (command instanceof Command.SetApplicationVersion raise) {
            if (raise.version() < applicationVersion) {
                return CommandResult.refused(ResultCode.CONFLICT, "/version", "only rises");
            }
            applicationVersion = raise.version();
            return CommandResult.OK;
        } else if (command instanceof Command.SubjectUpsert subject) {
            for (final NamedValue value : subject.attributes()) {
                if (!attributes.containsKey(value.name())) {
                    return CommandResult.refused(ResultCode.NOT_FOUND, value.name(), "undeclared attribute");
                }
            }
            subjects.put(subject.key(), new SubjectExport(subject.key(),
                subject.kind() == null ? SubjectKind.CUSTOMER : subject.kind(),
                subject.website() == null ? "base" : subject.website(), subject.group() == null ? 1 : subject.group(),
                subject.attributes(), Map.of(), List.of(), List.of(), position));
        } else if (command instanceof Command.OrderUpsert order) {
            final SubjectExport subject = subjects.get(order.key());
            if (subject == null) {
                return CommandResult.refused(ResultCode.NOT_FOUND, "", "no such subject");
            }
            subjects.put(order.key(), new SubjectExport(subject.key(), subject.kind(), subject.website(),
                subject.group(), subject.attributes(), Map.of(), List.of(), List.of(new EntryExport(Source.ORDER,
                    order.orderId(), now, order.fields(),
                    order.items().stream().map(item -> new LineExport(now, item.fields())).toList())), position));
        } else if (command instanceof Command.SubjectDelete delete) {
            subjects.remove(delete.key());
        } else if (command instanceof Command.ProductUpsert product) {
            products.put(product.product(), product.fields());
            applied.add(command);
            return CommandResult.ok(0, startJob("product", product.product()), 0);
        }
        applied.add(command);
        return CommandResult.OK;
    }

    private CommandResult put(final Command.PutDefinition put) {
        final JsonNode json = Json.tree(put.json());
        final int version = version(put.kind(), put.key());
        if (put.expectedVersion() != -1 && put.expectedVersion() != version) {
            return CommandResult.refused(ResultCode.PRECONDITION_FAILED, "", "another version");
        }
        switch (put.kind()) {
            case GROUP:
                return putGroup(put, json, version);
            case ATTRIBUTE:
                return putAttribute(put, json);
            case WEBSITE:
                if (version == 0 && !json.has("id")) {
                    return CommandResult.refused(ResultCode.INVALID, "/id", "required");
                }
                final int id = json.path("id").asInt(1);
                websites.put(id, new Website(id, put.key(), ZoneId.of(json.path("zone").asText("UTC")),
                    json.path("currency").asText("EUR"), json.path("defaultGroupId").asInt(1), version + 1));
                return CommandResult.ok(id, 0, version + 1);
            default:
                return putSegment(put, json, version);
        }
    }

    private CommandResult putGroup(final Command.PutDefinition put, final JsonNode json, final int version) {
        final int id = put.key().isEmpty() ? groups.size() : Integer.parseInt(put.key());
        if (json.get("code").textValue().length() > 32) {
            return CommandResult.refused(ResultCode.INVALID, "/code", "longer than 32 code points");
        }
        for (final CustomerGroup group : groups.values()) {
            if (group.id() != id && group.code().equalsIgnoreCase(json.get("code").textValue())) {
                return CommandResult.refused(ResultCode.CONFLICT, "/code", "the code is in use");
            }
        }
        final List<String> excluded = new ArrayList<>();
        json.path("excludedWebsites").forEach(code -> excluded.add(code.textValue()));
        groups.put(id, new CustomerGroup(id, json.get("code").textValue(), json.path("taxClassId").asInt(3), excluded,
            false, version + 1));
        return CommandResult.ok(id, 0, version + 1);
    }

    private CommandResult putAttribute(final Command.PutDefinition put, final JsonNode json) {
        final ValueType type;
        try {
            type = ValueType.valueOf(json.get("type").textValue());
        } catch (final IllegalArgumentException unknown) {
            return CommandResult.refused(ResultCode.INVALID, "/type", "unknown type");
        }
        final Attribute present = attributes.get(put.key());
        if (present != null && present.type() != type) {
            return CommandResult.refused(ResultCode.CONFLICT, "/type", "in use");
        }
        attributes.putIfAbsent(put.key(), new Attribute(attributes.size(), put.key(), type,
            json.path("pii").asBoolean(), json.path("sensitive").asBoolean(),
            json.path("visitorAllowed").asBoolean()));
        return CommandResult.ok(attributes.get(put.key()).id(), 0, 1);
    }

    private CommandResult putSegment(final Command.PutDefinition put, final JsonNode json, final int version) {
        try {
            check(json.get("condition"));
        } catch (final Refusal refusal) {
            return CommandResult.refused(refusal.code(), refusal.pointer(), refusal.getMessage());
        }
        final SegmentStatus present = segments.get(put.key());
        final int id = present == null ? nextSegment++ : present.id();
        final ObjectNode canonical = Json.object();
        canonical.put("key", put.key());
        json.properties().forEach(member -> canonical.set(member.getKey(), member.getValue()));
        final SegmentDefinition definition = new SegmentDefinition(put.key(), json.path("name").asText(null), null,
            SegmentDefinition.Status.valueOf(json.path("status").asText("ACTIVE")), List.of(), false,
            SegmentDefinition.ApplyTo.BOTH, null, null, null, true, false, null, List.of(),
            new Condition.All(List.of()), Json.text(canonical));
        segments.put(put.key(), new SegmentStatus(id, definition, version + 1, !isBuilding, isBuilding ? 0.25 : 1,
            isBuilding ? 0 : subjects.size()));
        final long job = isBuilding ? startJob("segment", put.key()) : 0;
        return CommandResult.ok(id, job, version + 1);
    }

    /** Refuses what the tests need refused. */
    private static void check(final JsonNode condition) throws Refusal {
        if (condition == null || condition.isNull()) {
            throw new Refusal(ResultCode.INVALID, "/condition", "everyone is meant: say confirmAll");
        }
        final Iterator<String> names = condition.fieldNames();
        final String first = names.hasNext() ? names.next() : "";
        if (first.equals("all")) {
            for (int i = 0; i < condition.get("all").size(); i++) {
                if (!condition.get("all").get(i).has("attr")) {
                    throw new Refusal(ResultCode.INVALID, "/condition/all/" + i, "unknown node");
                }
            }
        } else if (first.equals("exists")) {
            throw new Refusal(ResultCode.UNSUPPORTED, "/condition/exists", "exists");
        } else if (!first.equals("attr")) {
            throw new Refusal(ResultCode.INVALID, "/condition", "unknown node");
        }
    }

    private CommandResult delete(final Command.DeleteDefinition delete) {
        if (delete.expectedVersion() != -1 && delete.expectedVersion() != version(delete.kind(), delete.key())) {
            return CommandResult.refused(ResultCode.PRECONDITION_FAILED, "", "another version");
        }
        if (delete.kind() == DefinitionKind.GROUP) {
            final int id = Integer.parseInt(delete.key());
            if (groups.get(id).system()) {
                return CommandResult.refused(ResultCode.CONFLICT, "", "a system group stays");
            }
            groups.remove(id);
            return CommandResult.OK;
        }
        for (final SegmentStatus segment : segments.values()) {
            if (!delete.force() && segment.definition().json().contains("\"v\":\"" + delete.key() + "\"")) {
                return CommandResult.refused(ResultCode.CONFLICT, "", "in use by " + segment.definition().key());
            }
        }
        segments.remove(delete.key());
        return CommandResult.OK;
    }

    private int version(final DefinitionKind kind, final String key) {
        switch (kind) {
            case GROUP:
                return key.isEmpty() || !groups.containsKey(Integer.parseInt(key)) ? 0
                    : groups.get(Integer.parseInt(key)).version();
            case ATTRIBUTE:
                return attributes.containsKey(key) ? 1 : 0;
            case WEBSITE:
                return websites.values().stream().filter(website -> website.code().equals(key))
                    .mapToInt(Website::version).findFirst().orElse(0);
            default:
                return segments.containsKey(key) ? segments.get(key).version() : 0;
        }
    }

    private long startJob(final String kind, final String of) {
        final long job = nextJob++;
        jobs.put(job, new JobStatus(job, kind, of, 0.25));
        return job;
    }

    void finishJobs() {
        jobs.clear();
        segments.replaceAll((key, segment) -> new SegmentStatus(segment.id(), segment.definition(), segment.version(),
            true, 1, subjects.size()));
    }

    void change(final String subject, final String segment, final boolean isEnter) {
        final long seq = floor + changes.size();
        changes.add(new Change(seq, subject, segment, segment == null ? 0 : 9, segment == null ? 2 : -1, isEnter, now,
            now, segment == null ? Cause.ASSIGN : Cause.EVENT, 1));
    }

    // ---- questions

    @Override
    public long now() {
        return now;
    }

    @Override
    public long asOf() {
        return now;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public boolean isBegun() {
        return true;
    }

    @Override
    public int applicationVersion() {
        return applicationVersion;
    }

    @Override
    public int applicationVersionKnown() {
        return 2;
    }

    @Override
    public boolean isManualClock() {
        return isManual;
    }

    @Override
    public List<Attribute> attributes() {
        return List.copyOf(attributes.values());
    }

    @Override
    public List<Website> websites() {
        return List.copyOf(websites.values());
    }

    @Override
    public List<CustomerGroup> groups() {
        return List.copyOf(groups.values());
    }

    @Override
    public long groupCount(final int group) {
        return subjects.values().stream().filter(subject -> subject.group() == group).count();
    }

    @Override
    public MembersExport groupMembers(final int group) {
        return export(subjects.values().stream().filter(subject -> subject.group() == group)
            .map(SubjectExport::key).toList());
    }

    @Override
    public List<NamedValue> product(final String key) {
        return products.get(key);
    }

    @Override
    public List<SegmentStatus> segments() {
        return List.copyOf(segments.values());
    }

    @Override
    public SegmentStatus segment(final String key) {
        return segments.get(key);
    }

    @Override
    public MembersExport members(final String segment) {
        return segments.containsKey(segment) ? subjects() : null;
    }

    @Override
    public byte[] membersRoaring(final String segment) {
        return segments.containsKey(segment) ? new byte[] {1, 2, 3} : null;
    }

    @Override
    public MembersExport subjects() {
        return export(List.copyOf(subjects.keySet()));
    }

    private static MembersExport export(final List<String> keys) {
        return new MembersExport() {
            private int next;

            @Override
            public long count() {
                return keys.size();
            }

            @Override
            public boolean next(final int max, final MemberConsumer consumer) {
                final int end = Math.min(keys.size(), next + max);
                for (; next < end; next++) {
                    consumer.accept(next, keys.get(next));
                }
                return next < keys.size();
            }
        };
    }

    @Override
    public List<JobStatus> jobs() {
        return List.copyOf(jobs.values());
    }

    @Override
    public boolean isJobDone(final long job) {
        return !jobs.containsKey(job);
    }

    @Override
    public SubjectExport subject(final String key) {
        return subjects.get(key);
    }

    @Override
    public SubjectExport profile(final String key) {
        return subjects.get(key);
    }

    @Override
    public Query<CustomersByEmail> customersByEmail() {
        throw new UnsupportedOperationException("asked of a real engine only");
    }

    @Override
    public SubjectSegments segmentsOf(final String key, final String website, final long readAtMs) {
        final SubjectExport subject = subjects.get(key);
        return new SubjectSegments(key, subject != null, subject == null ? SubjectKind.VISITOR : subject.kind(),
            subject == null ? 0 : subject.group(), segments.values().stream().map(segment ->
            new SegmentName(segment.id(), segment.definition().key())).toList(), -2, 4, now, readAtMs > now);
    }

    @Override
    public Query<SubjectExport> subjectInSteps(final String key) {
        final SubjectExport subject = subjects.get(key);
        final int[] steps = {0};
        return subject == null ? null : view -> ++steps[0] < 3 ? null : subject;
    }

    @Override
    public Query<Explanation> explainInSteps(final String key, final String segment) {
        final Explanation explanation = explain(key, segment);
        final int[] steps = {0};
        return explanation == null ? null : view -> ++steps[0] < 3 ? null : explanation;
    }

    @Override
    public Explanation explain(final String key, final String segment) {
        if (!subjects.containsKey(key) || !segments.containsKey(segment)) {
            return null;
        }
        return new Explanation(key, segment, 1, true, "in the segment: has an e-mail", null,
            List.of(new Node("the segment is active", null, true, "ACTIVE", null, "the segment is active", List.of())),
            new Node("all", null, true, null, null, "all of", List.of(new Node("email is set",
                "{\"attr\":\"email\",\"op\":\"isSet\"}", true, "a@b.c", now + 1000, "has an e-mail", List.of()))),
            now + 86_400_000 * 3 + 3_600_000 * 4, "UTC", now, position);
    }

    @Override
    public Query<Preview> preview(final String definitionJson, final String segment, final int sampleMax)
        throws Refusal {
        check(Json.tree(definitionJson).get("condition"));
        final int[] steps = {0};
        final Sampled part = segment == null ? null : new Sampled(1, List.of(segment));
        return view -> ++steps[0] < 3 ? null : new Preview(subjects.size(), subjects.keySet().stream()
            .limit(sampleMax).toList(), part, part, segment == null ? 0 : 7, position);
    }

    @Override
    public Overlap overlap(final List<String> keys) throws Refusal {
        for (int i = 0; i < keys.size(); i++) {
            if (!segments.containsKey(keys.get(i))) {
                throw new Refusal(ResultCode.NOT_FOUND, "/segments/" + i, "no such segment");
            }
        }
        return new Overlap(keys, keys.stream().map(key -> 2L).toList(),
            List.of(new Pair(keys.get(0), keys.get(keys.size() - 1), 1, 3, 1.0 / 3)), 3, 1, position);
    }

    @Override
    public Query<Overlap> overlapInSteps(final List<String> keys) throws Refusal {
        final Overlap overlap = overlap(keys);
        final int[] steps = {0};
        return view -> ++steps[0] < 3 ? null : overlap;
    }

    @Override
    public long changesFloor() {
        return floor;
    }

    @Override
    public long changesNext() {
        return floor + changes.size();
    }

    @Override
    public List<Change> changes(final long fromSeq, final int max) {
        final int from = (int) (fromSeq - floor);
        return List.copyOf(changes.subList(from, Math.min(changes.size(), from + max)));
    }

    @Override
    public Map<String, Object> info() {
        final Map<String, Object> info = new LinkedHashMap<>();
        info.put("subjects", subjects.size());
        info.put("segmentCount", segments.size());
        info.put("memory", Map.of("rowsBytes", 4096));
        info.put("log", "memory");
        return info;
    }
}
