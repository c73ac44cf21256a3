package io.tagma.engine;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.DefinitionParser;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.AttributeSpec;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.GroupSpec;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteSpec;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.segment.References;
import io.tagma.engine.segment.SegmentEntry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Applies commands that define attributes, websites, groups and segments. Engine's thread. */
final class Definitions implements Catalog {
    private static final int ANY_VERSION = -1;
    /** Segments named in a refusal. */
    private static final int NAMES_MAX = 10;

    private final EngineState state;
    private boolean isRestoring;

    Definitions(final EngineState state) {
        this.state = state;
    }

    // ---- what a condition is checked against -------------------------------------------------------------------

    @Override
    public Attribute attribute(final String key) {
        return state.attributes().get(key);
    }

    @Override
    public Website website(final String code) {
        return state.websites().get(code);
    }

    @Override
    public Website website(final int id) {
        return state.websites().get(id);
    }

    @Override
    public CustomerGroup group(final String code) {
        return state.groups().get(code);
    }

    @Override
    public CustomerGroup group(final int id) {
        return state.groups().get(id);
    }

    /** While a snapshot is read, a definition may name segments that come later, or that were deleted by force. */
    @Override
    public boolean hasSegment(final String key) {
        return isRestoring || state.segments().get(key) != null;
    }

    /** A definition that was accepted before the snapshot. */
    SegmentDefinition restored(final String key, final String json) {
        isRestoring = true;
        try {
            return SegmentParser.parse(key, json, this);
        } catch (final Refusal refusal) {
            throw new IllegalStateException("a segment of the snapshot is refused: key=" + key + ", pointer="
                + refusal.pointer() + ", detail=" + refusal.getMessage(), refusal);
        } finally {
            isRestoring = false;
        }
    }

    // ---- commands ----------------------------------------------------------------------------------------------

    CommandResult put(final DefinitionKind kind, final String key, final int expectedVersion, final String json,
                      final boolean force) throws Refusal {
        switch (kind) {
            case ATTRIBUTE:
                return putAttribute(key, expectedVersion, json);
            case WEBSITE:
                return putWebsite(key, expectedVersion, json);
            case GROUP:
                return putGroup(key, expectedVersion, json);
            case SEGMENT:
                return putSegment(key, expectedVersion, json, force);
            default:
                return CommandResult.refused(ResultCode.MALFORMED, "", "no kind of definition: kind=" + kind);
        }
    }

    CommandResult delete(final DefinitionKind kind, final String key, final int expectedVersion,
                         final boolean force) throws Refusal {
        switch (kind) {
            case GROUP:
                return deleteGroup(key, expectedVersion);
            case SEGMENT:
                return deleteSegment(key, expectedVersion, force);
            default:
                return CommandResult.refused(ResultCode.UNSUPPORTED, "",
                    "cannot be deleted: kind=" + kind + ", key=" + key);
        }
    }

    private static void checkVersion(final int expected, final int actual) throws Refusal {
        if (expected != ANY_VERSION && expected != actual) {
            throw new Refusal(ResultCode.PRECONDITION_FAILED, "",
                "the definition has another version: expected=" + expected + ", version=" + actual);
        }
    }

    private static void checkRoom(final boolean isNew, final int size, final int max, final String what)
        throws Refusal {
        if (isNew && size >= max) {
            throw new Refusal(ResultCode.LIMIT, "", "too many " + what + ": max=" + max);
        }
    }

    private CommandResult putAttribute(final String key, final int expectedVersion, final String json)
        throws Refusal {
        final AttributeSpec spec = DefinitionParser.attribute(json);
        final Attribute known = state.attributes().get(key);
        if (known != null && spec.type() != null && spec.type() != known.type()) {
            checkVersion(expectedVersion, state.attributes().version(known.id()));
            final Collection<String> users = segmentsUsing(node -> node instanceof Condition.AttributeTest test
                && test.attribute().id() == known.id());
            if (!users.isEmpty()) {
                throw new Refusal(ResultCode.CONFLICT, "/type", "the type cannot change while segments use the "
                    + "attribute: key=" + key + ", type=" + known.type() + ", segments=" + names(users));
            }
        }
        final boolean isUsed = known != null && state.subjects().attributeUse().valueCount(known.id()) > 0;
        final Attribute attribute = state.attributes().put(key, spec, expectedVersion, isUsed);
        return CommandResult.ok(attribute.id(), 0, state.attributes().version(attribute.id()));
    }

    private CommandResult putWebsite(final String code, final int expectedVersion, final String json)
        throws Refusal {
        final Website known = state.websites().get(code);
        checkRoom(known == null, state.websites().all().size(), Limits.WEBSITES_MAX, "websites");
        final WebsiteSpec spec = DefinitionParser.website(json);
        final Website website = state.websites().put(code, spec, expectedVersion, state.groups());
        long job = 0;
        if (known != null && !known.zone().equals(website.zone())) {
            job = state.newJob();
            state.sweeps().zone(job, website.id(), known.zone());
        }
        if (known == null) {
            state.segments().websiteAdded(website.id());
        }
        state.segments().publish();
        return CommandResult.ok(website.id(), job, website.version());
    }

    private CommandResult putGroup(final String key, final int expectedVersion, final String json) throws Refusal {
        final GroupSpec spec = DefinitionParser.group(json);
        final Integer id = key.isEmpty() ? spec.id() : (Integer)groupId(key);
        final boolean isNew = id == null || state.groups().get(id) == null;
        checkRoom(isNew, state.groups().all().size(), Limits.GROUPS_MAX, "groups");
        if (isNew && id != null && state.sweeps().isGroupBeingDeleted(id)) {
            throw new Refusal(ResultCode.CONFLICT, "/id", "the group is being deleted: id=" + id);
        }
        final CustomerGroup group = key.isEmpty()
            ? state.groups().create(spec, state.websites(), state.sweeps()::isGroupBeingDeleted)
            : state.groups().put(id, spec, expectedVersion, state.websites());
        return CommandResult.ok(group.id(), 0, group.version());
    }

    private static int groupId(final String text) throws Refusal {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException notANumber) {
            throw new Refusal(ResultCode.NOT_FOUND, "", "no group: id=" + text);
        }
    }

    private CommandResult deleteGroup(final String key, final int expectedVersion) throws Refusal {
        final int id = groupId(key);
        final CustomerGroup group = state.groups().checkDelete(id, expectedVersion, state.websites());
        final Collection<String> users =
            segmentsUsing(node -> node instanceof Condition.GroupTest test && names(test, id));
        if (!users.isEmpty()) {
            throw new Refusal(ResultCode.CONFLICT, "", "segments use the group: " + names(users));
        }
        state.groups().delete(id, expectedVersion, state.websites());
        long job = 0;
        if (state.subjects().groupMembers(id) != null || state.sweeps().isFallback(id)) {
            job = state.newJob();
            state.sweeps().groupDeleted(job, id);
        }
        return CommandResult.ok(id, job, group.version());
    }

    private static boolean names(final Condition.GroupTest test, final int group) {
        return test.test().operand() instanceof Operand.Number number ? number.value() == group
            : test.test().operand() instanceof Operand.Numbers numbers && numbers.values().contains((long)group);
    }

    private CommandResult putSegment(final String key, final int expectedVersion, final String json,
                                     final boolean force) throws Refusal {
        final SegmentEntry known = state.segments().get(key);
        checkVersion(expectedVersion, known == null ? 0 : known.version());
        checkRoom(known == null, state.segments().size(), state.segmentsMax(), "segments");
        final SegmentDefinition definition = SegmentParser.parse(key, json, this);
        checkReferences(definition);
        if (known != null && !force && known.definition().status() == Status.ACTIVE
            && definition.status() != Status.ACTIVE) {
            checkNotReferredTo(key, "/status");
        }
        checkSlots();
        final long job = state.newJob();
        final boolean isJobNeeded = state.segments().define(definition, job);
        final SegmentEntry entry = state.segments().get(key);
        return CommandResult.ok(entry.id(), isJobNeeded ? job : 0, entry.version());
    }

    private void checkSlots() throws Refusal {
        if (!state.segments().hasFreeSlots()) {
            throw new Refusal(ResultCode.BUSY, "", "too many versions of segments are being cleaned up: try again");
        }
    }

    /** Refuses a definition by which segments would refer in a circle, too deep, or too many to one. */
    void checkReferences(final SegmentDefinition definition) throws Refusal {
        final References references = state.segments().references();
        final String key = definition.key();
        for (final Map.Entry<String, String> reference : definition.references().entrySet()) {
            final List<String> back = references.wayBack(reference.getKey(), key);
            if (!back.isEmpty()) {
                throw new Refusal(ResultCode.INVALID, reference.getValue(),
                    "the segment would refer to itself: " + key + " -> " + String.join(" -> ", back));
            }
        }
        if (definition.references().isEmpty()) {
            return;
        }
        final String first = definition.references().values().iterator().next();
        final int depth = references.depth(definition);
        if (depth > References.DEPTH_MAX) {
            throw new Refusal(ResultCode.LIMIT, first,
                "too long a chain of segments that refer to each other: length=" + depth + ", max="
                    + References.DEPTH_MAX);
        }
        final String overloaded = references.overloaded(definition);
        if (overloaded != null) {
            throw new Refusal(ResultCode.LIMIT, first, "too many segments would depend on one: segment=" + overloaded
                + ", max=" + References.DEPENDENTS_MAX);
        }
    }

    private void checkNotReferredTo(final String key, final String pointer) throws Refusal {
        final Collection<String> users = state.segments().references().referringTo(key);
        if (!users.isEmpty()) {
            throw new Refusal(ResultCode.CONFLICT, pointer,
                "segments refer to it, and it is not forced: key=" + key + ", segments=" + names(users));
        }
    }

    private CommandResult deleteSegment(final String key, final int expectedVersion, final boolean force)
        throws Refusal {
        final SegmentEntry entry = state.segments().get(key);
        if (entry == null) {
            throw new Refusal(ResultCode.NOT_FOUND, "", "no segment: key=" + key);
        }
        checkVersion(expectedVersion, entry.version());
        if (!force) {
            checkNotReferredTo(key, "");
        } else if (!state.segments().references().referringTo(key).isEmpty()) {
            checkSlots();
        }
        final long job = state.newJob();
        final boolean isJobNeeded = state.segments().delete(entry, job);
        return CommandResult.ok(entry.id(), isJobNeeded ? job : 0, entry.version());
    }

    /** Keys of segments with a node of the kind, also in a version that is replaced but not gone yet. */
    private Collection<String> segmentsUsing(final Predicate<Condition> kind) {
        return state.segments().keys(definition -> uses(definition.condition(), kind));
    }

    private static String names(final Collection<String> keys) {
        return keys.size() <= NAMES_MAX ? keys.toString()
            : keys.stream().limit(NAMES_MAX).toList() + " and " + (keys.size() - NAMES_MAX) + " more";
    }

    private static boolean uses(final Condition node, final Predicate<Condition> kind) {
        final List<Condition> children = node.children();
        if (children == null) {
            return kind.test(node);
        }
        for (final Condition child : children) {
            if (uses(child, kind)) {
                return true;
            }
        }
        return false;
    }
}
