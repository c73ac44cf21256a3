package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a login unites must fit: by the rules of the first application version and by those since. */
class LoginLimitsTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long UNITS_MAX = 1_000_000_000_000_000L;
    private static final String OVER_THE_TOP =
        "{\"agg\":{\"fn\":\"max\",\"source\":\"cart\",\"field\":\"%s\"},\"op\":\"gt\",\"v\":%s}";

    private EngineHarness engine;

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldKeepSumsWithinTheRangeOfDecimalsSinceTheSecondVersion(final int version) {
        begin(version);
        segment("rich", String.format(OVER_THE_TOP, "grandTotal", "\"99999999999.9999\""));
        segment("poor", String.format(OVER_THE_TOP, "tax", "\"-100000000000\""));
        segment("both", "{\"exists\":{\"source\":\"cart\",\"where\":[{\"f\":\"grandTotal\",\"op\":\"eq\","
            + "\"v\":\"100000000000\"}]}}");
        for (final String key : List.of("v", "c")) {
            cart(key, List.of(field("grandTotal", UNITS_MAX), field("tax", -UNITS_MAX)), 0, "");
        }
        assertThat(members("rich")).isEqualTo(2);
        assertThat(members("poor")).isZero();

        assertThat(login()).isTrue();

        assertThat(members("rich")).isEqualTo(1);
        assertThat(members("both")).isEqualTo(version == 1 ? 0 : 1);
        assertThat(members("poor")).isZero();
        assertSameRestored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldNotWrapCountsOfLinesSinceTheSecondVersion(final int version) {
        begin(version);
        segment("many", String.format(OVER_THE_TOP, "lineItems", "1000"));
        for (final String key : List.of("v", "c")) {
            cart(key, List.of(new NamedValue("lineItems", Value.of(Long.MAX_VALUE))), 0, "");
        }

        assertThat(login()).isTrue();

        assertThat(members("many")).isEqualTo(version == 1 ? 0 : 1);
        assertSameRestored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldLeaveACartBehindThatCannotBeStoredWithTheCustomers(final int version) {
        begin(version);
        segment("long", String.format(OVER_THE_TOP, "lineItems", "600"));
        cart("v", List.of(), 600, "v");
        cart("c", List.of(), 600, "c");

        assertThat(login()).isTrue();

        assertThat(members("long")).isZero();
        assertThat(engine.lookup("v")).isEqualTo(engine.lookup("c"));
        assertSameRestored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldLeaveWishesBehindBeyondTheLimitOfRecordsSinceTheSecondVersion(final int version) {
        begin(version);
        segment("full", "{\"agg\":{\"fn\":\"count\",\"source\":\"wishlistItem\"},\"op\":\"gt\",\"v\":"
            + Limits.RECORDS_PER_SUBJECT_MAX + "}");
        for (int i = 0; i < Limits.RECORDS_PER_SUBJECT_MAX - 1; i++) {
            accept(new Command.WishlistAdd("c", "p" + i, null, null, null));
        }
        for (int i = 0; i < 3; i++) {
            accept(new Command.WishlistAdd("v", "q" + i, null, null, null));
        }

        assertThat(login()).isTrue();

        assertThat(members("full")).isEqualTo(version == 1 ? 1 : 0);
        assertThat(engine.apply(new Command.WishlistAdd("c", "one more", null, null, null), NOW).code())
            .isEqualTo(ResultCode.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldKeepTheNewestEventsWithinTheLimitOfRecordsSinceTheSecondVersion(final int version) {
        begin(version);
        segment("whole", "{\"agg\":{\"fn\":\"count\",\"source\":\"event:old\"},\"op\":\"eq\",\"v\":200}");
        segment("fits", "{\"agg\":{\"fn\":\"count\",\"source\":\"event:old\"},\"op\":\"eq\",\"v\":92}");
        events("c", "old", 200, NOW - 1);
        for (int name = 1; name < 40; name++) {
            events("c", "event-" + name, 200, NOW);
        }
        events("v", "new-1", 150, NOW);
        events("v", "new-2", 150, NOW);
        assertThat(members("whole")).isEqualTo(1);

        assertThat(login()).isTrue();

        assertThat(members("whole")).isEqualTo(version == 1 ? 1 : 0);
        assertThat(members("fits")).isEqualTo(version == 1 ? 0 : 1);
        assertSameRestored();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRefuseALoginWhoseConsentsCannotBeStored(final int version) {
        begin(version);
        for (int i = 0; i < 15; i++) {
            engine.apply(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "a" + i, -1, "{\"type\":\"STRING\"}"),
                NOW);
            accept(new Command.SubjectUpsert("c", null, null, null,
                List.of(new NamedValue("a" + i, Value.of("x".repeat(3_900)))), null, null));
        }
        for (int i = 0; i < 900; i++) {
            accept(new Command.ConsentSet("v", "purpose-" + i, false, null));
        }

        final CommandResult result = engine.apply(new Command.Login("v", "c", null), NOW);

        assertThat(result.code()).isEqualTo(ResultCode.TOO_LARGE);
        assertThat(result.pointer()).isEqualTo("/visitor");
        assertThat(engine.view().subject("v").kind()).isEqualTo(SubjectKind.VISITOR);
        assertSameRestored();
    }

    private void begin(final int version) {
        engine = EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0, 0, 0, version), NOW);
        accept(new Command.SubjectUpsert("v", SubjectKind.VISITOR, null, null, List.of(), null, null));
        accept(new Command.SubjectUpsert("c", SubjectKind.CUSTOMER, null, null, List.of(), null, null));
    }

    private void segment(final String key, final String condition) {
        accept(new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, "{\"condition\":" + condition + "}"));
        engine.settle(NOW);
    }

    private void cart(final String key, final List<NamedValue> fields, final int lines, final String products) {
        final List<Command.Item> items = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            items.add(new Command.Item(null, List.of(new NamedValue("product",
                Value.of(products + "-a product with a rather long key-" + i)), field("qty", 10_000))));
        }
        accept(new Command.CartPut(key, null, null, fields, items, null));
    }

    private void events(final String key, final String name, final int count, final long t) {
        for (int i = 0; i < count; i++) {
            accept(new Command.CustomEvent(key, name, t, null, List.of(), null));
        }
    }

    private static NamedValue field(final String name, final long units) {
        return new NamedValue(name, new Value.Decimal(units));
    }

    private boolean login() {
        final CommandResult result = engine.apply(new Command.Login("v", "c", null), NOW);
        engine.settle(NOW);
        return result.isOk();
    }

    private void accept(final Command command) {
        final CommandResult result = engine.apply(command, NOW);
        assertThat(result.isOk()).as("%s", result).isTrue();
    }

    private long members(final String segment) {
        return engine.view().segment(segment).count();
    }

    private void assertSameRestored() {
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            assertThat(restored.engine().stateHash()).isEqualTo(engine.engine().stateHash());
        }
    }
}
