package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.condition.Condition.Aggregate;
import io.tagma.engine.condition.Condition.AtLeast;
import io.tagma.engine.condition.Condition.AttributeTest;
import io.tagma.engine.condition.Condition.Exists;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Function;
import io.tagma.engine.condition.Condition.GroupTest;
import io.tagma.engine.condition.Condition.Membership;
import io.tagma.engine.condition.Condition.NotIn;
import io.tagma.engine.condition.Condition.Query;
import io.tagma.engine.condition.Condition.Sample;
import io.tagma.engine.condition.Condition.WebsiteTest;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentParserTest {
    private static final long DAY = 86_400_000L;
    private final TableCatalog catalog = new TableCatalog("vip", "other");

    @Test
    void shouldFillDefaultsWhenOnlyTheConditionIsGiven() throws Refusal {
        final SegmentDefinition definition = parse("{'condition':{'attr':'newsletter','op':'eq','v':true}}");

        assertThat(definition.key()).isEqualTo("seg");
        assertThat(definition.name()).isEqualTo("seg");
        assertThat(definition.description()).isEmpty();
        assertThat(definition.status()).isEqualTo(SegmentDefinition.Status.ACTIVE);
        assertThat(definition.websites()).isEmpty();
        assertThat(definition.websiteScope()).isFalse();
        assertThat(definition.applyTo()).isEqualTo(SegmentDefinition.ApplyTo.BOTH);
        assertThat(definition.purpose()).isNull();
        assertThat(definition.validFrom()).isNull();
        assertThat(definition.validTo()).isNull();
        assertThat(definition.cacheRelevant()).isTrue();
        assertThat(definition.confirmAll()).isFalse();
        assertThat(definition.owner()).isEmpty();
        assertThat(definition.tags()).isEmpty();
        assertThat(definition.json()).isEqualTo(json("{'key':'seg','name':'seg','description':'','status':'ACTIVE',"
            + "'websites':[],'eventScope':'GLOBAL','applyTo':'BOTH','cacheRelevant':true,'confirmAll':false,"
            + "'owner':'','tags':[],'condition':{'attr':'newsletter','op':'eq','v':true}}"));
    }

    @Test
    void shouldKeepEveryMemberWhenAllAreGiven() throws Refusal {
        final SegmentDefinition definition = parse("{'condition':{'any':[]},'tags':['b','a'],'owner':'Zoë',"
            + "'confirmAll':true,'cacheRelevant':false,'validTo':1800000000000,'validFrom':'2026-01-01T00:00:00+01:00',"
            + "'purpose':'marketing','applyTo':'VISITORS','eventScope':'WEBSITE','websites':['us',2,'eu'],"
            + "'status':'PAUSED','description':'d','name':'N \\\" \\n','key':'seg'}");

        assertThat(definition.name()).isEqualTo("N \" \n");
        assertThat(definition.description()).isEqualTo("d");
        assertThat(definition.status()).isEqualTo(SegmentDefinition.Status.PAUSED);
        assertThat(definition.websites()).containsExactly(2, 3);
        assertThat(definition.websiteScope()).isTrue();
        assertThat(definition.applyTo()).isEqualTo(SegmentDefinition.ApplyTo.VISITORS);
        assertThat(definition.purpose()).isEqualTo("marketing");
        assertThat(definition.validFrom()).isEqualTo(1767222000000L);
        assertThat(definition.validTo()).isEqualTo(1800000000000L);
        assertThat(definition.cacheRelevant()).isFalse();
        assertThat(definition.confirmAll()).isTrue();
        assertThat(definition.owner()).isEqualTo("Zoë");
        assertThat(definition.tags()).containsExactly("b", "a");
        assertThat(definition.json()).isEqualTo(json("{'key':'seg','name':'N \\\" \\n','description':'d',"
            + "'status':'PAUSED','websites':['eu','us'],'eventScope':'WEBSITE','applyTo':'VISITORS',"
            + "'purpose':'marketing','validFrom':'2025-12-31T23:00:00Z','validTo':'2027-01-15T08:00:00Z',"
            + "'cacheRelevant':false,'confirmAll':true,'owner':'Zoë','tags':['b','a'],'condition':{'any':[]}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'condition':null}", "{'condition':{'all':[]}}", "{'confirmAll':false}"})
    void shouldRefuseEveryoneWhenItIsNotConfirmed(final String text) {
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> parse(text));

        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEqualTo("/condition");
        assertThat(refusal).hasMessageContaining("confirmAll");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'confirmAll':true}", "{'condition':null,'confirmAll':true}",
        "{'condition':{'all':[]},'confirmAll':true}"})
    void shouldMeanEveryoneWhenItIsConfirmed(final String text) throws Refusal {
        assertThat(parse(text).condition()).isEqualTo(new Condition.All(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'any':[]}", "{'none':[]}", "{'notAll':[]}", "{'all':[{'all':[]}]}",
        "{'none':[{'any':[]}]}"})
    void shouldAcceptEmptyNodesWhenTheyAreNotTheBareAll(final String node) throws Refusal {
        assertThat(parse("{'condition':" + node + "}").json()).endsWith("\"condition\":" + json(node) + "}");
    }

    @Test
    void shouldAcceptANullWhereAMemberIsOptional() throws Refusal {
        final SegmentDefinition definition = parse("{'purpose':null,'validFrom':null,'name':null,'tags':null,"
            + "'websites':null,'condition':{'exists':{'source':'order','where':null,'window':null,'notIn':null},"
            + "'not':null}}");

        assertThat(definition.purpose()).isNull();
        assertThat(definition.condition()).isEqualTo(new Exists(
            new Query(Source.ORDER, null, new Filter.All(List.of()), null, null), false));
    }

    @Test
    void shouldBuildTheTreeOfNodesInOrder() throws Refusal {
        final Condition vip = new Membership("vip");
        final Condition sample = new Sample("s", 0, 9_000);

        assertThat(condition("{'all':[{'any':[{'segment':'vip'}]},{'none':[{'sample':{'salt':'s','from':0,"
            + "'to':9000}}]},{'notAll':[{'segment':'vip'},{'segment':'other'}]},{'atLeast':2,'of':[{'segment':'vip'},"
            + "{'sample':{'to':9000,'from':0,'salt':'s'}}]}]}"))
            .isEqualTo(new Condition.All(List.of(new Condition.Any(List.of(vip)), new Condition.None(List.of(sample)),
                new Condition.NotAll(List.of(vip, new Membership("other"))), new AtLeast(2, List.of(vip, sample)))));
    }

    @Test
    void shouldResolveGroupsAndWebsitesWhenWrittenByIdOrCode() throws Refusal {
        assertThat(condition("{'attr':'group','op':'in','v':['wholeSALE',3]}")).isEqualTo(new GroupTest(
            new Condition.Test(Operator.IN, new Operand.Numbers(List.of(2L, 3L)), false, false)));
        assertThat(condition("{'attr':'group','op':'ne','v':0}")).isEqualTo(new GroupTest(
            new Condition.Test(Operator.NE, new Operand.Number(0), false, false)));
        assertThat(condition("{'attr':'website','op':'eq','v':'eu'}")).isEqualTo(new WebsiteTest(
            new Condition.Test(Operator.EQ, new Operand.Number(2), false, false)));
        assertThat(condition("{'attr':'website','op':'notIn','v':[1,'us']}")).isEqualTo(new WebsiteTest(
            new Condition.Test(Operator.NOT_IN, new Operand.Numbers(List.of(1L, 3L)), false, false)));
    }

    @Test
    void shouldFoldTextsAndKeepThemAsSent() throws Refusal {
        final AttributeTest test = (AttributeTest) condition("{'attr':'email','op':'eq','v':'Straße '}");

        assertThat(test.test().operand()).isEqualTo(new Operand.Text("Straße ", "strasse"));
    }

    @Test
    void shouldFoldMatchIntoTheFilter() throws Refusal {
        final Filter city = new Filter.FieldTest(RecordFields.named(Source.ADDRESS, "city"),
            new Condition.Test(Operator.IS_SET, Operand.NONE, false, false));
        final String where = "'where':[{'f':'city','op':'isSet'}]";

        assertThat(where("{'source':'address'," + where + "}")).isEqualTo(new Filter.All(List.of(city)));
        assertThat(where("{'source':'address','match':'all'," + where + "}"))
            .isEqualTo(new Filter.All(List.of(city)));
        assertThat(where("{'source':'address','match':'any'," + where + "}"))
            .isEqualTo(new Filter.Any(List.of(city)));
        assertThat(where("{'source':'address','match':'any','where':[]}")).isEqualTo(new Filter.All(List.of()));
        assertThat(where("{'source':'address','match':'any'}")).isEqualTo(new Filter.All(List.of()));
    }

    @Test
    void shouldReadEveryFormOfAWindow() throws Refusal {
        assertThat(window("{'last':'P2W'}")).isEqualTo(new Window.Last(14 * DAY));
        assertThat(window("{'last':'PT36H','align':'ms'}")).isEqualTo(new Window.Last(36 * 3_600_000L));
        assertThat(window("{'last':'P1DT24H','align':'day'}")).isEqualTo(new Window.LastDays(2));
        assertThat(window("{'from':'P60D','to':'P30D'}")).isEqualTo(new Window.Ago(60 * DAY, 30 * DAY));
        assertThat(window("{'from':'P60D','to':'P0D'}")).isEqualTo(new Window.Ago(60 * DAY, 0));
        assertThat(window("{'from':0,'to':'1970-01-01T00:00:01Z'}")).isEqualTo(new Window.Between(0L, 1_000L));
        assertThat(window("{'from':-5}")).isEqualTo(new Window.Between(-5L, null));
        assertThat(window("{'to':7}")).isEqualTo(new Window.Between(null, 7L));
        assertThat(window("{}")).isNull();
    }

    @Test
    void shouldReadNotIn() throws Refusal {
        final Exists exists = (Exists) condition("{'exists':{'source':'wishlistItem','notIn':{'source':'orderItem',"
            + "'on':'product'}},'not':true}");

        assertThat(exists.query().notIn()).isEqualTo(new NotIn(Source.ORDER_ITEM, null, "product"));
        assertThat(exists.not()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"'x', STRING", "1.5, DECIMAL", "true, BOOL"})
    void shouldTypeFreeFieldsByTheLiteral(final String literal, final ValueType type) throws Refusal {
        final String v = type == ValueType.STRING ? "'" + literal + "'" : literal;
        for (final String name : List.of("props.my.own", "product.brand")) {
            final Filter.All where = (Filter.All) where("{'source':'orderItem','where':[{'f':'" + name
                + "','op':'eq','v':" + v + "},{'f':'" + name + "','op':'in','v':[" + v + "]}]}");
            assertThat(((Filter.FieldTest) where.children().get(0)).field().type()).isEqualTo(type);
            assertThat(((Filter.FieldTest) where.children().get(1)).field().type()).isEqualTo(type);
        }
    }

    @Test
    void shouldLeaveFreeFieldsUntypedWhenOnlyPresenceIsAsked() throws Refusal {
        final Filter.All where = (Filter.All) where("{'source':'order','where':[{'f':'props.a','op':'isSet'},"
            + "{'f':'props.a','op':'notSet'},{'f':'props.a','op':'containsAny','v':[]},"
            + "{'f':'props.a','op':'notIn','v':[]},{'f':'props.a','op':'in','v':[]}]}");

        final Field untyped = new Field(Source.ORDER, "props.a", null, Field.Origin.PROPERTY);
        assertThat(((Filter.FieldTest) where.children().get(0)).field()).isEqualTo(untyped);
        assertThat(((Filter.FieldTest) where.children().get(1)).field()).isEqualTo(untyped);
        assertThat(((Filter.FieldTest) where.children().get(2)).field().type()).isEqualTo(ValueType.ENUM_SET);
        assertThat(where.children().get(3)).isEqualTo(new Filter.FieldTest(untyped,
            new Condition.Test(Operator.IS_SET, Operand.NONE, false, false)));
        assertThat(where.children().get(4)).isEqualTo(new Filter.Any(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "count, order, , INT", "sum, order, grandTotal, DECIMAL", "sum, cart, lineItems, INT",
        "avg, order, qty, DECIMAL", "avg, cart, lineItems, DECIMAL", "min, order, t, INSTANT",
        "max, orderItem, product.price, DECIMAL", "max, view, t, INSTANT", "countDistinct, orderItem, product, INT",
        "countDistinct, order, shipping.country, INT", "countDistinct, cartItem, product.onSale, INT",
        "countDistinct, order, t, INT", "sum, order, props.points, DECIMAL", "avg, orderItem, product.weight, DECIMAL",
        "max, event:x, props.score, DECIMAL", "countDistinct, event:x, props.campaign, INT"
    })
    void shouldTypeTheResultOfAnAggregate(final String function, final String source, final String field,
                                          final ValueType type) throws Refusal {
        final Aggregate aggregate = (Aggregate) condition("{'agg':{'fn':'" + function + "','source':'" + source + "'"
            + (field == null ? "" : ",'field':'" + field + "'") + "},'op':'ge','v':3}");

        assertThat(aggregate.resultType()).isEqualTo(type);
        assertThat(aggregate.test().operand()).isEqualTo(new Operand.Number(type == ValueType.DECIMAL ? 30_000 : 3));
    }

    @Test
    void shouldReadEmptyInTheResultsUnits() throws Refusal {
        assertThat(aggregate("'fn':'avg','source':'order','field':'grandTotal','empty':1.5").empty())
            .isEqualTo(15_000L);
        assertThat(aggregate("'fn':'min','source':'order','field':'t','empty':9").empty()).isEqualTo(9L);
        assertThat(aggregate("'fn':'max','source':'order','field':'qty'").empty()).isNull();
        assertThat(aggregate("'fn':'sum','source':'order','field':'qty','empty':0").empty()).isNull();
        assertThat(aggregate("'fn':'count','source':'event:login'")).isEqualTo(new Aggregate(Function.COUNT,
            new Query(Source.EVENT, "login", new Filter.All(List.of()), null, null), null, null, ValueType.INT,
            new Condition.Test(Operator.EQ, new Operand.Number(1), false, false)));
    }

    @Test
    void shouldReadAPreview() throws Refusal {
        final SegmentDefinition preview = SegmentParser.parsePreview("",
            json("{'condition':{'segment':'vip'},'applyTo':'REGISTERED','websites':['eu']}"), catalog);

        assertThat(preview.condition()).isEqualTo(new Membership("vip"));
        assertThat(preview.applyTo()).isEqualTo(SegmentDefinition.ApplyTo.REGISTERED);
        assertThat(preview.websites()).containsExactly(2);
        assertThat(SegmentParser.parsePreview("", "{}", catalog).condition()).isEqualTo(new Condition.All(List.of()));
        final Refusal refusal = catchThrowableOfType(Refusal.class,
            () -> SegmentParser.parsePreview("", json("{'condition':{'any':[]},'name':'x'}"), catalog));
        assertThat(refusal.pointer()).isEqualTo("/name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "a.b_c-d", "0123456789012345678901234567890123456789012345678901234567890123"})
    void shouldAcceptAKeyWhenItIsWellFormed(final String key) throws Refusal {
        assertThat(SegmentParser.parse(key, json("{'condition':{'any':[]}}"), catalog).key()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", ".a", "a b", "ä", "a/b",
        "01234567890123456789012345678901234567890123456789012345678901234"})
    void shouldRefuseAKeyWhenItIsNotWellFormed(final String key) {
        final Refusal refusal = catchThrowableOfType(Refusal.class,
            () -> SegmentParser.parse(key, json("{'condition':{'any':[]}}"), catalog));

        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEqualTo("/key");
    }

    @Test
    void shouldAcceptThirtyTwoLevelsAndFiveHundredLeaves() throws Refusal {
        final String deep = "{'all':[".repeat(31) + "{'segment':'vip'}" + "]}".repeat(31);
        final String wide = "{'any':[" + "{'segment':'vip'},".repeat(499) + "{'segment':'vip'}]}";

        assertThat(parse("{'condition':" + deep + "}").json()).endsWith(json(deep) + "}");
        assertThat(parse("{'condition':" + wide + "}").json()).endsWith(json(wide) + "}");
    }

    @Test
    void shouldAcceptTheDeepestFilterInTheDeepestCondition() throws Refusal {
        final String where = "{'any':[".repeat(31) + "{'f':'qty','op':'in','v':[1]}" + "]}".repeat(31);
        final String deep = "{'all':[".repeat(31) + "{'exists':{'source':'order','where':[" + where + "]}}"
            + "]}".repeat(31);

        assertThat(parse("{'condition':" + deep + "}").json()).endsWith(json(deep) + "}");
    }

    private SegmentDefinition parse(final String text) throws Refusal {
        return SegmentParser.parse("seg", json(text), catalog);
    }

    private Condition condition(final String node) throws Refusal {
        return parse("{'condition':" + node + "}").condition();
    }

    private Filter where(final String query) throws Refusal {
        return ((Exists) condition("{'exists':" + query + "}")).query().where();
    }

    private Window window(final String window) throws Refusal {
        return ((Exists) condition("{'exists':{'source':'order','window':" + window + "}}")).query().window();
    }

    private Aggregate aggregate(final String members) throws Refusal {
        final String v = members.contains("'t'") ? "'2026-01-01T00:00:00Z'" : "1";
        return (Aggregate) condition("{'agg':{" + members + "},'op':'eq','v':" + v + "}");
    }

    private static String json(final String text) {
        return text.replace('\'', '"');
    }
}
