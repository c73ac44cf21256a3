package io.tagma.engine.oracle;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a run has exercised: things that have a verdict, counted by verdict, and things merely seen. Not thread-safe.
 */
public final class Coverage {
    private static final List<ValueType> FIELD_TYPES = List.of(ValueType.STRING, ValueType.DECIMAL, ValueType.INSTANT,
        ValueType.KEY, ValueType.BOOL, ValueType.ENUM_SET);
    private static final List<String> PRODUCT_FIELDS =
        List.of("product.category", "product.sku", "product.price", "product.onSale");
    /** Nobody enters because of an erasure. */
    private static final List<Cause> CAUSES = List.of(Cause.EVENT, Cause.TIME, Cause.DEFINITION, Cause.PRODUCT,
        Cause.ASSIGN, Cause.GROUP_DELETED);
    /** Of the whole domain besides; nobody enters because of an expiry. */
    private static final List<Cause> WHOLE_CAUSES = List.of(Cause.MERGE, Cause.CONSENT);
    /** Parts of the grammar that the simulation of orders alone does not speak of; that of the whole domain does. */
    private static final Set<String> NOT_OF_ORDERS_ALONE = Set.of("node Membership", "notIn",
        "definition eventScope WEBSITE", "definition validFrom", "definition validTo");
    private static final List<String> WHOLE_COMMANDS = List.of("command View", "command CustomEvent",
        "command CartPut", "command CartClear", "command WishlistAdd", "command Login", "command Logout",
        "command ConsentSet", "command PutDefinition SEGMENT", "command DeleteDefinition SEGMENT");
    private static final List<String> WHOLE_SEEN = List.of("definition purpose", "shop visitor expired", "shop login",
        "shop login again", "shop login of another's visitor", "shop login merged", "shop login merged carts",
        "shop logout", "shop logout of nobody", "shop erased with aliases", "shop cart replaced", "shop cart cleared",
        "shop wish again", "shop ring late", "shop ring now", "shop ring in the future", "shop line created VISITOR",
        "shop line created CUSTOMER");
    private static final List<String> COMMANDS_ACCEPTED = List.of("SubjectDelete", "ProductDelete", "ClockAdvance",
        "PutDefinition ATTRIBUTE", "PutDefinition GROUP", "PutDefinition WEBSITE", "DeleteDefinition SEGMENT");
    private static final List<String> COMMANDS_BOTH = List.of("PutDefinition SEGMENT", "DeleteDefinition GROUP");

    /** A record that counts is never ahead of its time, and always has one. */
    private static final Set<String> NEVER_TRUE =
        Set.of("field INSTANT withinNext", "field INSTANT withinNext day", "field INSTANT notSet");
    private static final Set<String> ALWAYS_TRUE = Set.of("field INSTANT isSet");

    /** Times false, times true. */
    private final Map<String, long[]> verdicts = new HashMap<>();
    /** The same counts by the node that they come from, which has one name. */
    private final Map<Object, long[]> ofNodes = new IdentityHashMap<>();
    private final Map<String, Long> seen = new HashMap<>();

    /** Counts a verdict. */
    public void verdict(final String what, final boolean verdict) {
        counts(what)[verdict ? 1 : 0]++;
    }

    private long[] counts(final String what) {
        return verdicts.computeIfAbsent(what, key -> new long[2]);
    }

    /** Counts the verdict of a node of a condition: its name is asked for the first time only. */
    void verdict(final Object node, final boolean verdict, final Supplier<String> name) {
        long[] counts = ofNodes.get(node);
        if (counts == null) {
            counts = counts(name.get());
            ofNodes.put(node, counts);
        }
        counts[verdict ? 1 : 0]++;
    }

    /** Takes over what another has counted. */
    public void add(final Coverage other) {
        other.verdicts.forEach((what, counts) -> {
            counts(what)[0] += counts[0];
            counts(what)[1] += counts[1];
        });
        other.seen.forEach((what, times) -> seen.merge(what, times, Long::sum));
    }

    /** Whether a verdict of it that can be seen was not. */
    boolean isMissing(final String what) {
        return !ALWAYS_TRUE.contains(what) && count(what, false) == 0
            || !NEVER_TRUE.contains(what) && count(what, true) == 0;
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

    /** How often it was seen. */
    public long times(final String what) {
        return seen.getOrDefault(what, 0L);
    }

    /** What a long run of the oracle should have shown and has not: verdicts both ways, and things seen. */
    public List<String> missing() {
        return missing(Set.of());
    }

    /**
     * What a run of the engine over orders alone should have shown and has not: everything that they need of the
     * grammar, with both verdicts; every cause, entering and leaving; every command.
     */
    public List<String> missingOfEngine() {
        final List<String> missing = missing(NOT_OF_ORDERS_ALONE);
        addMissingOfEngine(missing);
        return missing;
    }

    private void addMissingOfEngine(final List<String> missing) {
        for (final Cause cause : CAUSES) {
            addMissing(missing, "cause " + cause, false);
            addMissing(missing, "cause " + cause, true);
        }
        addMissing(missing, "cause " + Cause.ERASE, false);
        for (final String command : COMMANDS_ACCEPTED) {
            addMissing(missing, "command " + command, true);
        }
        for (final String command : COMMANDS_BOTH) {
            addMissing(missing, "command " + command, true);
            addMissing(missing, "command " + command, false);
        }
    }

    private List<String> missing(final Set<String> without) {
        final List<String> missing = new ArrayList<>();
        for (final String what : expectedVerdicts()) {
            if (!without.contains(what) && !ALWAYS_TRUE.contains(what)) {
                addMissing(missing, what, false);
            }
            if (!without.contains(what) && !NEVER_TRUE.contains(what)) {
                addMissing(missing, what, true);
            }
        }
        for (final String what : expectedSeen()) {
            if (!without.contains(what) && !seen.containsKey(what)) {
                missing.add(what);
            }
        }
        return missing;
    }

    /** The same of a run of the oracle over the whole domain. */
    public List<String> missingWhole() {
        final List<String> missing = missing(Set.of());
        for (final String what : wholeVerdicts()) {
            addMissing(missing, what, false);
            addMissing(missing, what, true);
        }
        for (final String what : WHOLE_SEEN) {
            if (!seen.containsKey(what)) {
                missing.add(what);
            }
        }
        return missing;
    }

    /** The same of a run of the engine over the whole domain. */
    public List<String> missingWholeOfEngine() {
        final List<String> missing = missingWhole();
        addMissingOfEngine(missing);
        for (final Cause cause : WHOLE_CAUSES) {
            addMissing(missing, "cause " + cause, false);
            addMissing(missing, "cause " + cause, true);
        }
        addMissing(missing, "cause " + Cause.EXPIRE, false);
        return missing;
    }

    private static List<String> wholeVerdicts() {
        final List<String> expected = new ArrayList<>(WHOLE_COMMANDS);
        for (final Source source : Source.values()) {
            expected.add("source " + source.name());
        }
        for (final Operator operator : Operator.values()) {
            final boolean isPresence = operator == Operator.IS_SET || operator == Operator.NOT_SET;
            if (NaiveParser.isLegal(operator, ValueType.INT) && !isPresence) {
                expected.add("field INT " + operator.code());
            }
        }
        return expected;
    }

    private void addMissing(final List<String> missing, final String what, final boolean verdict) {
        if (count(what, verdict) == 0) {
            missing.add(what + " = " + verdict);
        }
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
        return testName(of, type, test.operator(), test.caseSensitive(), test.alignDay());
    }

    static String testName(final String of, final ValueType type, final Operator operator,
                           final boolean isCaseSensitive, final boolean isAligned) {
        return of + " " + type + " " + operator.code() + (isCaseSensitive ? " cs" : "") + (isAligned ? " day" : "");
    }

    static String windowName(final Condition.Window window) {
        if (window instanceof Condition.Window.Between between) {
            return "window " + (between.fromMs() == null ? "to" : between.toMs() == null ? "from" : "from to");
        }
        return "window " + window.getClass().getSimpleName();
    }

    /** Free fields of products are one. */
    static String productFieldName(final Field field) {
        return "product field " + (PRODUCT_FIELDS.contains(field.name()) ? field.name() : "free");
    }

    private static List<String> expectedVerdicts() {
        final List<String> expected = new ArrayList<>();
        for (final ValueType type : ValueType.values()) {
            for (final Operator operator : Operator.values()) {
                if (NaiveParser.isLegal(operator, type)) {
                    if (type != ValueType.KEY) {
                        addTest(expected, "attr", type, operator);
                    }
                    if (FIELD_TYPES.contains(type)) {
                        addTest(expected, "field", type, operator);
                    }
                }
            }
        }
        expected.add("field null isSet");
        expected.add("field null notSet");
        PRODUCT_FIELDS.forEach(field -> expected.add("product field " + field));
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
            "node Exists", "node Exists not", "window Last", "window LastDays", "window Ago", "window from",
            "window to", "window from to", "match all", "match any", "product field free", "notIn",
            "filter All", "filter Any", "filter None", "filter NotAll", "source ORDER", "source ORDER_ITEM", "universe",
            "segment", "command SubjectUpsert", "command OrderUpsert", "command OrderDelete",
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
            || operator == Operator.WITHIN_NEXT)) {
            expected.add(name + " day");
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
