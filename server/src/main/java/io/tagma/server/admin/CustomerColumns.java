package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of Magento's customer CSV, by its header: which hold whom a row is about, which an attribute, and which
 * nothing that is kept. Immutable.
 */
final class CustomerColumns {
    static final String ENTITY_ID = "entity_id";
    static final String EMAIL = "email";
    static final String WEBSITE = "_website";
    static final String WEBSITE_ID = "website_id";
    static final String GROUP_ID = "group_id";
    static final String CREATED_AT = "created_at";

    /** Magento's columns that are kept as an attribute of another name. */
    private static final Map<String, String> RENAMED = Map.of("_store", "store", CREATED_AT, "createdAt",
        "created_in", "createdIn", "disable_auto_group_change", "disableAutoGroupChange");
    /** Columns that say whom a row is about, and where that one belongs. */
    private static final Set<String> OWN = Set.of(ENTITY_ID, WEBSITE, WEBSITE_ID, GROUP_ID);
    /** Magento's columns that nothing here is kept of, unless an attribute of that name is declared. */
    private static final Set<String> PASSED_OVER = Set.of("confirmation", "store_id");
    /** Secrets: never looked at. */
    private static final List<String> SECRETS = List.of("password", "rp_token");

    private final List<String> names;
    private final List<Attribute> attributes;
    private final Map<String, Integer> indexes = new HashMap<>();

    /** What a header is read with: a copy of the declarations. The constructor runs on the engine's thread. */
    static final class Declared {
        private final Map<String, Attribute> attributes = new HashMap<>();
        private final Map<String, Website> websites = new HashMap<>();
        private final Map<Integer, Website> websitesById = new HashMap<>();

        Declared(final EngineView view) {
            for (final Attribute attribute : view.attributes()) {
                attributes.put(attribute.key(), attribute);
            }
            for (final Website website : view.websites()) {
                websites.put(website.code(), website);
                websitesById.put(website.id(), website);
            }
        }

        /** The website, or null. */
        Website website(final String code) {
            return websites.get(code);
        }

        /** The website, or null. */
        Website website(final int id) {
            return websitesById.get(id);
        }
    }

    /** Reads a header; a {@link Problem} 400 names every column that cannot be. */
    CustomerColumns(final List<String> header, final Declared declared) {
        names = new ArrayList<>();
        attributes = new ArrayList<>();
        final List<Fault> faults = new ArrayList<>();
        final Set<String> kept = new HashSet<>();
        for (final String field : header) {
            final String name = field.strip();
            final Attribute attribute = isSecret(name) || OWN.contains(name) ? null
                : declared.attributes.get(RENAMED.getOrDefault(name, name));
            if (indexes.putIfAbsent(name, names.size()) != null) {
                faults.add(fault(name, "the column is given twice"));
            } else if (attribute == null && !isSecret(name) && !OWN.contains(name) && !PASSED_OVER.contains(name)) {
                faults.add(fault(name, "unknown column: no such attribute is declared"));
            } else if (attribute != null && !kept.add(attribute.key())) {
                faults.add(fault(name, "two columns for one attribute: attribute=" + attribute.key()));
            }
            names.add(name);
            attributes.add(attribute);
        }
        if (faults.isEmpty() && !has(ENTITY_ID)) {
            if (!has(EMAIL)) {
                faults.add(fault(EMAIL, "a column is missing: email, unless there is entity_id"));
            }
            if (!has(WEBSITE) && !has(WEBSITE_ID)) {
                faults.add(fault(WEBSITE, "a column is missing: _website or website_id, unless there is entity_id"));
            }
        }
        if (!faults.isEmpty()) {
            throw new Problem(400, ResultCode.INVALID, "the header is refused: " + faults.get(0).detail() + ": column="
                + faults.get(0).pointer().substring(1) + (faults.size() > 1 ? ", and " + (faults.size() - 1)
                + " more" : ""), faults, Map.of(), Map.of());
        }
    }

    private static Fault fault(final String name, final String detail) {
        return Fault.at(JsonBody.pointer(name), detail);
    }

    private static boolean isSecret(final String name) {
        return SECRETS.stream().anyMatch(name::startsWith);
    }

    int count() {
        return names.size();
    }

    String name(final int index) {
        return names.get(index);
    }

    /** The attribute that the column holds, or null. */
    Attribute attribute(final int index) {
        return attributes.get(index);
    }

    boolean has(final String name) {
        return indexes.containsKey(name);
    }

    /** The row's cell without white space around it; null where it is empty, or there is no such column. */
    String cell(final List<String> row, final String name) {
        final Integer index = indexes.get(name);
        final String cell = index == null ? "" : row.get(index).strip();
        return cell.isEmpty() ? null : cell;
    }

    /** Name of the column that holds the attribute, or the attribute's own. */
    String columnOf(final String attribute) {
        for (int i = 0; i < names.size(); i++) {
            if (attributes.get(i) != null && attributes.get(i).key().equals(attribute)) {
                return names.get(i);
            }
        }
        return attribute;
    }
}
