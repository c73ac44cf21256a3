package io.tagma.engine.condition;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;

/**
 * Refuses what the grammar allows and the engine cannot keep in this version: references to segments and validity. A
 * checked tree has the shape of its JSON, so pointers follow from the tree.
 */
public final class SupportedNow {
    private SupportedNow() {
    }

    /** Refuses with UNSUPPORTED at the first node that this version cannot keep. */
    public static void check(final SegmentDefinition definition) throws Refusal {
        if (definition.validFrom() != null) {
            throw unsupported("/validFrom", "validFrom");
        }
        if (definition.validTo() != null) {
            throw unsupported("/validTo", "validTo");
        }
        node(definition.condition(), "/condition");
    }

    private static void node(final Condition condition, final String at) throws Refusal {
        if (condition instanceof Condition.All all) {
            nodes(all.children(), Faults.below(at, "all"));
        } else if (condition instanceof Condition.Any any) {
            nodes(any.children(), Faults.below(at, "any"));
        } else if (condition instanceof Condition.None none) {
            nodes(none.children(), Faults.below(at, "none"));
        } else if (condition instanceof Condition.NotAll notAll) {
            nodes(notAll.children(), Faults.below(at, "notAll"));
        } else if (condition instanceof Condition.AtLeast atLeast) {
            nodes(atLeast.children(), Faults.below(at, "of"));
        } else if (condition instanceof Condition.Membership) {
            throw unsupported(Faults.below(at, "segment"), "membership of another segment");
        }
    }

    private static void nodes(final List<Condition> children, final String at) throws Refusal {
        for (int i = 0; i < children.size(); i++) {
            node(children.get(i), Faults.below(at, i));
        }
    }

    private static Refusal unsupported(final String at, final String what) {
        return new Refusal(ResultCode.UNSUPPORTED, at, "not supported yet: " + what);
    }
}
