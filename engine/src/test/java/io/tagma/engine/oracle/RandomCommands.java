package io.tagma.engine.oracle;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Random commands about some three hundred subjects and forty products. Order ids repeat, so that orders are replaced;
 * about one command in twenty is to be refused.
 */
final class RandomCommands {
    static final List<String> CUSTOMERS = customers();
    static final List<String> VISITORS = visitors();
    static final List<String> PRODUCTS = products();
    static final List<String> ORDER_IDS = List.of("100000001", "100000002", "100000003", "R-4", "5:ü");

    private static final int PASSING_MEMBERS = 20;
    private static final int FIRST_TRAFFIC = 1_000;
    private static final int REPEATABLE_MAX = 200;
    private static final long HOUR = RandomValues.HOUR;

    /** A command with an event id, and when it was sent. */
    private record Sent(Command.Ingest command, long at) {
    }

    private final RandomValues values;
    private final List<Sent> repeatable = new ArrayList<>();
    /** Null where the shop has orders alone. */
    private final RandomTraffic traffic;
    private int eventCount;
    private long now;

    RandomCommands(final RandomValues values, final boolean isWhole) {
        this.values = values;
        traffic = isWhole ? new RandomTraffic(values, this) : null;
    }

    /** Everybody, once; every second customer has an order; in the whole domain, much that they did before. */
    List<Command> first(final long nowMs) {
        now = nowMs;
        final List<Command> all = new ArrayList<>();
        for (final String key : CUSTOMERS) {
            all.add(subjectUpsert(key, false));
            if (values.chance(50)) {
                all.add(orderUpsert(key, recordTimeOrNull()));
            }
        }
        VISITORS.forEach(key -> all.add(subjectUpsert(key, true)));
        for (int i = traffic == null ? 0 : FIRST_TRAFFIC; i > 0; i--) {
            all.add(traffic.next(now));
        }
        return all;
    }

    /** The passing group goes, or comes with new members. */
    List<Command> passingGroup(final boolean isThere) {
        final List<Command> all = new ArrayList<>();
        if (isThere) {
            all.add(new Command.DeleteDefinition(DefinitionKind.GROUP,
                Integer.toString(RandomCatalog.PASSING_GROUP), -1, false));
            return all;
        }
        all.add(RandomCatalog.group(RandomCatalog.PASSING_GROUP, "Passing"));
        for (int i = 0; i < PASSING_MEMBERS; i++) {
            all.add(new Command.GroupAssign(values.pick(CUSTOMERS), RandomCatalog.PASSING_GROUP, null));
        }
        return all;
    }

    Command next(final long nowMs) {
        now = nowMs;
        final Command command = traffic == null ? ofOrders() : traffic.next(now);
        if (command instanceof Command.Ingest ingest && ingest.eventId() != null) {
            final Sent sent = new Sent(ingest, now);
            if (repeatable.size() < REPEATABLE_MAX) {
                repeatable.add(sent);
            } else {
                repeatable.set(values.below(REPEATABLE_MAX), sent);
            }
        }
        return command;
    }

    private Command ofOrders() {
        final int dice = values.below(1000);
        final Command command;
        if (dice < 330) {
            command = subjectUpsert();
        } else if (dice < 710) {
            command = orderUpsert(customer(), recordTimeOrNull());
        } else if (dice < 750) {
            command = new Command.OrderDelete(customer(), values.pick(ORDER_IDS), eventId());
        } else if (dice < 800) {
            command = new Command.GroupAssign(customer(), group(), eventId());
        } else if (dice < 820) {
            command = new Command.SubjectDelete(values.chance(80) ? customer() : visitor(), eventId());
        } else if (dice < 890) {
            command = productUpsert();
        } else if (dice < 900) {
            command = new Command.ProductDelete(product(), eventId());
        } else if (dice < 935) {
            command = repeat();
        } else if (dice < 943) {
            command = new Command.DeleteDefinition(DefinitionKind.GROUP,
                Integer.toString(values.chance(70) ? RandomCatalog.PASSING_GROUP : values.below(4)), -1, false);
        } else if (dice < 951) {
            command = RandomCatalog.group(RandomCatalog.PASSING_GROUP, "Passing");
        } else if (dice < 954) {
            command = RandomCatalog.website("us", values.chance(50) ? "America/New_York" : "Asia/Tokyo",
                values.chance(70) ? 1 : 11);
        } else {
            command = invalid();
        }
        return command;
    }

    // ----- keys

    /** A few customers get most of it, so that records gather. */
    String customer() {
        return values.chance(75) ? CUSTOMERS.get(values.below(24)) : values.pick(CUSTOMERS);
    }

    String visitor() {
        return values.chance(60) ? VISITORS.get(values.below(10)) : values.pick(VISITORS);
    }

    String product() {
        return values.chance(70) ? PRODUCTS.get(values.below(8)) : values.pick(PRODUCTS);
    }

    int group() {
        return values.chance(15) ? RandomCatalog.PASSING_GROUP : values.pick(RandomCatalog.GROUPS);
    }

    String website() {
        return values.pick(RandomCatalog.WEBSITES);
    }

    String eventId() {
        return values.chance(30) ? "e" + ++eventCount : null;
    }

    Long recordTimeOrNull() {
        if (values.chance(20)) {
            values.rememberRecord(now);
            return null;
        }
        return values.recordTime(now);
    }

    // ----- what is accepted (unless the state says otherwise)

    Command subjectUpsert() {
        final boolean isVisitor = values.chance(25);
        return subjectUpsert(isVisitor ? visitor() : customer(), isVisitor);
    }

    private Command subjectUpsert(final String key, final boolean isVisitor) {
        final List<NamedValue> attributes = new ArrayList<>();
        for (final RandomCatalog.Declared attribute : RandomCatalog.ATTRIBUTES) {
            if (values.chance(30) && (attribute.isVisitorAllowed() || !isVisitor)) {
                attributes.add(new NamedValue(attribute.key(),
                    values.chance(12) ? Value.MISSING : values.value(attribute.type(), now)));
            }
        }
        final SubjectKind kind = isVisitor ? SubjectKind.VISITOR : values.chance(50) ? SubjectKind.CUSTOMER : null;
        return new Command.SubjectUpsert(key, kind, values.chance(35) ? website() : null,
            !isVisitor && values.chance(10) ? group() : null, attributes, null, eventId());
    }

    Command orderUpsert(final String key, final Long t) {
        final List<NamedValue> fields = new ArrayList<>();
        for (final String amount : List.of("grandTotal", "qty", "refunded", "subtotal", "tax", "discount",
            "shippingAmount", "storeCreditUsed")) {
            if (values.chance(amount.equals("grandTotal") || amount.equals("qty") ? 80 : 25)) {
                fields.add(new NamedValue(amount, values.amount()));
            }
        }
        for (final String text : List.of("status", "coupon", "store", "paymentMethod", "shippingMethod",
            "shipping.country", "billing.city", "shipping.city", "billing.postcode")) {
            if (values.chance(30)) {
                fields.add(new NamedValue(text, Value.of(values.text())));
            }
        }
        if (values.chance(60)) {
            fields.add(new NamedValue("website", Value.of(website())));
        }
        if (values.chance(30)) {
            fields.add(new NamedValue("props.channel", free(ValueType.STRING)));
        }
        if (values.chance(30)) {
            fields.add(new NamedValue("props.tags", free(ValueType.ENUM_SET)));
        }
        itemProperties(fields);
        final List<Command.Item> items = new ArrayList<>();
        for (int i = values.below(4); i > 0; i--) {
            items.add(item());
        }
        return new Command.OrderUpsert(key, values.pick(ORDER_IDS), t, fields, items, eventId());
    }

    Command.Item item() {
        final List<NamedValue> fields = new ArrayList<>();
        if (values.chance(90)) {
            fields.add(new NamedValue("product", Value.of(product())));
        }
        for (final String amount : List.of("qty", "rowTotal")) {
            if (values.chance(70)) {
                fields.add(new NamedValue(amount, values.amount()));
            }
        }
        itemProperties(fields);
        return new Command.Item(values.chance(20) ? values.recordTime(now) : null, fields);
    }

    private void itemProperties(final List<NamedValue> fields) {
        if (values.chance(30)) {
            fields.add(new NamedValue("props.score", free(ValueType.DECIMAL)));
        }
        if (values.chance(30)) {
            fields.add(new NamedValue("props.gift", free(ValueType.BOOL)));
        }
    }

    /** Mostly of that type; what is undeclared may be anything. */
    Value free(final ValueType usual) {
        final ValueType type = values.chance(85) ? usual
            : values.pick(List.of(ValueType.STRING, ValueType.DECIMAL, ValueType.BOOL, ValueType.ENUM_SET));
        return type == ValueType.DECIMAL ? Value.of(new BigDecimal(values.average())) : values.value(type, now);
    }

    Command productUpsert() {
        final List<NamedValue> fields = new ArrayList<>();
        if (values.chance(85)) {
            fields.add(new NamedValue("categories", values.codes()));
        }
        if (values.chance(85)) {
            fields.add(new NamedValue("price", values.amount()));
        }
        if (values.chance(85)) {
            fields.add(new NamedValue("sku", Value.of(values.text())));
        }
        if (values.chance(85)) {
            fields.add(new NamedValue("onSale", Value.of(values.chance(50))));
        }
        if (values.chance(50)) {
            fields.add(new NamedValue("attributes.brand", free(ValueType.STRING)));
        }
        if (values.chance(50)) {
            fields.add(new NamedValue("attributes.weight", free(ValueType.DECIMAL)));
        }
        if (values.chance(50)) {
            fields.add(new NamedValue("attributes.eco", free(ValueType.BOOL)));
        }
        return new Command.ProductUpsert(product(), fields, eventId());
    }

    /** Late within the day of memory, or at another time; what happens at its very end nobody says. */
    Command repeat() {
        final List<Sent> candidates = new ArrayList<>();
        final List<Sent> late = new ArrayList<>();
        for (final Sent sent : repeatable) {
            final long age = now - sent.at();
            if (age < 23 * HOUR || age > 26 * HOUR) {
                candidates.add(sent);
            }
            if (age > 12 * HOUR && age < 23 * HOUR) {
                late.add(sent);
            }
        }
        return candidates.isEmpty() ? subjectUpsert()
            : values.pick(late.isEmpty() || values.chance(40) ? candidates : late).command();
    }

    // ----- what is refused

    Command invalid() {
        final String key = customer();
        switch (values.below(17)) {
            case 0:
                return attribute(key, "undeclared", Value.of(1));
            case 1:
                return attribute(key, "c_int", Value.of("12"));
            case 2:
                return attribute(key, "c_bool", Value.of(1));
            case 3:
                return attribute(key, "c_decimal", Value.of("1.23456"));
            case 4:
                return attribute(key, "c_decimal", Value.of(new BigDecimal("100000000000.0001")));
            case 5:
                return attribute(key, "c_date", Value.of("2026-02-30"));
            case 6:
                return attribute(key, "c_enum_set", Value.of("F"));
            case 7:
                return attribute(key, "c_int", Value.of(Long.MIN_VALUE));
            case 8:
                return new Command.SubjectUpsert(key, null, "nowhere", null, List.of(), null, null);
            case 9:
                return new Command.SubjectUpsert(visitor(), SubjectKind.VISITOR, null, null,
                    List.of(new NamedValue("c_int", Value.of(1))), null, null);
            case 10:
                return new Command.GroupAssign(key, values.pick(List.of(0, 32000, 777)), null);
            case 11:
                return orderUpsert(visitor(), null);
            case 12:
                return new Command.OrderUpsert(key, "6", now + NaiveShop.FUTURE_MAX_MS + 1, List.of(), List.of(), null);
            case 13:
                return new Command.OrderUpsert(key, "6", null,
                    List.of(new NamedValue("website", Value.of("nowhere"))), List.of(), null);
            case 14:
                return new Command.OrderUpsert(key, "6", null, List.of(values.chance(50)
                    ? new NamedValue("noSuchField", Value.of(1)) : new NamedValue("status", Value.of(1))), List.of(),
                    null);
            case 15:
                return new Command.OrderDelete(visitor(), values.pick(ORDER_IDS), null);
            default:
                return new Command.ProductUpsert(product(),
                    List.of(new NamedValue("onSale", Value.of("yes"))), null);
        }
    }

    private static Command attribute(final String key, final String name, final Value value) {
        return new Command.SubjectUpsert(key, null, null, null, List.of(new NamedValue(name, value)), null, null);
    }

    private static List<String> customers() {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            keys.add(switch (i % 6) {
                case 0 -> "shop:" + i;
                case 1 -> "Zoë-" + i;
                case 2 -> "ключ-" + i;
                case 3 -> "客户🙂" + i;
                default -> Integer.toString(i);
            });
        }
        return List.copyOf(keys);
    }

    private static List<String> visitors() {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            keys.add("v:" + Integer.toHexString(i * 7919));
        }
        return List.copyOf(keys);
    }

    private static List<String> products() {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            keys.add(i % 10 == 9 ? "p:ü" + i : "sku-" + i);
        }
        return List.copyOf(keys);
    }
}
