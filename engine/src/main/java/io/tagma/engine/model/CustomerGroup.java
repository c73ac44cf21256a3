package io.tagma.engine.model;

import java.util.List;

/** A customer group (DOMAIN: customer groups). Excluded websites are codes. Immutable. */
public record CustomerGroup(int id, String code, int taxClassId, List<String> excludedWebsites, boolean system,
                            int version) {
    /** The group of every visitor. */
    public static final int NOT_LOGGED_IN = 0;
    /** The group of new customers, unless their website says otherwise. */
    public static final int GENERAL = 1;
    /** Reserved: stands for all groups. */
    public static final int ALL_GROUPS = 32000;
    /** Tax class of the seeded groups. */
    public static final int RETAIL_CUSTOMER = 3;

    /** Copies the list. */
    public CustomerGroup {
        excludedWebsites = List.copyOf(excludedWebsites);
    }
}
