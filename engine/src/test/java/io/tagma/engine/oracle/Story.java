package io.tagma.engine.oracle;

import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a {@link Scenario} line by line. JSON is written with ' for " so that it can be read. Values are Java's:
 * String, Integer, Long, BigDecimal, Double, Boolean, List of String, null for missing.
 */
final class Story {
    private final String name;
    private final List<Scenario.Step> steps = new ArrayList<>();
    private long now;
    private int conditionCount;

    Story(final String name, final String start) {
        this.name = name;
        at(start);
    }

    Scenario end() {
        return new Scenario(name, steps);
    }

    // ----- time

    Story at(final String iso) {
        return at(ms(iso));
    }

    Story at(final long ms) {
        now = ms;
        steps.add(new Scenario.Step.Move(ms));
        return this;
    }

    Story later(final long ms) {
        return at(now + ms);
    }

    static long ms(final String iso) {
        return OffsetDateTime.parse(iso).toInstant().toEpochMilli();
    }

    long now() {
        return now;
    }

    // ----- definitions

    Story declare(final String attribute, final String type) {
        return declare(attribute, type, false);
    }

    Story declare(final String attribute, final String type, final boolean isVisitorAllowed) {
        return accept(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, attribute, -1,
            json("{'type':'" + type + "','visitorAllowed':" + isVisitorAllowed + "}")));
    }

    Story website(final String code, final int id, final String zone) {
        return website(code, id, zone, 1);
    }

    Story website(final String code, final int id, final String zone, final int defaultGroup) {
        return accept(new Command.PutDefinition(DefinitionKind.WEBSITE, code, -1, json("{'id':" + id
            + ",'zone':'" + zone + "','currency':'EUR','defaultGroupId':" + defaultGroup + "}")));
    }

    Story group(final int id, final String code) {
        return accept(new Command.PutDefinition(DefinitionKind.GROUP, Integer.toString(id), -1,
            json("{'code':'" + code + "','taxClassId':3}")));
    }

    Story segment(final String key, final String definition) {
        steps.add(new Scenario.Step.Define(now, key, json(definition), true));
        return this;
    }

    Story noSegment(final String key, final String definition) {
        steps.add(new Scenario.Step.Define(now, key, json(definition), false));
        return this;
    }

    Story condition(final String key, final String condition) {
        return segment(key, "{'condition':" + condition + "}");
    }

    // ----- commands

    Story accept(final Command command) {
        steps.add(new Scenario.Step.Apply(now, command, true));
        return this;
    }

    Story refuse(final Command command) {
        steps.add(new Scenario.Step.Apply(now, command, false));
        return this;
    }

    Story customer(final String key, final Object... attributes) {
        return accept(upsert(key, attributes));
    }

    Story noCustomer(final String key, final Object... attributes) {
        return refuse(upsert(key, attributes));
    }

    Story customerOf(final String website, final String key, final Object... attributes) {
        return accept(new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, website, null, values(attributes), null,
            null));
    }

    Story visitor(final String key, final Object... attributes) {
        return accept(new Command.SubjectUpsert(key, SubjectKind.VISITOR, null, null, values(attributes), null,
            null));
    }

    Story erase(final String key) {
        return accept(new Command.SubjectDelete(key, null));
    }

    /** An order of now. */
    Story order(final String key, final String id, final Object... fields) {
        return accept(orderAt(key, id, null, List.of(), fields));
    }

    Story orderOf(final String key, final String id, final long t, final Object... fields) {
        return accept(orderAt(key, id, t, List.of(), fields));
    }

    Story order(final String key, final String id, final List<Command.Item> items, final Object... fields) {
        return accept(orderAt(key, id, null, items, fields));
    }

    Story product(final String product, final Object... fields) {
        return accept(new Command.ProductUpsert(product, values(fields), null));
    }

    /** Home address lists are replaced whole. */
    Story addresses(final String key, final List<List<NamedValue>> addresses) {
        return accept(new Command.SubjectUpsert(key, null, null, null, List.of(), addresses, null));
    }

    Story consent(final String key, final String purpose, final boolean isGranted) {
        return accept(new Command.ConsentSet(key, purpose, isGranted, null));
    }

    /** The home website's cart of now. */
    Story cart(final String key, final List<Command.Item> items, final Object... fields) {
        return accept(cartAt(key, null, null, items, fields));
    }

    Story cartOf(final String website, final String key, final Long t, final List<Command.Item> items,
                 final Object... fields) {
        return accept(cartAt(key, website, t, items, fields));
    }

    Story clearCart(final String key, final String website) {
        return accept(new Command.CartClear(key, website, null));
    }

    Story wish(final String key, final String product) {
        return accept(new Command.WishlistAdd(key, product, null, null, null));
    }

    Story wishAt(final String key, final String product, final long t) {
        return accept(new Command.WishlistAdd(key, product, t, null, null));
    }

    Story unwish(final String key, final String product) {
        return accept(new Command.WishlistRemove(key, product, null));
    }

    Story view(final String key, final String product) {
        return accept(new Command.View(key, product, null, null, null));
    }

    Story viewAt(final String key, final String product, final long t) {
        return accept(new Command.View(key, product, t, null, null));
    }

    Story viewOf(final String website, final String key, final String product) {
        return accept(new Command.View(key, product, null, website, null));
    }

    Story event(final String key, final String name, final Object... properties) {
        return accept(eventAt(key, name, null, properties));
    }

    Story login(final String visitor, final String customer) {
        return accept(new Command.Login(visitor, customer, null));
    }

    Story noLogin(final String visitor, final String customer) {
        return refuse(new Command.Login(visitor, customer, null));
    }

    Story logout(final String visitor) {
        return accept(new Command.Logout(visitor, null));
    }

    static Command cartAt(final String key, final String website, final Long t, final List<Command.Item> items,
                          final Object... fields) {
        return new Command.CartPut(key, website, t, values(fields), items, null);
    }

    static Command eventAt(final String key, final String name, final Long t, final Object... properties) {
        return new Command.CustomEvent(key, name, t, null, values(properties), null);
    }

    static Command orderAt(final String key, final String id, final Long t, final List<Command.Item> items,
                           final Object... fields) {
        return new Command.OrderUpsert(key, id, t, values(fields), items, null);
    }

    static Command upsert(final String key, final Object... attributes) {
        return new Command.SubjectUpsert(key, null, null, null, values(attributes), null, null);
    }

    static Command.Item item(final Object... fields) {
        return new Command.Item(null, values(fields));
    }

    static Command.Item itemAt(final long t, final Object... fields) {
        return new Command.Item(t, values(fields));
    }

    static List<NamedValue> values(final Object... namesAndValues) {
        final List<NamedValue> values = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.add(new NamedValue((String)namesAndValues[i], value(namesAndValues[i + 1])));
        }
        return values;
    }

    private static Value value(final Object value) {
        if (value == null) {
            return Value.MISSING;
        } else if (value instanceof String text) {
            return Value.of(text);
        } else if (value instanceof Integer number) {
            return Value.of((long)number);
        } else if (value instanceof Long number) {
            return Value.of(number);
        } else if (value instanceof BigDecimal number) {
            return Value.of(number);
        } else if (value instanceof Double number) {
            return new Value.Floating(number);
        } else if (value instanceof Boolean bool) {
            return Value.of(bool);
        } else if (value instanceof Instant instant) {
            return Value.of(instant.toEpochMilli());
        } else if (value instanceof List<?> list) {
            final List<String> codes = new ArrayList<>();
            list.forEach(code -> codes.add((String)code));
            return Value.of(codes);
        }
        throw new IllegalArgumentException("value=" + value);
    }

    // ----- expectations

    Story in(final String subject, final String segment) {
        steps.add(new Scenario.Step.Expect(subject, segment, true));
        return this;
    }

    Story out(final String subject, final String segment) {
        steps.add(new Scenario.Step.Expect(subject, segment, false));
        return this;
    }

    /** A look-up for the website (null: the home) shows the segment. */
    Story shows(final String subject, final String website, final String segment) {
        steps.add(new Scenario.Step.Shows(subject, website, segment, true));
        return this;
    }

    Story hides(final String subject, final String website, final String segment) {
        steps.add(new Scenario.Step.Shows(subject, website, segment, false));
        return this;
    }

    Story inGroup(final String subject, final int group) {
        steps.add(new Scenario.Step.InGroup(subject, group));
        return this;
    }

    /** The latest change of both is an ENTER of that cause. */
    Story entered(final String subject, final String segment, final Cause cause) {
        steps.add(new Scenario.Step.Told(subject, segment, true, cause));
        return this;
    }

    Story left(final String subject, final String segment, final Cause cause) {
        steps.add(new Scenario.Step.Told(subject, segment, false, cause));
        return this;
    }

    /** The condition, as a segment of its own, holds for the subject now. */
    Story holds(final String subject, final String condition) {
        final String key = "q" + ++conditionCount;
        return condition(key, condition).in(subject, key);
    }

    /** The condition, as a segment of its own, does not hold for the subject now. */
    Story fails(final String subject, final String condition) {
        final String key = "q" + ++conditionCount;
        return condition(key, condition).out(subject, key);
    }

    private static String json(final String withTicks) {
        return withTicks.replace('\'', '"');
    }
}
