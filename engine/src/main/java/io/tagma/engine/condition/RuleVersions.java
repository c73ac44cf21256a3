package io.tagma.engine.condition;

import com.ibm.icu.util.VersionInfo;
import java.time.zone.ZoneRulesProvider;

/**
 * Versions of what decides about local days, the folding of texts and patterns. Nodes with different ones may decide
 * differently about the same subject.
 */
public record RuleVersions(String tzdb, String icu, String re2j) {
    /** Pinned in the build; the library does not say. A test holds the two together. */
    static final String RE2J = "1.8";

    private static final RuleVersions CURRENT = new RuleVersions(
        ZoneRulesProvider.getVersions("UTC").lastEntry().getKey(), VersionInfo.ICU_VERSION.toString(), RE2J);

    /** Those of this process. */
    public static RuleVersions current() {
        return CURRENT;
    }
}
