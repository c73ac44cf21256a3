package io.tagma.engine.model;

import java.util.List;

/** A customer group's definition as it was sent; null where a member is absent. Immutable. */
public record GroupSpec(Integer id, String code, Integer taxClassId, List<String> excludedWebsites, Boolean system) {
    /** Copies the list. */
    public GroupSpec {
        excludedWebsites = excludedWebsites == null ? null : List.copyOf(excludedWebsites);
    }
}
