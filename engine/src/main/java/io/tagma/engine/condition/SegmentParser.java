package io.tagma.engine.condition;

import io.tagma.engine.condition.SegmentDefinition.ApplyTo;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads definitions of segments (DOMAIN: segments) and checks them wholly against a catalogue. The first fault is
 * refused with a JSON Pointer to it. Stateless; on the thread that owns the catalogue.
 */
public final class SegmentParser {
    private static final int KEY_LENGTH_MAX = 64;

    private SegmentParser() {
    }

    /** The definition of the segment with that key. Cycles over more than one segment are the caller's to find. */
    public static SegmentDefinition parse(final String pathKey, final String json, final Catalog catalog)
        throws Refusal {
        if (!isKey(pathKey)) {
            throw Faults.invalid("/key", "a segment's key is 1 to 64 of a-z 0-9 . _ - and begins with a letter or "
                + "digit: key=" + Faults.clip(pathKey));
        }
        final Members members = Members.of(JsonTree.read(json), "", "a segment");
        for (final String given : List.of("id", "version")) {
            if (members.names().contains(given)) {
                throw Faults.invalid(members.at(given), given + " is given by the server");
            }
        }
        members.allow("key", "name", "description", "status", "websites", "eventScope", "applyTo", "purpose",
            "validFrom", "validTo", "cacheRelevant", "confirmAll", "owner", "tags", "condition");
        final String key = members.text("key", pathKey);
        if (!key.equals(pathKey)) {
            throw Faults.invalid("/key", "the key is not the one of the path: key=" + Faults.clip(key) + ", path="
                + pathKey);
        }
        return read(members, key, false, catalog);
    }

    /**
     * An unsaved definition, {@code {condition, applyTo, websites, eventScope, purpose, confirmAll}}, of the segment
     * with that key; of a new one where it is empty. Everyone needs no confirmation: nothing is stored.
     */
    public static SegmentDefinition parsePreview(final String key, final String json, final Catalog catalog)
        throws Refusal {
        final Members members = Members.of(JsonTree.read(json), "", "a preview");
        members.allow("condition", "applyTo", "websites", "eventScope", "purpose", "confirmAll");
        return read(members, key, true, catalog);
    }

    /** Whether the text can be a segment's key. */
    public static boolean isKey(final String text) {
        if (text.isEmpty() || text.length() > KEY_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            final boolean isAlphanumeric = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!isAlphanumeric && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return true;
    }

    private static SegmentDefinition read(final Members members, final String key, final boolean isPreview,
                                          final Catalog catalog) throws Refusal {
        final String purpose = members.text("purpose", null);
        if (purpose != null && purpose.isEmpty()) {
            throw Faults.invalid("/purpose", "a purpose has a name; leave it out where there is none");
        }
        final boolean confirmAll = members.bool("confirmAll", false);
        final SegmentDefinition definition = new SegmentDefinition(
            key,
            members.text("name", key),
            members.text("description", ""),
            choice(members, "status", Status.ACTIVE),
            websites(members, catalog),
            choice(members, "eventScope", EventScope.GLOBAL) == EventScope.WEBSITE,
            choice(members, "applyTo", ApplyTo.BOTH),
            purpose,
            instant(members, "validFrom"),
            instant(members, "validTo"),
            members.bool("cacheRelevant", true),
            confirmAll,
            members.text("owner", ""),
            orEmpty(members.texts("tags")),
            condition(members, confirmAll || isPreview, key, catalog),
            "");
        return withJson(definition, catalog);
    }

    private enum EventScope {
        GLOBAL,
        WEBSITE
    }

    private static <T extends Enum<T>> T choice(final Members members, final String name, final T otherwise)
        throws Refusal {
        final String text = members.text(name, otherwise.name());
        final List<String> known = new ArrayList<>();
        for (final T constant : otherwise.getDeclaringClass().getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
            known.add(constant.name());
        }
        throw Faults.invalid(members.at(name), "unknown " + name + ": " + name + "=" + Faults.clip(text)
            + ", allowed=" + String.join(" ", known) + Spelling.hint(text, known));
    }

    private static List<Integer> websites(final Members members, final Catalog catalog) throws Refusal {
        final List<Json> elements = members.array("websites");
        if (elements == null) {
            return List.of();
        }
        final TreeSet<Integer> ids = new TreeSet<>();
        for (int i = 0; i < elements.size(); i++) {
            ids.add(CatalogNames.website(catalog, elements.get(i), Faults.below(members.at("websites"), i)));
        }
        return List.copyOf(ids);
    }

    private static Long instant(final Members members, final String name) throws Refusal {
        final Json json = members.get(name);
        return json == null ? null : (Long) Literals.instant(json, members.at(name));
    }

    private static List<String> orEmpty(final List<String> texts) {
        return texts == null ? List.of() : texts;
    }

    private static Condition condition(final Members members, final boolean isEveryoneMeant, final String key,
                                       final Catalog catalog) throws Refusal {
        final Json json = members.get("condition");
        final Condition condition = json == null ? new Condition.All(List.of())
            : new ConditionReader(catalog, key).node(json, "/condition", 1);
        if (!isEveryoneMeant && condition instanceof Condition.All all && all.children().isEmpty()) {
            throw Faults.invalid("/condition", "a condition that is absent, null or {\"all\":[]} means everyone: say "
                + "so by confirmAll=true");
        }
        return condition;
    }

    /** The canonical form obeys the same limit, so that it can always be read again. */
    private static SegmentDefinition withJson(final SegmentDefinition d, final Catalog catalog) throws Refusal {
        final String json = CanonicalJson.of(d, catalog);
        if (JsonTree.isLonger(json, JsonTree.LENGTH_MAX)) {
            throw new Refusal(ResultCode.TOO_LARGE, "", "the definition is too large in its canonical form: max="
                + JsonTree.LENGTH_MAX + " bytes");
        }
        return new SegmentDefinition(d.key(), d.name(), d.description(), d.status(), d.websites(), d.websiteScope(),
            d.applyTo(), d.purpose(), d.validFrom(), d.validTo(), d.cacheRelevant(), d.confirmAll(), d.owner(),
            d.tags(), d.condition(), json);
    }
}
