package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.time.Instant;
import java.util.List;

/** A customer in Berlin, 42, of whom something of everything is known, and a visitor. */
final class ExplainedShop implements AutoCloseable {
    /** Tuesday, 13:00 in Berlin. */
    static final long NOW = at("2026-03-10T12:00:00Z");
    static final long DAY_MS = 86_400_000L;
    static final long VISITOR_TTL_MS = 30 * DAY_MS;

    private final EngineHarness engine =
        EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0, VISITOR_TTL_MS, 0), NOW);

    ExplainedShop() {
        define(DefinitionKind.WEBSITE, "de", "{'zone':'Europe/Berlin'}");
        define(DefinitionKind.ATTRIBUTE, "score", "{'type':'DOUBLE'}");
        define(DefinitionKind.ATTRIBUTE, "interests", "{'type':'ENUM_SET'}");
        define(DefinitionKind.ATTRIBUTE, "hobbies", "{'type':'ENUM_SET'}");
        define(DefinitionKind.ATTRIBUTE, "loyalty_tier", "{'type':'ENUM'}");
        define(DefinitionKind.ATTRIBUTE, "nextVisitAt", "{'type':'INSTANT'}");
        define(DefinitionKind.ATTRIBUTE, "weddingDay", "{'type':'DATE'}");
        customer();
        records();
        apply(new Command.View("v:1", "boot", NOW - DAY_MS, null, null));
        apply(new Command.SubjectUpsert("7", null, "base", null, List.of(), null, null));
        engine.settle(NOW);
    }

    static long at(final String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private void customer() {
        apply(new Command.SubjectUpsert("42", SubjectKind.CUSTOMER, "de", null, List.of(
            value("rewardPoints", Value.of(7)),
            value("storeCredit", new Value.Decimal(125_000)),
            value("email", Value.of("Ada@Mail.example")),
            value("lastname", Value.of("x".repeat(70))),
            value("gender", Value.of("f")),
            value("newsletter", Value.of(true)),
            value("dob", Value.of("1990-03-16")),
            value("weddingDay", Value.of("2016-02-29")),
            value("createdAt", Value.of("2025-01-15T08:30:15.250Z")),
            value("lastLoginAt", Value.of(NOW - DAY_MS)),
            value("nextVisitAt", Value.of(NOW + 2 * DAY_MS)),
            value("score", new Value.Floating(0.1)),
            value("interests", Value.of(List.of("ski", "tea"))),
            value("hobbies", Value.of(List.of()))), List.of(
            List.of(value("city", Value.of("Berlin")), value("country", Value.of("DE")),
                value("isDefaultBilling", Value.of(true))),
            List.of(value("city", Value.of("Paris")), value("country", Value.of("FR")))), null));
        apply(new Command.ConsentSet("42", "ads", false, null));
        apply(new Command.ConsentSet("42", "marketing", true, null));
    }

    private void records() {
        apply(new Command.ProductUpsert("boot", List.of(value("categories", Value.of(List.of("shoes"))),
            value("price", new Value.Decimal(899_000))), null));
        order("1", "2025-12-01T10:00:00Z", "complete", 2_000_000, "de");
        order("2", "2026-02-20T09:12:00Z", "complete", 1_199_000, "base");
        order("3", "2026-03-01T08:00:30Z", "complete", 500_500, "base");
        order("4", "2026-03-09T12:00:00Z", "pending", 300_000, "de");
        apply(new Command.CartPut("42", "de", NOW - DAY_MS, List.of(value("grandTotal", new Value.Decimal(500_000))),
            List.of(new Command.Item(NOW - DAY_MS, List.of(value("product", Value.of("boot")),
                value("qty", Value.of(2))))), null));
        apply(new Command.WishlistAdd("42", "boot", NOW - 2 * DAY_MS, null, null));
        apply(new Command.View("42", "boot", NOW - DAY_MS, null, null));
        apply(new Command.View("42", "sock", NOW - DAY_MS, null, null));
        apply(new Command.CustomEvent("42", "emailClick", NOW - DAY_MS, null,
            List.of(value("props.campaign", Value.of("may"))), null));
    }

    private void order(final String id, final String t, final String status, final long grandTotal,
                       final String website) {
        apply(new Command.OrderUpsert("42", id, at(t), List.of(value("status", Value.of(status)),
            value("grandTotal", new Value.Decimal(grandTotal)), value("website", Value.of(website))),
            List.of(new Command.Item(null, List.of(value("product", Value.of("boot"))))), null));
    }

    static NamedValue value(final String name, final Value value) {
        return new NamedValue(name, value);
    }

    EngineHarness engine() {
        return engine;
    }

    /** Defines a segment and waits for its members; apostrophes stand for quotation marks. */
    void segment(final String key, final String json) {
        define(DefinitionKind.SEGMENT, key, json);
        engine.settle(NOW);
    }

    private void define(final DefinitionKind kind, final String key, final String json) {
        apply(new Command.PutDefinition(kind, key, -1, json.replace('\'', '"')));
    }

    void apply(final Command command) {
        final CommandResult result = engine.apply(command, NOW);
        assertThat(result.isOk()).as("%s: %s", command, result).isTrue();
    }

    @Override
    public void close() {
        engine.close();
    }
}
