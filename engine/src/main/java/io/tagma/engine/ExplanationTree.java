package io.tagma.engine;

import io.tagma.engine.EngineView.Node;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.words.LeafFacts;
import io.tagma.engine.words.LeafWords;
import io.tagma.engine.words.TimeWords;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** An explained condition in words, once everything is known of its nodes. */
final class ExplanationTree {
    private final LeafWords words;
    private final TimeWords time;
    private final Function<Condition, String> json;
    private final Function<Condition, Told> told;
    private final boolean isMember;
    private final Long membershipFlip;

    /** What is known of a node. {@code facts} and {@code actual} are null for combinations. */
    record Told(boolean verdict, Long firstFlip, LeafFacts facts, String actual) {
    }

    /**
     * Over what is known of nodes.
     *
     * @param membershipFlip when the condition changes the membership by time alone; null where it does not
     */
    ExplanationTree(final LeafWords words, final TimeWords time, final Function<Condition, String> json,
                    final Function<Condition, Told> told, final boolean isMember, final Long membershipFlip) {
        this.words = words;
        this.time = time;
        this.json = json;
        this.told = told;
        this.isMember = isMember;
        this.membershipFlip = membershipFlip;
    }

    /** The node and all below it. */
    Node node(final Condition condition) {
        return node(condition, true);
    }

    private Node node(final Condition condition, final boolean isWanted) {
        final Told known = told.apply(condition);
        final List<Condition> children = condition.children();
        final String sentence = found(condition, isWanted) + flip(condition);
        if (children == null) {
            return new Node(words.what(condition), json.apply(condition), known.verdict(), known.actual(),
                known.firstFlip(), sentence, List.of());
        }
        final List<Node> explained = new ArrayList<>();
        for (final Condition child : children) {
            explained.add(node(child, isWanted != isNegation(condition)));
        }
        return new Node(name(condition), null, known.verdict(), trueCount(children) + " of " + children.size(),
            known.firstFlip(), sentence, explained);
    }

    private int trueCount(final List<Condition> children) {
        int count = 0;
        for (final Condition child : children) {
            count += told.apply(child).verdict() ? 1 : 0;
        }
        return count;
    }

    private static String name(final Condition condition) {
        if (condition instanceof Condition.All) {
            return "all";
        } else if (condition instanceof Condition.Any) {
            return "any";
        } else if (condition instanceof Condition.None) {
            return "none";
        } else if (condition instanceof Condition.NotAll) {
            return "notAll";
        }
        return "atLeast " + ((Condition.AtLeast)condition).k();
    }

    private static boolean isNegation(final Condition condition) {
        return condition instanceof Condition.None || condition instanceof Condition.NotAll;
    }

    private String found(final Condition condition, final boolean isWanted) {
        final List<Condition> children = condition.children();
        return children == null ? words.found(condition, told.apply(condition).facts(), isWanted)
            : found(condition, trueCount(children), children.size());
    }

    private static String found(final Condition condition, final int k, final int n) {
        final String counted = k + " of " + TimeWords.count(n, "condition") + (k == 1 || n == 1 ? " holds" : " hold");
        if (n == 0) {
            return "no conditions, so it " + (Question.combine(condition, 0, 0) ? "holds" : "does not hold");
        } else if (condition instanceof Condition.All) {
            return k < n ? counted + ", all must" : n == 1 ? counted : "all " + n + " conditions hold";
        } else if (condition instanceof Condition.Any) {
            return k > 0 ? counted : counted + ", one must";
        } else if (condition instanceof Condition.None) {
            return counted + (k > 0 ? ", none may" : ", as none may");
        } else if (condition instanceof Condition.NotAll) {
            return counted + (k < n ? ", as not all may" : ", not all may");
        }
        return counted + ", at least " + ((Condition.AtLeast)condition).k() + " must";
    }

    /** When time alone changes it: the membership with it, or only its own truth. */
    private String flip(final Condition condition) {
        final Told known = told.apply(condition);
        if (known.firstFlip() == null) {
            return "";
        }
        final String verb = known.firstFlip().equals(membershipFlip) ? isMember ? "; leaves on " : "; enters on "
            : known.verdict() ? "; holds until " : "; holds from ";
        final String on = time.moment(known.firstFlip());
        return verb + on + ", " + (condition.children() == null ? words.unless(condition, known.verdict())
            : LeafWords.UNLESS_SOMETHING);
    }

    // ---- the whole ---------------------------------------------------------------------------------------------

    /**
     * Why the subject is or is not in the segment, and until when.
     *
     * @param outside    why it is not in the universe; null where it is
     * @param expiry     when it expires and leaves by that; null where it does not
     * @param isTimeless whether it is certain that time alone changes nothing, where it is not known to
     */
    String sentence(final Condition root, final String outside, final Long expiry, final boolean isTimeless) {
        final Decisive decisive = decisive(root, true);
        final Condition node = decisive.node();
        final String is = isMember ? "in the segment: " : "not in the segment: ";
        final String why = is + (outside != null ? outside : found(node, decisive.isWanted())
            + (decisive.isWanted() ? "" : told.apply(node).verdict() ? ", which must not be" : ", as wanted"));
        if (expiry != null) {
            return why + "; leaves on " + time.moment(expiry) + ", when the visitor expires, unless it comes back";
        } else if (membershipFlip == null) {
            return why + (isTimeless ? "; stays so until something happens" : "; no change by time alone was found");
        }
        return why + (membershipFlip.equals(told.apply(node).firstFlip()) ? flip(node)
            : (isMember ? "; leaves on " : "; enters on ") + time.moment(membershipFlip) + ", "
            + LeafWords.UNLESS_SOMETHING);
    }

    /** A node that alone makes the condition what it is. */
    private record Decisive(Condition node, boolean isWanted) {
    }

    /** Goes down as long as one child alone makes a node what it is. */
    private Decisive decisive(final Condition node, final boolean isWanted) {
        final List<Condition> children = node.children();
        if (children == null) {
            return new Decisive(node, isWanted);
        }
        final boolean isTrue = told.apply(node).verdict();
        Condition one = null;
        for (final Condition child : children) {
            if (told.apply(child).verdict() == (isTrue != isNegation(node))) {
                if (one != null) {
                    return new Decisive(node, isWanted);
                }
                one = child;
            }
        }
        return one == null || !isAlone(node, isTrue, children.size()) ? new Decisive(node, isWanted)
            : decisive(one, isWanted != isNegation(node));
    }

    /** Whether one child that is as told is enough for the node to be what it is. */
    private static boolean isAlone(final Condition node, final boolean isTrue, final int count) {
        if (count == 1) {
            return true;
        } else if (node instanceof Condition.All) {
            return !isTrue;
        } else if (node instanceof Condition.Any) {
            return isTrue;
        } else if (node instanceof Condition.None) {
            return !isTrue;
        } else if (node instanceof Condition.NotAll) {
            return isTrue;
        }
        return false;
    }
}
