package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** What a combination over records asks of one record: tests of which all or one must hold, and a window. */
final class RecordWhere {
    /** What a {@link Leaf} answers where the condition holds for every record. */
    static final ObjectNode ALWAYS = Nodes.object();
    /** What a {@link Leaf} answers where the condition holds for no record. */
    static final ObjectNode NEVER = Nodes.object();

    private static final String UP_TO_DATE = "Uptodate";
    private static final String DATE_RANGE = "Daterange";

    private final Findings findings;
    private final ZoneId zone;
    private final Leaf leaf;
    private final List<ObjectNode> where = new ArrayList<>();
    private boolean isAny;
    private boolean isEveryRecord;
    private boolean isNeverAsked;
    private String window;

    /** Translates one condition on a record. */
    @FunctionalInterface
    interface Leaf {
        /** The test, or {@link #ALWAYS} or {@link #NEVER}. */
        ObjectNode test(Posted condition, Posted parent) throws Untranslatable;
    }

    private RecordWhere(final Findings findings, final ZoneId zone, final Leaf leaf) {
        this.findings = findings;
        this.zone = zone;
        this.leaf = leaf;
    }

    /**
     * Reads the conditions below.
     *
     * @param zone where days begin; null where records have no instant
     */
    static RecordWhere of(final Posted parent, final Findings findings, final ZoneId zone, final Leaf leaf)
        throws Untranslatable {
        final RecordWhere result = new RecordWhere(findings, zone, leaf);
        result.isAny = parent.isAny();
        for (int i = 0; i < parent.size(); i++) {
            try {
                result.add(parent.child(i), parent);
            } catch (final Untranslatable fault) {
                findings.fault(fault);
            }
        }
        return result;
    }

    /** Whether no record can pass. */
    boolean isNever() {
        return isNeverAsked && (!isAny || where.isEmpty() && !isEveryRecord);
    }

    /** Adds {@code where}, {@code match} and {@code window} to a query, as far as there is something to say. */
    ObjectNode to(final ObjectNode query) {
        if (isAny && isEveryRecord) {
            return query;
        }
        if (isAny && where.size() > 1) {
            query.put("match", "any");
        }
        if (!where.isEmpty()) {
            where.forEach(query.putArray("where")::add);
        }
        if (window != null) {
            query.putObject("window").put("last", window).put("align", "day");
        }
        return query;
    }

    private void add(final Posted child, final Posted parent) throws Untranslatable {
        if (zone != null && child.type().equals(UP_TO_DATE)) {
            final String age = Days.age(child);
            if (!isAny && window == null && Days.isRecent(child)) {
                window = age;
                return;
            }
        }
        final ObjectNode test = test(child, parent);
        if (test == ALWAYS) {
            isEveryRecord = true;
        } else if (test == NEVER) {
            isNeverAsked = true;
        } else {
            where.add(findings.from(child, test));
        }
    }

    private ObjectNode test(final Posted child, final Posted parent) throws Untranslatable {
        if (zone != null && child.type().equals(UP_TO_DATE)) {
            return Days.age(child, Days.age(child));
        }
        if (zone != null && child.type().equals(DATE_RANGE)) {
            return Days.range(child, zone);
        }
        return leaf.test(child, parent);
    }

    /** A combination within: all, any, none, notAll of the tests below. */
    static ObjectNode nested(final Posted combination, final Findings findings, final ZoneId zone, final Leaf leaf)
        throws Untranslatable {
        final RecordWhere below = new RecordWhere(findings, zone, leaf);
        final List<ObjectNode> tests = new ArrayList<>();
        for (int i = 0; i < combination.size(); i++) {
            try {
                final Posted child = combination.child(i);
                tests.add(findings.from(child, below.test(child, combination)));
            } catch (final Untranslatable fault) {
                findings.fault(fault);
            }
        }
        return Nodes.group(Combinations.name(combination), tests);
    }
}
