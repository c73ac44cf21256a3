package io.tagma.engine.oracle;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run has exercised: things that have a verdict, counted by verdict, and things merely seen. Not thread-safe.
 */
public final class Coverage {
    private static final List<ValueType> FIELD_TYPES = List.of(ValueType.STRING, ValueType.DECIMAL, ValueType.INSTANT,
        ValueType.KEY, ValueType.BOOL, ValueType.ENUM_SET);
    private static final List<Cause> CAUSES = List.of(Cause.EVENT, Cause.TIME, Cause.DEFINITION, Cause.PRODUCT,
        Cause.ASSIGN, Cause.ERASE, Cause.GROUP_DELETED);
    private static final List<Cause> WHOLE_CAUSES = List.of(Cause.MERGE, Cause.CONSENT, Cause.EXPIRE);

    /** Times false, times true. */
    private final Map<String, long[]> verdicts = new HashMap<>();
    private final Map<String, Long> seen = new HashMap<>();

    /** Counts a verdict. */
    public void verdict(final String what, final boolean verdict) {
        verdicts.computeIfAbsent(what, key -> new long[2])[verdict ? 1 : 0]++;
    }

    /** Counts an occurrence. */
    public void seen(final String what) {
        seen.merge(what, 1L, Long::sum);
    }

    /** Counts a command; the verdict is whether it was accepted. */
    public void command(final Command command, final boolean accepted) {
        verdict("command " + nameOf(command), accepted);
    }

    /** Counts the cause of a change event. */
    public void cause(final Cause cause, final boolean isEnter) {
        verdict("cause " + cause, isEnter);
    }

    /** Counts what a definition is made of. */
    public void definition(final SegmentDefinition definition) {
        seen("definition status " + definition.status());
        seen("definition applyTo " + definition.applyTo());
        seen("definition websites " + (definition.websites().isEmpty() ? "all" : "some"));
        seen("definition eventScope " + (definition.websiteScope() ? "WEBSITE" : "GLOBAL"));
        seen("definition depth " + depth(definition.condition()));
        if (definition.purpose() != null) {
            seen("definition purpose");
        }
        if (definition.validFrom() != null) {
            seen("definition validFrom");
        }
        if (definition.validTo() != null) {
            seen("definition validTo");
        }
    }

    /** How often that verdict was counted. */
    public long count(final String what, final boolean verdict) {
        final long[] counts = verdicts.get(what);
        return counts == null ? 0 : counts[verdict ? 1 : 0];
    }

    /** What a long run should have shown and has not: verdicts both ways, and things seen. */
    public List<String> missing() {
        final List<String> missing = new ArrayList<>();
        for (final String what : expectedVerdicts()) {
            for (final boolean verdict : new boolean[]{false, true}) {
                if (count(what, verdict) == 0) {
                    missing.add(what + " = " + verdict);
                }
            }
        }
        for (final String what : expectedSeen()) {
            if (!seen.containsKey(what)) {
                missing.add(what);
            }
        }
        return missing;
    }

    /** The same of a run of the whole domain. */
    public List<String> missingWhole() {
        final List<String> missing = missing();
        for (final Source source : Source.values()) {
            addMissing(missing, "source " + source.name());
        }
        for (final String command : List.of("View", "CustomEvent", "CartPut", "CartClear", "WishlistAdd", "Login",
            "Logout", "ConsentSet", "PutDefinition SEGMENT", "DeleteDefinition SEGMENT")) {
            addMissing(missing, "command " + command);
        }
        for (final String what : List.of("field INT eq", "field INT ge", "agg of a product's field")) {
            addMissing(missing, what);
        }
        for (final String what : List.of("definition purpose", "shop visitor expired", "shop login",
            "shop login again", "shop login of another's visitor", "shop login merged", "shop login merged carts",
            "shop logout", "shop logout of nobody", "shop erased with aliases", "shop cart replaced",
            "shop cart cleared", "shop wish again", "shop ring late", "shop ring now", "shop ring in the future",
            "shop line created VISITOR", "shop line created CUSTOMER")) {
            if (!seen.containsKey(what)) {
                missing.add(what);
            }
        }
        return missing;
    }

    private void addMissing(final List<String> missing, final String what) {
        for (final boolean verdict : new boolean[]{false, true}) {
            if (count(what, verdict) == 0) {
                missing.add(what + " = " + verdict);
            }
        }
    }

    /** Causes that a run of the whole domain should have shown entering or leaving, and has not. */
    public List<String> missingWholeCauses() {
        final List<String> missing = missingCauses();
        for (final Cause cause : WHOLE_CAUSES) {
            if (count("cause " + cause, false) + count("cause " + cause, true) == 0) {
                missing.add("cause " + cause);
            }
        }
        return missing;
    }

    /** Causes that should have been seen entering or leaving, and have not. */
    public List<String> missingCauses() {
        final List<String> missing = new ArrayList<>();
        for (final Cause cause : CAUSES) {
            if (count("cause " + cause, false) + count("cause " + cause, true) == 0) {
                missing.add("cause " + cause);
            }
        }
        return missing;
    }

    /** Everything counted, a line each. */
    public String table() {
        final StringBuilder table = new StringBuilder(String.format("%-52s %12s %12s%n", "what", "false", "true"));
        new TreeMap<>(verdicts).forEach((what, counts) ->
            table.append(String.format("%-52s %12d %12d%n", what, counts[0], counts[1])));
        table.append(String.format("%n%-52s %12s%n", "seen", "times"));
        new TreeMap<>(seen).forEach((what, count) -> table.append(String.format("%-52s %12d%n", what, count)));
        return table.toString();
    }

    /** The name under which a test of an attribute ("attr"), field ("field") or other operand is counted. */
    static String testName(final String of, final ValueType type, final Condition.Test test) {
        return of + " " + type + " " + test.operator().code() + (test.caseSensitive() ? " cs" : "")
            + (test.alignDay() ? " day" : "");
    }

    private static List<String> expectedVerdicts() {
        final List<String> expected = new ArrayList<>();
        for (final ValueType type : ValueType.values()) {
            for (final Operator operator : Operator.values()) {
                if (NaiveParser.isLegal(operator, type)) {
                    if (type != ValueType.KEY) {
                        addTest(expected, "attr", type, operator);
                    }
                    if (FIELD_TYPES.contains(type) && operator != Operator.NOT_SET || type == ValueType.STRING) {
                        addTest(expected, "field", type, operator);
                    }
                }
            }
        }
        expected.remove("field INSTANT isSet");
        for (final String operator : List.of("eq", "ne", "in", "notIn")) {
            expected.add("group " + operator);
            expected.add("website " + operator);
        }
        for (final Condition.Function function : Condition.Function.values()) {
            for (final String operator : List.of("eq", "ne", "lt", "le", "gt", "ge", "between")) {
                expected.add("agg " + function + " " + operator);
            }
        }
        expected.addAll(List.of("agg with empty", "agg of nothing", "agg INSTANT", "agg of a product's field",
            "node All", "node Any", "node None", "node NotAll", "node AtLeast", "node Membership", "node Sample",
            "node Exists", "node Exists not", "window Last", "window LastDays", "window Ago", "window Between",
            "notIn", "filter All", "filter Any", "filter None", "filter NotAll", "source ORDER", "source ORDER_ITEM",
            "universe", "segment", "command SubjectUpsert", "command OrderUpsert", "command OrderDelete",
            "command GroupAssign", "command ProductUpsert"));
        return expected;
    }

    private static void addTest(final List<String> expected, final String of, final ValueType type,
                                final Operator operator) {
        final String name = of + " " + type + " " + operator.code();
        expected.add(name);
        final boolean isPresence = operator == Operator.IS_SET || operator == Operator.NOT_SET;
        if (type == ValueType.STRING && !isPresence) {
            expected.add(name + " cs");
        }
        if (type == ValueType.INSTANT && (operator == Operator.WITHIN_LAST || operator == Operator.OLDER_THAN
            || operator == Operator.WITHIN_NEXT && of.equals("attr"))) {
            expected.add(name + " day");
        }
        if (of.equals("field") && operator == Operator.WITHIN_NEXT) {
            // A visible record's t is never ahead: always false.
            expected.remove(name);
        }
    }

    private static List<String> expectedSeen() {
        final List<String> expected = new ArrayList<>();
        for (final SegmentDefinition.Status status : SegmentDefinition.Status.values()) {
            expected.add("definition status " + status);
        }
        for (final SegmentDefinition.ApplyTo applyTo : SegmentDefinition.ApplyTo.values()) {
            expected.add("definition applyTo " + applyTo);
        }
        expected.addAll(List.of("definition websites all", "definition websites some", "definition eventScope GLOBAL",
            "definition eventScope WEBSITE", "definition validFrom", "definition validTo", "definition depth 5",
            "shop event repeated", "shop event again after a day", "shop erased key returned",
            "shop attribute removed", "shop order replaced", "shop order in the future", "shop order late",
            "shop order now", "shop order deleted", "shop product replaced", "shop member of a deleted group"));
        return expected;
    }

    private static int depth(final Condition condition) {
        int deepest = 0;
        for (final Condition child : ConditionParts.children(condition)) {
            deepest = Math.max(deepest, depth(child));
        }
        return deepest + 1;
    }

    private static String nameOf(final Command command) {
        return command instanceof Command.PutDefinition put ? "PutDefinition " + put.kind()
            : command instanceof Command.DeleteDefinition delete ? "DeleteDefinition " + delete.kind()
            : command.getClass().getSimpleName();
    }
}
