package io.tagma.engine.condition;

import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.AttributeSpec;
import io.tagma.engine.model.AttributeTable;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.GroupTable;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteSpec;
import io.tagma.engine.model.WebsiteTable;
import java.time.ZoneId;
import java.util.List;
import java.util.TreeSet;

/** The real tables, with an attribute {@code my<Type>} of every type, websites eu and us, and named segments. */
public final class TableCatalog implements Catalog {
    /** Attributes. */
    public final AttributeTable attributes = new AttributeTable();
    /** Groups. */
    public final GroupTable groups = new GroupTable(CaseFolding::fold);
    /** Websites. */
    public final WebsiteTable websites = new WebsiteTable();
    /** Keys of segments. */
    public final TreeSet<String> segments = new TreeSet<>();

    /** With these segments. */
    public TableCatalog(final String... segments) {
        this.segments.addAll(List.of(segments));
        try {
            for (final ValueType type : ValueType.values()) {
                if (type != ValueType.KEY) {
                    attributes.put("my" + type, new AttributeSpec(null, type, null, null, null), -1, false);
                }
            }
            websites.put("eu", new WebsiteSpec(2, null, ZoneId.of("Europe/Berlin"), "EUR", null), -1, groups);
            websites.put("us", new WebsiteSpec(3, null, ZoneId.of("America/New_York"), null, null), -1, groups);
        } catch (final Refusal refusal) {
            throw new IllegalStateException(refusal.pointer() + " " + refusal.getMessage(), refusal);
        }
    }

    @Override
    public Attribute attribute(final String key) {
        return attributes.get(key);
    }

    @Override
    public Website website(final String code) {
        return websites.get(code);
    }

    @Override
    public Website website(final int id) {
        return websites.get(id);
    }

    @Override
    public CustomerGroup group(final String code) {
        return groups.get(code);
    }

    @Override
    public CustomerGroup group(final int id) {
        return groups.get(id);
    }

    @Override
    public boolean hasSegment(final String key) {
        return segments.contains(key);
    }

    @Override
    public Iterable<String> attributeKeys() {
        return attributes.all().stream().map(Attribute::key).toList();
    }

    @Override
    public Iterable<String> websiteCodes() {
        return websites.all().stream().map(Website::code).toList();
    }

    @Override
    public Iterable<String> groupCodes() {
        return groups.all().stream().map(CustomerGroup::code).toList();
    }

    @Override
    public Iterable<String> segmentKeys() {
        return segments;
    }
}
