package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a dry run checks beyond a line's shape: that attributes, websites and groups are declared, and values are of the
 * declared type, as of when it began. What depends on subjects is not checked. Immutable.
 */
final class DryRunCheck {
    private final Map<String, Attribute> attributes = new HashMap<>();
    private final Set<String> websites = new HashSet<>();
    private final Set<Integer> groups = new HashSet<>();

    /** A copy of the declarations; the engine's thread. */
    DryRunCheck(final EngineView view) {
        for (final Attribute attribute : view.attributes()) {
            attributes.put(attribute.key(), attribute);
        }
        for (final Website website : view.websites()) {
            websites.add(website.code());
        }
        for (final CustomerGroup group : view.groups()) {
            groups.add(group.id());
        }
    }

    /** Refuses what the engine would refuse. */
    void check(final Command command) throws LineFault {
        if (command instanceof Command.SubjectUpsert subject) {
            website(subject.website(), "/website");
            if (subject.group() != null) {
                group(subject.group());
            }
            if (subject.group() != null && subject.kind() != null) {
                kind(subject.group(), subject.kind() == SubjectKind.VISITOR);
            }
            for (final NamedValue value : subject.attributes()) {
                attribute(value, subject.kind() == SubjectKind.VISITOR);
            }
        } else if (command instanceof Command.GroupAssign assign) {
            group(assign.group());
            kind(assign.group(), false);
        } else if (command instanceof Command.OrderUpsert order) {
            for (final NamedValue field : order.fields()) {
                if (field.name().equals("website") && field.value() instanceof Value.Text code) {
                    website(code.value(), "/order/website");
                }
            }
        } else if (command instanceof Command.CartPut cart) {
            website(cart.website(), "/website");
        } else if (command instanceof Command.CartClear clear) {
            website(clear.website(), "/website");
        } else if (command instanceof Command.WishlistAdd wish) {
            website(wish.website(), "/website");
        } else if (command instanceof Command.View view) {
            website(view.website(), "/website");
        } else if (command instanceof Command.CustomEvent event) {
            website(event.website(), "/website");
        }
    }

    private void website(final String code, final String pointer) throws LineFault {
        if (code != null && !websites.contains(code)) {
            throw new LineFault(ResultCode.UNKNOWN_WEBSITE, pointer, "no such website: website=" + code);
        }
    }

    private void group(final int id) throws LineFault {
        if (!groups.contains(id) || id == CustomerGroup.ALL_GROUPS) {
            throw new LineFault(ResultCode.NOT_FOUND, "/group", "no such group: group=" + id);
        }
    }

    private static void kind(final int group, final boolean isVisitor) throws LineFault {
        if (isVisitor != (group == CustomerGroup.NOT_LOGGED_IN)) {
            throw new LineFault(ResultCode.INVALID, "/group", isVisitor ? "a visitor is always in group 0: group="
                + group : "group 0 is for visitors");
        }
    }

    private void attribute(final NamedValue named, final boolean isVisitor) throws LineFault {
        final String pointer = "/attributes" + JsonBody.pointer(named.name());
        final Attribute attribute = attributes.get(named.name());
        if (attribute == null) {
            throw new LineFault(ResultCode.NOT_FOUND, pointer, "undeclared attribute: attribute=" + named.name());
        }
        if (isVisitor && !attribute.visitorAllowed()) {
            throw new LineFault(ResultCode.INVALID, pointer, "not allowed on a visitor: attribute=" + named.name());
        }
        if (!(named.value() instanceof Value.Missing) && !isOf(attribute.type(), named.value())) {
            throw new LineFault(ResultCode.INVALID, pointer, "not of the declared type: type=" + attribute.type());
        }
    }

    private static boolean isOf(final ValueType type, final Value value) {
        final String text = value instanceof Value.Text t ? t.value() : null;
        return switch (type) {
            case BOOL -> value instanceof Value.Bool;
            case INT -> value instanceof Value.Whole;
            case DECIMAL -> text == null ? isAmount(value) : Decimals.parse(text) != Decimals.REFUSED;
            case DOUBLE -> value instanceof Value.Whole || value instanceof Value.Decimal
                || value instanceof Value.Floating;
            case ENUM_SET -> value instanceof Value.Texts;
            case DATE -> text != null && isDate(text);
            case INSTANT -> text == null ? value instanceof Value.Whole : Instants.parse(text) != null;
            default -> text != null;
        };
    }

    private static boolean isAmount(final Value value) {
        return value instanceof Value.Decimal decimal && Math.abs(decimal.units()) <= Decimals.UNITS_MAX
            || value instanceof Value.Whole whole && Math.abs(whole.value()) <= Decimals.UNITS_MAX / Decimals.ONE;
    }

    private static boolean isDate(final String text) {
        try {
            return text.length() == 10 && LocalDate.parse(text) != null;
        } catch (final DateTimeException notADate) {
            return false;
        }
    }
}
