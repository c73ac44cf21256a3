package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Magento's operators, by the kind of input that it offers for an attribute. Stateless. */
final class Operators {
    private static final String IS = "==";
    private static final String IS_NOT = "!=";
    private static final String UNDEFINED = "<=>";

    private Operators() {
    }

    /** A text field: is, is not, contains, does not contain; a comma makes a list. */
    static ObjectNode text(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        switch (condition.operator()) {
            case "{}":
                return each(condition, what, "contains");
            case "!{}":
                return each(condition, what, "notContains");
            default:
                return choice(condition, what, "== != {} !{} () !() <=>");
        }
    }

    /** A select box: is, is not, one of, not one of, is undefined. */
    static ObjectNode code(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        return choice(condition, what, "== != () !() <=>");
    }

    /** A multiselect box: the exact set, or what is in it. */
    static ObjectNode set(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        switch (condition.operator()) {
            case IS:
                return what.test("eqSet", Nodes.texts(condition.values()));
            case IS_NOT:
                return setAndNot(what, what.test("eqSet", Nodes.texts(condition.values())));
            case "[]":
            case "{}":
                return what.test("containsAll", Nodes.texts(condition.values()));
            case "![]":
            case "!{}":
                return setAndNot(what, what.test("containsAll", Nodes.texts(condition.values())));
            case UNDEFINED:
                return what.test("notSet");
            default:
                throw condition.unknownOperator("== != [] ![] {} !{} <=>");
        }
    }

    /** A product's categories: in one of them, in none of them; contains asks for all. */
    static ObjectNode categories(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        switch (condition.operator()) {
            case IS:
            case "()":
                return what.test("containsAny", Nodes.texts(condition.values()));
            case IS_NOT:
            case "!()":
                return what.test("containsNone", Nodes.texts(condition.values()));
            case "{}":
                return what.test("containsAll", Nodes.texts(condition.values()));
            case "!{}":
                return setAndNot(what, what.test("containsAll", Nodes.texts(condition.values())));
            default:
                throw condition.unknownOperator("== != {} !{} () !()");
        }
    }

    /** Yes or no. */
    static ObjectNode bool(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        switch (condition.operator()) {
            case IS:
                return what.test("eq", BooleanNode.valueOf(condition.flag()));
            case IS_NOT:
                return what.test("ne", BooleanNode.valueOf(condition.flag()));
            case UNDEFINED:
                return what.test("notSet");
            default:
                throw condition.unknownOperator("== != <=>");
        }
    }

    /** A number; a comma makes a list for is and is not. */
    static ObjectNode number(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        switch (condition.operator()) {
            case IS:
            case IS_NOT:
            case "()":
            case "!()":
                return numbers(condition, what);
            case UNDEFINED:
                return what.test("notSet");
            default:
                return what.test(comparison(condition), Nodes.number(condition.number()));
        }
    }

    /** Our operator for one that compares with a single number. */
    static String comparison(final Posted condition) throws Untranslatable {
        switch (condition.operator()) {
            case IS:
                return "eq";
            case IS_NOT:
                return "ne";
            case ">=":
                return "ge";
            case ">":
                return "gt";
            case "<=":
                return "le";
            case "<":
                return "lt";
            default:
                throw condition.unknownOperator("== != >= > <= <");
        }
    }

    /** A calendar day. */
    static ObjectNode date(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        final LocalDate day = Days.day(condition);
        switch (condition.operator()) {
            case IS:
                return what.test("onDay", Nodes.text(day.toString()));
            case ">=":
                return what.test("ge", Nodes.text(day.toString()));
            case "<=":
                return what.test("lt", Nodes.text(day.plusDays(1).toString()));
            default:
                throw condition.unknownOperator("== >= <=");
        }
    }

    /** An instant, by the day it lies on. */
    static ObjectNode instant(final Posted condition, final Operand what, final ZoneId zone) throws Untranslatable {
        condition.requireLeaf();
        final LocalDate day = Days.day(condition);
        switch (condition.operator()) {
            case IS:
                return what.test("onDay", Nodes.text(day.toString()));
            case ">=":
                return what.test("ge", Days.start(day, zone));
            case "<=":
                return what.test("lt", Days.start(day.plusDays(1), zone));
            default:
                throw condition.unknownOperator("== >= <=");
        }
    }

    private static ObjectNode choice(final Posted condition, final Operand what, final String allowed)
        throws Untranslatable {
        if (condition.operator().equals(UNDEFINED)) {
            return what.test("notSet");
        }
        final boolean isNegated = isNegated(condition, allowed);
        final List<String> values = condition.values();
        return values.size() == 1 ? what.test(isNegated ? "ne" : "eq", Nodes.text(values.get(0)))
            : what.test(isNegated ? "notIn" : "in", Nodes.texts(values));
    }

    private static ObjectNode numbers(final Posted condition, final Operand what) throws Untranslatable {
        final boolean isNegated = isNegated(condition, "== != >= > <= < () !() <=>");
        final List<JsonNode> numbers = new ArrayList<>();
        for (final String value : condition.values()) {
            numbers.add(Nodes.number(condition.number(value)));
        }
        return numbers.size() == 1 ? what.test(isNegated ? "ne" : "eq", numbers.get(0))
            : what.test(isNegated ? "notIn" : "in", Nodes.array(numbers));
    }

    private static boolean isNegated(final Posted condition, final String allowed) throws Untranslatable {
        switch (condition.operator()) {
            case IS:
            case "()":
                return false;
            case IS_NOT:
            case "!()":
                return true;
            default:
                throw condition.unknownOperator(allowed);
        }
    }

    private static ObjectNode each(final Posted condition, final Operand what, final String op)
        throws Untranslatable {
        final List<ObjectNode> tests = new ArrayList<>();
        for (final String value : condition.values()) {
            tests.add(what.test(op, Nodes.text(value)));
        }
        return Nodes.all(tests);
    }

    private static ObjectNode setAndNot(final Operand what, final ObjectNode test) {
        return Nodes.group("all", List.of(what.test("isSet"), Nodes.none(test)));
    }
}
