package io.tagma.engine.model;

import java.time.ZoneId;

/** A website's definition as it was sent; null where a member is absent. Immutable. */
public record WebsiteSpec(Integer id, String code, ZoneId zone, String currency, Integer defaultGroupId) {
}
