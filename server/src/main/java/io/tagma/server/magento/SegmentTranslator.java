package io.tagma.server.magento;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.model.Website;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a segment as Magento stores it, {@code {name, description, is_active, website_ids, apply_to,
 * conditions_serialized}}, into a definition of ours. Immutable.
 */
public final class SegmentTranslator {
    private static final String CONDITIONS = "/conditions_serialized";
    /** The last three are columns of Magento's table that mean nothing here. */
    private static final Set<String> MEMBERS = Set.of("name", "description", "is_active", "website_ids", "apply_to",
        "conditions_serialized", "regions", "segment_id", "condition_sql", "processing_frequency");
    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();

    private final Shop shop;
    private final boolean isEveryoneConfirmed;

    /** @param isEveryoneConfirmed whether a segment without conditions may be everyone, as in Magento */
    public SegmentTranslator(final Shop shop, final boolean isEveryoneConfirmed) {
        this.shop = shop;
        this.isEveryoneConfirmed = isEveryoneConfirmed;
    }

    /** Translates the segment that was posted there. */
    public Translation translate(final JsonNode posted, final String pointer) {
        final Findings findings = new Findings();
        final ObjectNode definition = Nodes.object();
        String name = null;
        if (posted instanceof ObjectNode segment) {
            final Reader reader = new Reader(segment, pointer, findings);
            name = reader.name();
            reader.read(definition);
        } else {
            findings.fault(pointer, "a segment is an object");
        }
        return new Translation(name, definition, pointer + CONDITIONS, findings);
    }

    /** Reads one segment. */
    private final class Reader {
        private final ObjectNode segment;
        private final String pointer;
        private final Findings findings;

        Reader(final ObjectNode segment, final String pointer, final Findings findings) {
            this.segment = segment;
            this.pointer = pointer;
            this.findings = findings;
        }

        String name() {
            final JsonNode name = segment.get("name");
            return name != null && name.isTextual() && !name.textValue().isBlank() ? name.textValue().strip() : null;
        }

        void read(final ObjectNode definition) {
            for (final Iterator<String> names = segment.fieldNames(); names.hasNext();) {
                final String name = names.next();
                if (!MEMBERS.contains(name)) {
                    findings.fault(pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                        "unknown member of a segment");
                }
            }
            if (name() == null) {
                findings.fault(pointer + "/name", "a name is needed");
            } else {
                definition.put("name", name());
            }
            description(definition);
            definition.put("status", choice("is_active", "1", List.of("DRAFT", "ACTIVE")));
            final List<Website> websites = websites(definition);
            definition.put("applyTo", choice("apply_to", "0", List.of("BOTH", "REGISTERED", "VISITORS")));
            condition(definition, websites, regions());
        }

        private void description(final ObjectNode definition) {
            final JsonNode description = segment.get("description");
            if (description == null || description.isNull()) {
                return;
            }
            if (description.isTextual()) {
                definition.put("description", description.textValue());
            } else {
                findings.fault(pointer + "/description", "must be a text");
            }
        }

        /** One of the first numbers, as number or text; true and false are 1 and 0. */
        private String choice(final String member, final String otherwise, final List<String> meanings) {
            final JsonNode node = segment.get(member);
            String text = node == null || node.isNull() ? otherwise : node.asText();
            if (meanings.size() == 2 && node != null && node.isBoolean()) {
                text = node.booleanValue() ? "1" : "0";
            }
            for (int i = 0; i < meanings.size(); i++) {
                if (text.equals(Integer.toString(i))) {
                    return meanings.get(i);
                }
            }
            findings.fault(pointer + "/" + member, "must be 0 to " + (meanings.size() - 1) + ": " + member + "="
                + Untranslatable.clip(text));
            return meanings.get(0);
        }

        /** The websites of the segment; all of them where it names none. */
        private List<Website> websites(final ObjectNode definition) {
            final JsonNode ids = segment.get("website_ids");
            if (ids == null || ids.isNull()) {
                return shop.websites();
            }
            final List<JsonNode> elements = new ArrayList<>();
            if (ids.isArray()) {
                ids.forEach(elements::add);
            } else if (ids.isTextual()) {
                for (final String part : ids.textValue().split(",")) {
                    elements.add(Nodes.text(part.strip()));
                }
            } else {
                elements.add(ids);
            }
            final List<Website> websites = new ArrayList<>();
            for (int i = 0; i < elements.size(); i++) {
                final String text = elements.get(i).asText();
                final Website website = text.matches("\\d{1,5}") ? shop.website(Integer.parseInt(text)) : null;
                if (website == null) {
                    findings.fault(pointer + "/website_ids" + (ids.isArray() ? "/" + i : ""),
                        "no such website: id=" + Untranslatable.clip(text));
                } else {
                    websites.add(website);
                }
            }
            if (elements.isEmpty()) {
                findings.fault(pointer + "/website_ids", "assigned to no website");
            }
            if (websites.isEmpty()) {
                return shop.websites();
            }
            definition.set("websites", Nodes.texts(websites.stream().map(Website::code).distinct().toList()));
            return websites;
        }

        private Map<String, String> regions() {
            final JsonNode regions = segment.get("regions");
            final Map<String, String> names = new HashMap<>();
            if (regions == null || regions.isNull()) {
                return names;
            }
            if (!regions.isObject()) {
                findings.fault(pointer + "/regions", "must be an object: Magento's number of a region to its name");
            }
            regions.properties().forEach(region -> {
                if (region.getValue().isTextual()) {
                    names.put(region.getKey(), region.getValue().textValue());
                } else {
                    findings.fault(pointer + "/regions", "must be an object: Magento's number of a region to its name");
                }
            });
            return names;
        }

        private void condition(final ObjectNode definition, final List<Website> websites,
                               final Map<String, String> regions) {
            final JsonNode posted = conditions();
            if (posted == null) {
                return;
            }
            try {
                final Posted root = Posted.root(posted, pointer + CONDITIONS);
                final ObjectNode condition = new ConditionTree(findings, shop, websites, regions).root(root);
                if (root.size() == 0 && !isEveryoneConfirmed) {
                    findings.fault(pointer + CONDITIONS,
                        "no condition means everyone: say so by the query parameter confirmAll=true");
                }
                definition.set("condition", condition);
                if (root.size() == 0) {
                    definition.put("confirmAll", true);
                }
            } catch (final Untranslatable fault) {
                findings.fault(fault);
            }
        }

        /** The outermost condition; null, with a fault, where it is none. */
        private JsonNode conditions() {
            final JsonNode conditions = segment.get("conditions_serialized");
            if (conditions == null || conditions.isNull()) {
                findings.fault(pointer + CONDITIONS, "required");
                return null;
            }
            if (!conditions.isTextual()) {
                return conditions;
            }
            try {
                final JsonNode tree = MAPPER.readTree(conditions.textValue());
                if (tree != null && tree.isObject()) {
                    return tree;
                }
            } catch (final JsonProcessingException notJson) {
                findings.fault(pointer + CONDITIONS, conditions.textValue().startsWith("a:")
                    ? "serialized by PHP, as before Magento 2.2: JSON is needed" : "not JSON");
                return null;
            }
            findings.fault(pointer + CONDITIONS, "not a condition");
            return null;
        }
    }
}
