package io.tagma.engine.oracle;

import io.tagma.engine.model.Source;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A record of a subject. Fields by dotted name ({@code t}, {@code website}, {@code shipping.country},
 * {@code props.channel}), as {@link Conversion} makes them; a missing one is absent. Immutable.
 */
record ShopRecord(Source source, String eventName, Map<String, Object> fields) {
    ShopRecord {
        fields = Collections.unmodifiableMap(new TreeMap<>(fields));
    }

    /** Null for an address. */
    Instant t() {
        return (Instant)fields.get("t");
    }

    /** Null where it carries none. */
    String website() {
        return (String)fields.get("website");
    }

    /** Null where it names none. */
    String product() {
        return (String)fields.get("product");
    }
}
