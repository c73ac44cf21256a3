package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.Limits;
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
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a dry run checks beyond a line's shape: that attributes, websites and groups are declared, values are of the
 * declared type, and records not of the future, as of when it began; in the words of the engine. What depends on
 * subjects is not checked. Immutable.
 */
final class DryRunCheck {
    private final Map<String, Attribute> attributes = new HashMap<>();
    private final Set<String> websites = new HashSet<>();
    private final Set<Integer> groups = new HashSet<>();
    private final long nowMs;

    /** A copy of the declarations; the engine's thread. */
    DryRunCheck(final EngineView view) {
        nowMs = view.now();
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
                group(subject.group(), subject.kind());
            }
            for (final NamedValue value : subject.attributes()) {
                attribute(value, subject.kind() == SubjectKind.VISITOR);
            }
        } else if (command instanceof Command.GroupAssign assign) {
            group(assign.group(), SubjectKind.CUSTOMER);
        } else if (command instanceof Command.OrderUpsert order) {
            times(order.t(), order.items(), "/order");
            for (final NamedValue field : order.fields()) {
                if (field.name().equals("website") && field.value() instanceof Value.Text code) {
                    website(code.value(), "/order/website");
                }
            }
        } else if (command instanceof Command.CartPut cart) {
            website(cart.website(), "/website");
            times(cart.t(), cart.items(), "/cart");
        } else if (command instanceof Command.CartClear clear) {
            website(clear.website(), "/website");
        } else if (command instanceof Command.WishlistAdd wish) {
            website(wish.website(), "/website");
            time(wish.t(), "/t");
        } else if (command instanceof Command.View view) {
            website(view.website(), "/website");
            time(view.t(), "/t");
        } else if (command instanceof Command.CustomEvent event) {
            website(event.website(), "/website");
            time(event.t(), "/t");
        }
    }

    private void website(final String code, final String pointer) throws LineFault {
        if (code != null && !websites.contains(code)) {
            throw new LineFault(ResultCode.INVALID, pointer, "undeclared website: code=" + code);
        }
    }

    /** Where no kind is said, the subject's decides whether group 0 fits. */
    private void group(final int id, final SubjectKind kind) throws LineFault {
        if (kind == SubjectKind.VISITOR && id != CustomerGroup.NOT_LOGGED_IN) {
            throw new LineFault(ResultCode.INVALID, "/group", "a visitor is always in group 0: group=" + id);
        }
        if (kind == SubjectKind.CUSTOMER && id == CustomerGroup.NOT_LOGGED_IN) {
            throw new LineFault(ResultCode.INVALID, "/group", "group 0 is for visitors");
        }
        if (!groups.contains(id)) {
            throw new LineFault(ResultCode.INVALID, "/group", "unknown group: id=" + id);
        }
    }

    private void times(final Long t, final List<Command.Item> items, final String pointer) throws LineFault {
        time(t, pointer + "/t");
        for (int i = 0; i < items.size(); i++) {
            time(items.get(i).t(), pointer + "/items/" + i + "/t");
        }
    }

    private void time(final Long t, final String pointer) throws LineFault {
        if (t != null && t > nowMs + Limits.FUTURE_MAX_MS) {
            throw new LineFault(ResultCode.INVALID, pointer,
                "more than 5 minutes in the future: t=" + t + ", now=" + nowMs);
        }
    }

    private void attribute(final NamedValue named, final boolean isVisitor) throws LineFault {
        final String pointer = "/attributes" + JsonBody.pointer(named.name());
        final Attribute attribute = attributes.get(named.name());
        if (attribute == null) {
            throw new LineFault(ResultCode.INVALID, pointer, "undeclared attribute: key=" + named.name());
        }
        if (isVisitor && !attribute.visitorAllowed()) {
            throw new LineFault(ResultCode.INVALID, pointer, "not allowed on a visitor: key=" + named.name());
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
