package io.tagma.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The oracle on trees built by hand, and what scenarios cannot say. */
final class NaiveOracleTest {
    private static final long NOON = Story.ms("2026-03-10T12:00:00Z");
    private static final long DAY = 86_400_000;

    private final NaiveShop shop = new NaiveShop();
    private final NaiveOracle oracle = new NaiveOracle();

    @Test
    void shouldGiveTheBucketsOfDomainWhenKeysAreSampled() {
        assertThat(Evaluation.bucket("winter-26", "42")).isEqualTo(7878);
        assertThat(Evaluation.bucket("winter-26", "v:8f1c")).isEqualTo(3801);
        assertThat(Evaluation.bucket("s", "Zoë")).isEqualTo(5037);
    }

    @Test
    void shouldLeaveWindowExactlyAtItsEndWhenTreeIsBuiltByHand() {
        final SegmentDefinition segment = segment("s", new Condition.Exists(
            new Condition.Query(Source.ORDER, null, new Filter.All(List.of()), new Window.Last(DAY), null), false));
        shop.apply(Story.orderAt("c", "1", null, List.of()), NOON);

        assertThat(oracle.isMember(shop, "c", segment, NOON + DAY - 1)).isTrue();
        assertThat(oracle.isMember(shop, "c", segment, NOON + DAY)).isFalse();
    }

    @Test
    void shouldCompareAverageWithSumTimesCountWhenQuotientIsPeriodic() {
        for (int i = 0; i < 3; i++) {
            shop.apply(Story.orderAt("c", "" + i, null, List.of(), "qty", i == 0 ? 1 : 0), NOON);
        }
        final Condition.Query query =
            new Condition.Query(Source.ORDER, null, new Filter.All(List.of()), null, null);

        assertThat(oracle.isMember(shop, "c", segment("s", average(query, Operator.GT, 3333)), NOON)).isTrue();
        assertThat(oracle.isMember(shop, "c", segment("s", average(query, Operator.EQ, 3333)), NOON)).isFalse();
        assertThat(oracle.isMember(shop, "c", segment("s", average(query, Operator.LT, 3334)), NOON)).isTrue();
    }

    @Test
    void shouldIgnoreTheFoldedFormOfTheTreeWhenTextsAreCompared() {
        shop.apply(Story.upsert("c", "firstname", "Straße"), NOON);
        final SegmentDefinition segment = segment("s", new Condition.AttributeTest(
            shop.catalog().attribute("firstname"), new Condition.Test(Operator.EQ,
            new Operand.Text("STRASSE", "wrongly folded"), false, false)));

        assertThat(oracle.isMember(shop, "c", segment, NOON)).isTrue();
    }

    @Test
    void shouldGateMembershipByConsentWhenSegmentHasPurpose() {
        shop.apply(Story.upsert("c"), NOON);
        final SegmentDefinition segment = NaiveParser.parse("s", "{\"purpose\":\"marketing\",\"confirmAll\":true}",
            shop.catalog());

        assertThat(oracle.isMember(shop, "c", segment, NOON)).isFalse();
        shop.apply(new Command.ConsentSet("c", "marketing", true, null), NOON);
        assertThat(oracle.isMember(shop, "c", segment, NOON)).isTrue();
        shop.apply(new Command.ConsentSet("c", "marketing", false, null), NOON);
        assertThat(oracle.isMember(shop, "c", segment, NOON)).isFalse();
    }

    @Test
    void shouldListMembersAndGroupsWhenAsked() {
        shop.apply(Story.upsert("b", "rewardPoints", 1), NOON);
        shop.apply(Story.upsert("a", "rewardPoints", 1), NOON);
        shop.apply(Story.upsert("c", "rewardPoints", 2), NOON);
        shop.apply(new Command.GroupAssign("c", 3, null), NOON);
        final SegmentDefinition segment = NaiveParser.parse("s",
            "{\"condition\":{\"attr\":\"rewardPoints\",\"op\":\"eq\",\"v\":1}}", shop.catalog());

        assertThat(shop.define(segment)).isTrue();
        assertThat(oracle.members(shop, segment, NOON)).containsExactly("a", "b");
        assertThat(oracle.segmentsOf(shop, "a", NOON)).containsExactly("s");
        assertThat(oracle.groupOf(shop)).containsEntry("a", 1).containsEntry("c", 3);
        assertThat(shop.undefine("s")).isTrue();
        assertThat(shop.undefine("s")).isFalse();
    }

    @Test
    void shouldTellEveryNodeAndRecordWhenAskedWhy() {
        shop.apply(Story.orderAt("c", "100000012", null, List.of(), "qty", 2), NOON);
        final SegmentDefinition segment = NaiveParser.parse("s", "{\"condition\":{\"all\":[{\"agg\":{\"fn\":\"sum\","
            + "\"source\":\"order\",\"field\":\"qty\"},\"op\":\"ge\",\"v\":3}]}}", shop.catalog());

        assertThat(oracle.why(shop, "c", segment, NOON)).contains("100000012", "values [2] is 2", "All", "false",
            "member: false");
        assertThat(oracle.why(shop, "x", segment, NOON)).startsWith("unknown");
    }

    @Test
    void shouldNotGoBackWhenAnEarlierTimeIsGiven() {
        shop.moveTo(NOON);
        shop.moveTo(NOON - 1);

        assertThat(shop.now()).isEqualTo(NOON);
        assertThat(shop.apply(new Command.ClockAdvance(NOON - 1), NOON)).isFalse();
        assertThat(shop.apply(new Command.ClockAdvance(NOON), NOON)).isTrue();
        assertThat(shop.apply(new Command.ClockAdvance(NOON + DAY), NOON)).isTrue();
        assertThat(shop.now()).isEqualTo(NOON + DAY);
    }

    @Test
    void shouldReadEveryFormOfDurationWhenParsed() {
        assertThat(NaiveParser.span("P1W")).isEqualTo(new Operand.Span(7 * DAY, 7));
        assertThat(NaiveParser.span("PT24H")).isEqualTo(new Operand.Span(DAY, 1));
        assertThat(NaiveParser.span("P1DT1S")).isEqualTo(new Operand.Span(DAY + 1000, -1));
        assertThat(NaiveParser.span("P0D")).isEqualTo(new Operand.Span(0, 0));
    }

    @Test
    void shouldCountLeapDayOnItsEveWhenYearIsCommon() {
        final Condition.Test test = new Condition.Test(Operator.ANNIVERSARY_WITHIN,
            new Operand.Numbers(List.of(0L, 0L)), false, false);
        final Object born = LocalDate.of(2000, 2, 29);

        assertThat(verdict("2026-02-28T12:00:00Z").of(ValueType.DATE, born, test)).isTrue();
        assertThat(verdict("2026-03-01T12:00:00Z").of(ValueType.DATE, born, test)).isFalse();
        assertThat(verdict("2028-02-28T12:00:00Z").of(ValueType.DATE, born, test)).isFalse();
        assertThat(verdict("2028-02-29T12:00:00Z").of(ValueType.DATE, born, test)).isTrue();
    }

    private static Verdict verdict(final String now) {
        return new Verdict(Story.ms(now), ZoneId.of("UTC"));
    }

    private static Condition average(final Condition.Query query, final Operator operator, final long units) {
        return new Condition.Aggregate(Condition.Function.AVG, query, RecordFields.named(Source.ORDER, "qty"), null,
            ValueType.DECIMAL, new Condition.Test(operator, new Operand.Number(units), false, false));
    }

    private static SegmentDefinition segment(final String key, final Condition condition) {
        return new SegmentDefinition(key, null, null, SegmentDefinition.Status.ACTIVE, List.of(), false,
            SegmentDefinition.ApplyTo.BOTH, null, null, null, true, false, null, List.of(), condition, "{}");
    }
}
