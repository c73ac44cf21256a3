package io.tagma.engine.oracle;

import java.time.ZoneId;
import java.util.Map;

/**
 * What a subject still sees as it was, because a job has not come to it: fields of products, zones of websites by code,
 * its own group (null: as it is). Immutable.
 */
public record PastView(Map<String, Map<String, Object>> products, Map<String, ZoneId> zones, Integer group) {
    /** Everything is seen as it is. */
    public static final PastView NONE = new PastView(Map.of(), Map.of(), null);

    /** Whether nothing is seen otherwise than it is. */
    public boolean isNone() {
        return products.isEmpty() && zones.isEmpty() && group == null;
    }
}
