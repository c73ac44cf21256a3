package io.tagma.engine.condition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The segments that a condition refers to. A checked tree has the shape of its JSON, so pointers follow from it. */
final class SegmentReferences {
    private SegmentReferences() {
    }

    /** Their keys from left to right, each once, with the JSON Pointer to where it is named first. */
    static Map<String, String> of(final Condition condition) {
        final Map<String, String> pointers = new LinkedHashMap<>();
        collect(condition, "/condition", pointers);
        return pointers;
    }

    private static void collect(final Condition condition, final String at, final Map<String, String> pointers) {
        if (condition instanceof Condition.All all) {
            collect(all.children(), Faults.below(at, "all"), pointers);
        } else if (condition instanceof Condition.Any any) {
            collect(any.children(), Faults.below(at, "any"), pointers);
        } else if (condition instanceof Condition.None none) {
            collect(none.children(), Faults.below(at, "none"), pointers);
        } else if (condition instanceof Condition.NotAll notAll) {
            collect(notAll.children(), Faults.below(at, "notAll"), pointers);
        } else if (condition instanceof Condition.AtLeast atLeast) {
            collect(atLeast.children(), Faults.below(at, "of"), pointers);
        } else if (condition instanceof Condition.Membership membership) {
            pointers.putIfAbsent(membership.segment(), Faults.below(at, "segment"));
        }
    }

    private static void collect(final List<Condition> children, final String at, final Map<String, String> pointers) {
        for (int i = 0; i < children.size(); i++) {
            collect(children.get(i), Faults.below(at, i), pointers);
        }
    }
}
