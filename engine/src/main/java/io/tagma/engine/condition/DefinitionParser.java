package io.tagma.engine.condition;

import io.tagma.engine.model.AttributeSpec;
import io.tagma.engine.model.GroupSpec;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.WebsiteSpec;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads definitions of attributes, websites and groups. Checks shape and types; what depends on other definitions is
 * checked by the tables. Unknown members are refused. Stateless.
 */
public final class DefinitionParser {
    private static final int ID_MAX = 65_535;

    private DefinitionParser() {
    }

    /** {@code {key?, type, pii?, sensitive?, visitorAllowed?}}. */
    public static AttributeSpec attribute(final String json) throws Refusal {
        final Members members = Members.of(JsonTree.read(json), "", "an attribute");
        members.allow("key", "type", "pii", "sensitive", "visitorAllowed");
        return new AttributeSpec(members.text("key", null), type(members), members.bool("pii"),
            members.bool("sensitive"), members.bool("visitorAllowed"));
    }

    /** {@code {id?, code?, zone?, currency?, defaultGroupId?}}. */
    public static WebsiteSpec website(final String json) throws Refusal {
        final Members members = Members.of(JsonTree.read(json), "", "a website");
        members.allow("id", "code", "zone", "currency", "defaultGroupId");
        return new WebsiteSpec(members.whole("id", 1, ID_MAX), members.text("code", null), zone(members),
            members.text("currency", null), members.whole("defaultGroupId", 0, ID_MAX));
    }

    /** {@code {id?, code?, taxClassId?, excludedWebsites?, system?}}. */
    public static GroupSpec group(final String json) throws Refusal {
        final Members members = Members.of(JsonTree.read(json), "", "a group");
        members.allow("id", "code", "taxClassId", "excludedWebsites", "system");
        return new GroupSpec(members.whole("id", 0, ID_MAX), members.text("code", null),
            members.whole("taxClassId", 0, ID_MAX), members.texts("excludedWebsites"), members.bool("system"));
    }

    private static ValueType type(final Members members) throws Refusal {
        final String text = members.text("type", null);
        if (text == null) {
            return null;
        }
        final List<String> known = new ArrayList<>();
        for (final ValueType type : ValueType.values()) {
            if (type != ValueType.KEY) {
                if (type.name().equals(text)) {
                    return type;
                }
                known.add(type.name());
            }
        }
        throw Faults.invalid(members.at("type"), "unknown type: type=" + Faults.clip(text) + ", known="
            + String.join(" ", known) + Spelling.hint(text, known));
    }

    private static ZoneId zone(final Members members) throws Refusal {
        final String text = members.text("zone", null);
        if (text == null) {
            return null;
        }
        try {
            return ZoneId.of(text);
        } catch (final DateTimeException unknown) {
            final List<String> known = new ArrayList<>(ZoneId.getAvailableZoneIds());
            known.sort(null);
            throw Faults.invalid(members.at("zone"), "unknown time zone: zone=" + Faults.clip(text)
                + Spelling.hint(text, known));
        }
    }
}
