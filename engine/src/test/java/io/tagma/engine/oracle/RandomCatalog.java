package io.tagma.engine.oracle;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the random shop declares before anything else: attributes of every type, websites, groups. Constant. */
final class RandomCatalog {
    /** Two attributes a type, the first one allowed on visitors. */
    record Declared(String key, ValueType type, boolean isVisitorAllowed) {
    }

    static final List<Declared> ATTRIBUTES = attributes();
    static final List<String> WEBSITES = List.of("base", "de", "us");
    /** Groups that always exist. */
    static final List<Integer> GROUPS = List.of(1, 2, 3, 10, 11);
    /** A group that is deleted and comes back. */
    static final int PASSING_GROUP = 12;

    private RandomCatalog() {
    }

    static List<Command> declarations() {
        final List<Command> all = new ArrayList<>();
        for (final Declared attribute : ATTRIBUTES) {
            if (!attribute.key().equals("dob") && !attribute.key().equals("gender")) {
                all.add(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, attribute.key(), -1, "{\"type\":\""
                    + attribute.type() + "\",\"visitorAllowed\":" + attribute.isVisitorAllowed() + "}"));
            }
        }
        all.add(group(10, "Gold"));
        all.add(group(11, "Großhandel"));
        all.add(group(PASSING_GROUP, "Passing"));
        all.add(website("de", "Europe/Berlin", 11));
        all.add(website("us", "America/New_York", 1));
        return all;
    }

    static Command group(final int id, final String code) {
        return new Command.PutDefinition(DefinitionKind.GROUP, Integer.toString(id), -1,
            "{\"code\":" + Json.quote(code) + ",\"taxClassId\":3}");
    }

    static Command website(final String code, final String zone, final int defaultGroup) {
        return new Command.PutDefinition(DefinitionKind.WEBSITE, code, -1, "{\"id\":" + (code.equals("de") ? 2 : 3)
            + ",\"zone\":\"" + zone + "\",\"currency\":\"EUR\",\"defaultGroupId\":" + defaultGroup + "}");
    }

    private static List<Declared> attributes() {
        final List<Declared> all = new ArrayList<>();
        for (final ValueType type : ValueType.values()) {
            if (type != ValueType.KEY) {
                final String name = type.name().toLowerCase(Locale.ROOT);
                all.add(new Declared("v." + name, type, true));
                all.add(new Declared("c_" + name, type, false));
            }
        }
        all.add(new Declared("dob", ValueType.DATE, false));
        all.add(new Declared("gender", ValueType.ENUM, false));
        return List.copyOf(all);
    }
}
