package io.tagma.engine.oracle;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Random commands of the whole domain: the shop of orders, and visitors who view, fill carts, wish, consent, log in and
 * out, some of them long before they come back. It remembers roughly who is about, not what the shop made of it.
 */
final class RandomTraffic {
    static final List<String> EVENT_NAMES = List.of("login", "search", "emailOpen", "Ünï 🙂");
    static final List<String> PURPOSES = List.of("marketing", "analytics");

    private static final int RECENT_MAX = 6;

    private final RandomValues values;
    private final RandomCommands commands;
    private final List<String> recentVisitors = new ArrayList<>();
    private final List<String> loggedIn = new ArrayList<>();
    private final List<String> recentCustomers = new ArrayList<>();
    private long now;

    RandomTraffic(final RandomValues values, final RandomCommands commands) {
        this.values = values;
        this.commands = commands;
    }

    Command next(final long nowMs) {
        now = nowMs;
        final int dice = values.below(1000);
        if (dice < 130) {
            return withAddresses(commands.subjectUpsert());
        } else if (dice < 255) {
            return commands.orderUpsert(customerOrAlias(), commands.recordTimeOrNull());
        } else if (dice < 275) {
            return new Command.OrderDelete(customerOrAlias(), values.pick(RandomCommands.ORDER_IDS),
                commands.eventId());
        } else if (dice < 305) {
            return new Command.GroupAssign(customerOrAlias(), commands.group(), commands.eventId());
        } else if (dice < 330) {
            return delete();
        } else if (dice < 385) {
            return commands.productUpsert();
        } else if (dice < 395) {
            return new Command.ProductDelete(commands.product(), commands.eventId());
        } else if (dice < 430) {
            return commands.repeat();
        } else if (dice < 437) {
            return new Command.DeleteDefinition(DefinitionKind.GROUP,
                Integer.toString(values.chance(70) ? RandomCatalog.PASSING_GROUP : values.below(4)), -1, false);
        } else if (dice < 444) {
            return RandomCatalog.group(RandomCatalog.PASSING_GROUP, "Passing");
        } else if (dice < 447) {
            return RandomCatalog.website("us", values.chance(50) ? "America/New_York" : "Asia/Tokyo",
                values.chance(70) ? 1 : 11);
        } else if (dice < 557) {
            return new Command.View(about(), commands.product(), commands.recordTimeOrNull(), website(),
                commands.eventId());
        } else if (dice < 637) {
            return event();
        } else if (dice < 737) {
            return cartPut();
        } else if (dice < 757) {
            return new Command.CartClear(known(), website(), commands.eventId());
        } else if (dice < 812) {
            return new Command.WishlistAdd(known(), commands.product(),
                values.chance(50) ? null : commands.recordTimeOrNull(), website(), commands.eventId());
        } else if (dice < 835) {
            return new Command.WishlistRemove(known(), commands.product(), commands.eventId());
        } else if (dice < 870) {
            return new Command.ConsentSet(known(), values.pick(PURPOSES), values.chance(60), commands.eventId());
        } else if (dice < 920) {
            return login();
        } else if (dice < 960) {
            return new Command.Logout(values.chance(80) && !loggedIn.isEmpty()
                ? values.pick(loggedIn) : visitor(), commands.eventId());
        }
        return values.chance(50) ? commands.invalid() : invalid();
    }

    // ----- who

    /** Fewer than there are orders of, so that carts meet carts. */
    private String customer() {
        return values.chance(80) ? RandomCommands.CUSTOMERS.get(values.below(12)) : commands.customer();
    }

    private String visitor() {
        return values.chance(75) ? RandomCommands.VISITORS.get(values.below(8)) : commands.visitor();
    }

    /** Somebody at the shop's door: mostly a visitor, maybe for the first time. */
    private String about() {
        if (values.chance(40)) {
            return customer();
        }
        final String visitor = visitor();
        remember(recentVisitors, visitor);
        return visitor;
    }

    /** Somebody who was here: what creates customers should seldom do so with visitors' keys. */
    private String known() {
        return values.chance(45) ? customer() : recent(recentVisitors);
    }

    /** Now and then through the key of a visitor who logged in, as far as remembered. */
    private String customerOrAlias() {
        if (values.chance(8) && !loggedIn.isEmpty()) {
            return values.pick(loggedIn);
        }
        final String customer = customer();
        remember(recentCustomers, customer);
        return customer;
    }

    private String recent(final List<String> keys) {
        return keys.isEmpty() ? customer() : values.pick(keys);
    }

    private static void remember(final List<String> keys, final String key) {
        keys.remove(key);
        keys.add(key);
        if (keys.size() > RECENT_MAX) {
            keys.remove(0);
        }
    }

    private String website() {
        return values.chance(55) ? null : commands.website();
    }

    // ----- what

    private Command withAddresses(final Command command) {
        final Command.SubjectUpsert upsert = (Command.SubjectUpsert)command;
        if (upsert.kind() == SubjectKind.VISITOR) {
            remember(recentVisitors, upsert.key());
            values.remember(now);
            if (loggedIn.contains(upsert.key()) && values.chance(80)) {
                return new Command.SubjectUpsert(upsert.key(), null, upsert.website(), null, upsert.attributes(),
                    null, upsert.eventId());
            }
        }
        if (values.chance(55) || upsert.kind() == SubjectKind.VISITOR) {
            return command;
        }
        final List<List<NamedValue>> addresses = new ArrayList<>();
        for (int i = values.below(4); i > 0; i--) {
            final List<NamedValue> address = new ArrayList<>();
            for (final String text : List.of("city", "region", "country", "postcode", "lastname")) {
                if (values.chance(50)) {
                    address.add(new NamedValue(text, Value.of(values.text())));
                }
            }
            for (final String flag : List.of("isDefaultBilling", "isDefaultShipping")) {
                if (values.chance(40)) {
                    address.add(new NamedValue(flag, Value.of(values.chance(60))));
                }
            }
            addresses.add(address);
        }
        return new Command.SubjectUpsert(upsert.key(), upsert.kind(), upsert.website(), upsert.group(),
            upsert.attributes(), addresses, upsert.eventId());
    }

    private Command delete() {
        final int dice = values.below(100);
        final String key = dice < 50 ? customer() : dice < 93 || loggedIn.isEmpty() ? visitor()
            : values.pick(loggedIn);
        return new Command.SubjectDelete(key, commands.eventId());
    }

    private Command event() {
        final List<NamedValue> fields = new ArrayList<>();
        if (values.chance(60)) {
            fields.add(new NamedValue("props.channel", commands.free(ValueType.STRING)));
        }
        if (values.chance(50)) {
            fields.add(new NamedValue("props.score", commands.free(ValueType.DECIMAL)));
        }
        if (values.chance(30)) {
            fields.add(new NamedValue("props.tags", commands.free(ValueType.ENUM_SET)));
        }
        if (values.chance(30)) {
            fields.add(new NamedValue("props.gift", commands.free(ValueType.BOOL)));
        }
        return new Command.CustomEvent(about(), values.pick(EVENT_NAMES), commands.recordTimeOrNull(), website(),
            fields, commands.eventId());
    }

    private Command cartPut() {
        final List<NamedValue> fields = new ArrayList<>();
        for (final String amount : List.of("grandTotal", "subtotal", "tax", "shippingAmount", "giftCard",
            "storeCredit")) {
            if (values.chance(amount.equals("grandTotal") ? 80 : 25)) {
                fields.add(new NamedValue(amount, values.amount()));
            }
        }
        if (values.chance(15)) {
            fields.add(new NamedValue("lineItems", values.chance(80) ? Value.of((long)values.below(6))
                : Value.MISSING));
        }
        if (values.chance(15)) {
            fields.add(new NamedValue("qty", values.chance(80) ? values.amount() : Value.MISSING));
        }
        final List<Command.Item> items = new ArrayList<>();
        for (int i = values.below(5); i > 0; i--) {
            items.add(commands.item());
        }
        return new Command.CartPut(values.chance(70) ? about() : known(), website(), commands.recordTimeOrNull(),
            fields, items, commands.eventId());
    }

    private Command login() {
        final int dice = values.below(100);
        final String visitor = dice < 70 || loggedIn.isEmpty() ? recent(recentVisitors)
            : dice < 85 ? values.pick(loggedIn) : visitor();
        remember(loggedIn, visitor);
        values.remember(now);
        return new Command.Login(visitor, values.chance(97) ? recent(recentCustomers) : recent(recentVisitors),
            commands.eventId());
    }

    // ----- what is refused

    private Command invalid() {
        final String key = values.chance(50) ? customer() : visitor();
        switch (values.below(16)) {
            case 0:
                return new Command.View(key, "sku-1", now + NaiveShop.FUTURE_MAX_MS + 1, null, null);
            case 1:
                return new Command.View(key, "sku-1", null, "nowhere", null);
            case 2:
                return new Command.CustomEvent(key, "login", now + NaiveShop.FUTURE_MAX_MS + 1, null, List.of(), null);
            case 3:
                return new Command.CustomEvent(key, "login", null, null,
                    List.of(new NamedValue("channel", Value.of("x"))), null);
            case 4:
                return new Command.CartPut(key, null, now + NaiveShop.FUTURE_MAX_MS + 1, List.of(), List.of(), null);
            case 5:
                return new Command.CartPut(key, "nowhere", null, List.of(), List.of(), null);
            case 6:
                return new Command.CartPut(key, null, null, List.of(values.pick(List.of(
                    new NamedValue("lineItems", Value.of("2")), new NamedValue("tax", Value.of("0.00001")),
                    new NamedValue("total", Value.of(1)), new NamedValue("website", Value.of("base"))))), List.of(),
                    null);
            case 7:
                return new Command.CartPut(key, null, null, List.of(), List.of(new Command.Item(
                    values.chance(50) ? now + NaiveShop.FUTURE_MAX_MS + 1 : null,
                    List.of(new NamedValue("rowTotal", Value.of(true))))), null);
            case 8:
                return new Command.CartClear(key, "nowhere", null);
            case 9:
                return new Command.WishlistAdd(key, "sku-1", now + NaiveShop.FUTURE_MAX_MS + 1, null, null);
            case 10:
                return new Command.WishlistAdd(key, "sku-1", null, "nowhere", null);
            case 11:
                return new Command.Login(customer(), customer(), null);
            case 12:
                return new Command.Login(visitor(), values.chance(50) ? "nobody:1" : visitor(), null);
            case 13:
                return new Command.Logout(customer(), null);
            case 14:
                return new Command.SubjectUpsert(customer(), null, null, null, List.of(),
                    List.of(List.of(values.chance(50) ? new NamedValue("isDefaultBilling", Value.of("yes"))
                        : new NamedValue("planet", Value.of("Earth")))), null);
            default:
                return new Command.ConsentSet("k".repeat(65), "marketing", true, null);
        }
    }
}
