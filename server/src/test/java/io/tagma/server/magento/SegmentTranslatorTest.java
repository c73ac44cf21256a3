package io.tagma.server.magento;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SegmentTranslatorTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Website BASE = website(1, "base", "UTC");
    private static final Shop SHOP = shop(BASE);

    static List<MagentoRow> rows() {
        return MagentoRows.all();
    }

    private static Website website(final int id, final String code, final String zone) {
        return new Website(id, code, ZoneId.of(zone), "EUR", 1, 1);
    }

    private static Shop shop(final Website... websites) {
        final Map<String, ValueType> attributes = new HashMap<>();
        for (final String name : List.of("email", "firstname", "lastname", "taxvat")) {
            attributes.put(name, ValueType.STRING);
        }
        attributes.put("gender", ValueType.ENUM);
        attributes.put("interests", ValueType.ENUM_SET);
        attributes.put("dob", ValueType.DATE);
        attributes.put("createdAt", ValueType.INSTANT);
        attributes.put("disableAutoGroupChange", ValueType.BOOL);
        attributes.put("rewardPoints", ValueType.INT);
        return new Shop(attributes, List.of(websites));
    }

    private static JsonNode json(final String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (final JsonProcessingException fault) {
            throw new IllegalArgumentException(text, fault);
        }
    }

    private static Translation translate(final Shop shop, final String segment) {
        return new SegmentTranslator(shop, false).translate(json(segment), "/0");
    }

    private static Translation translateConditions(final String conditions) {
        return translate(SHOP, "{'name':'s','conditions_serialized':" + conditions + ",'regions':{'12':'California'}}");
    }

    private static JsonNode definition(final Translation translation) {
        assertThat(translation.faults()).isEmpty();
        return json(translation.definition().toString());
    }

    private static void assertRefused(final String conditions, final String pointer, final String detail) {
        final Translation translation = translateConditions(conditions);
        assertThat(translation.faults()).as(conditions).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo("/0/conditions_serialized" + pointer);
            assertThat(fault.detail()).contains(detail);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldMeanTheSameWhenMagentoSays(final MagentoRow row) {
        final Translation translation = translateConditions(MagentoRows.root(row.posted()));
        assertThat(definition(translation).get("condition").get("all").get(0)).isEqualTo(json(row.expected()));
    }

    @Test
    void shouldTakeTheSegmentsOwnMembersWhenTheyAreNumbersOrTexts() throws JsonProcessingException {
        final String root = MagentoRows.root(MagentoRows.test("Customer\\Attributes", "email", "==", "'a@b.c'"));
        final String serialized = JSON.writeValueAsString(root.replace('\'', '"'));
        final ObjectMapper mapper = new ObjectMapper();
        final JsonNode posted = mapper.readTree("{\"name\":\" Assigned to Website \",\"description\":\"d\","
            + "\"is_active\":\"0\",\"website_ids\":[\"1\",7],\"apply_to\":2,\"segment_id\":\"4\","
            + "\"conditions_serialized\":" + serialized + "}");
        final Translation translation = new SegmentTranslator(shop(BASE, website(7, "eu", "UTC")), false)
            .translate(posted, "");
        assertThat(definition(translation)).isEqualTo(json("{'name':'Assigned to Website','description':'d',"
            + "'status':'DRAFT','websites':['base','eu'],'applyTo':'VISITORS',"
            + "'condition':{'all':[{'attr':'email','op':'eq','v':'a@b.c'}]}}"));
        assertThat(definition(translate(SHOP, "{'name':'x','is_active':1,'website_ids':'1','apply_to':'1',"
            + "'conditions_serialized':" + root + "}"))).isEqualTo(json("{'name':'x','status':'ACTIVE',"
            + "'websites':['base'],'applyTo':'REGISTERED','condition':{'all':[{'attr':'email','op':'eq',"
            + "'v':'a@b.c'}]}}"));
        assertThat(definition(translate(SHOP, "{'name':'x','is_active':true,'apply_to':0,'conditions_serialized':"
            + root + "}")).get("applyTo").textValue()).isEqualTo("BOTH");
    }

    @Test
    void shouldAskEachZonesWebsitesWhenDaysBeginAtSeveralInstants() {
        final Shop shop = shop(BASE, website(2, "de", "Europe/Berlin"), website(3, "at", "Europe/Berlin"));
        final String created = MagentoRows.test("Customer\\Attributes", "created_at", ">=", "'2026-07-01'");
        final String range = MagentoRows.posted("Sales\\Ordersnumber", "'operator':'>','value':'0','aggregator':'all'",
            MagentoRows.test("Daterange", null, "==", "'2026-01-01...2026-01-31'"));
        final String email = MagentoRows.test("Customer\\Attributes", "email", "==", "'a@b.c'");
        final JsonNode all = definition(translate(shop, "{'name':'x','conditions_serialized':"
            + MagentoRows.root(created, range, email) + "}")).get("condition").get("all");
        assertThat(all.get(0)).isEqualTo(json("{'any':["
            + "{'all':[{'attr':'website','op':'in','v':['base']},"
            + "{'attr':'createdAt','op':'ge','v':'2026-07-01T00:00:00Z'}]},"
            + "{'all':[{'attr':'website','op':'in','v':['de','at']},"
            + "{'attr':'createdAt','op':'ge','v':'2026-07-01T00:00:00+02:00'}]}]}"));
        assertThat(all.get(1).at("/any/1/all/1/agg/where/0/v")).isEqualTo(
            json("['2026-01-01T00:00:00+01:00','2026-01-31T23:59:59.999+01:00']"));
        assertThat(all.get(2)).isEqualTo(json("{'attr':'email','op':'eq','v':'a@b.c'}"));

        final JsonNode ofTwo = definition(translate(shop, "{'name':'x','website_ids':[2,3],'conditions_serialized':"
            + MagentoRows.root(created) + "}")).get("condition").get("all");
        assertThat(ofTwo.get(0)).isEqualTo(json("{'attr':'createdAt','op':'ge','v':'2026-07-01T00:00:00+02:00'}"));
    }

    @Test
    void shouldRefuseWithItsPathWhenAConditionIsUnknownAtDepth() {
        final String good = MagentoRows.test("Customer\\Attributes", "email", "==", "'a@b.c'");
        final String foreign = "{'type':'Acme\\\\Loyalty\\\\Condition','operator':'==','value':'1'}";
        assertRefused(MagentoRows.root(good, MagentoRows.posted("Combine", "'value':'1','aggregator':'any'",
            MagentoRows.posted("Customer\\Astrology", "'value':'1'"), good)), "/conditions/1/conditions/0",
            "unknown condition: type=Magento\\CustomerSegment\\Model\\Segment\\Condition\\Customer\\Astrology");
        assertRefused(MagentoRows.root(foreign), "/conditions/0", "unknown condition: type=Acme\\Loyalty\\Condition");
        assertRefused(MagentoRows.root(MagentoRows.posted("Sales\\Ordersnumber",
            "'operator':'==','value':'1','aggregator':'all'", MagentoRows.posted("Order\\Weather", "'value':'1'"))),
            "/conditions/0/conditions/0", "unknown condition within Sales\\Ordersnumber");
        assertRefused(MagentoRows.root(MagentoRows.posted("Product\\Combine\\History",
            "'operator':'==','value':'ordered_history','aggregator':'all'", MagentoRows.posted("Product\\Combine",
                "'value':'1','aggregator':'all'", good))), "/conditions/0/conditions/0/conditions/0",
            "unknown condition within Product\\Combine");
        assertRefused(MagentoRows.root(MagentoRows.posted("Customer\\Address", "'aggregator':'all'",
            MagentoRows.test("Uptodate", null, ">=", "'3'"))), "/conditions/0/conditions/0",
            "unknown condition within Customer\\Address");
        assertRefused(MagentoRows.root(MagentoRows.test("Uptodate", null, ">=", "'3'")), "/conditions/0",
            "unknown condition");
        assertRefused(good, "", "the outermost condition is a Combine\\Root");
    }

    @Test
    void shouldRefuseWithItsPathWhenAnOperatorIsUnknown() {
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "email", ">=", "'a'")),
            "/conditions/0/operator", "operator=>=, allowed=== != {} !{} () !() <=>");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "gender", "{}", "'a'")),
            "/conditions/0/operator", "unknown operator");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "dob", "!=", "'1990-01-01'")),
            "/conditions/0/operator", "allowed=== >= <=");
        assertRefused(MagentoRows.root(MagentoRows.test("Shoppingcart\\Amount", "tax", "{}", "'1'")),
            "/conditions/0/operator", "unknown operator");
        assertRefused(MagentoRows.root(MagentoRows.posted("Sales\\Ordersnumber",
            "'operator':'>','value':'0','aggregator':'all'", MagentoRows.test("Uptodate", null, "==", "'3'"))),
            "/conditions/0/conditions/0/operator", "allowed=>= > <= <");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Newsletter", null, "!=", "'1'")),
            "/conditions/0/operator", "allowed===");
    }

    @Test
    void shouldRefuseWithItsPathWhenAValueIsUnknown() {
        final String value = "/conditions/0/value";
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Storecredit", null, ">", "'a lot'")), value,
            "not a number: value=a lot");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "email", "==", "null")), value,
            "a value is needed");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "dob", "==", "'1990-02-30'")), value,
            "not a day");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "created_at", ">=",
            "'2026-01-01 10:00:00'")), value, "not a day");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "group_id", "==", "'VIP'")), value,
            "not a number of Magento's");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "website_id", "==", "'9'")), value,
            "no such website: id=9");
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "default_billing", "==", "'1'")), value,
            "is_exists");
        assertRefused(MagentoRows.root(MagentoRows.posted("Product\\Combine\\ListCombine",
            "'operator':'==','value':'fridge','aggregator':'all'")), value, "shopping_cart or wishlist");
        assertRefused(MagentoRows.root(MagentoRows.posted("Product\\Combine\\History",
            "'operator':'==','value':'smelt','aggregator':'all'")), value, "viewed_history or ordered_history");
        assertRefused(MagentoRows.root(MagentoRows.posted("Sales\\Ordersnumber",
            "'operator':'>','value':'0','aggregator':'all'", MagentoRows.test("Daterange", null, "==", "'2026'"))),
            "/conditions/0/conditions/0/value", "not a range");
        assertRefused(MagentoRows.root(MagentoRows.posted("Sales\\Ordersnumber",
            "'operator':'>','value':'0','aggregator':'all'", MagentoRows.test("Uptodate", null, ">=", "'0'"))),
            "/conditions/0/conditions/0/value", "out of range: days=0");
        assertRefused(MagentoRows.root(MagentoRows.posted("Customer\\Address", "'aggregator':'all'",
            MagentoRows.test("Customer\\Address\\Attributes", "region_id", "==", "'57'"))),
            "/conditions/0/conditions/0/value", "region_id=57");
    }

    @Test
    void shouldRefuseWithItsPathWhenAnAttributeOrMemberIsUnknown() {
        assertRefused(MagentoRows.root(MagentoRows.test("Customer\\Attributes", "shoe_size", "==", "'42'")),
            "/conditions/0/attribute", "undeclared attribute: attribute=shoe_size");
        assertRefused(MagentoRows.root(MagentoRows.test("Shoppingcart\\Amount", "weight", ">", "'1'")),
            "/conditions/0/attribute", "unknown total of a cart");
        assertRefused(MagentoRows.root(MagentoRows.test("Sales\\Salesamount", "median", ">", "'1'")),
            "/conditions/0/attribute", "must be total or average");
        assertRefused(MagentoRows.root(MagentoRows.posted("Customer\\Newsletter", "'value':'1','since':'2020'")),
            "/conditions/0/since", "unknown member of a condition");
        assertRefused(MagentoRows.root(MagentoRows.posted("Combine", "'value':'1','aggregator':'most'",
            MagentoRows.test("Customer\\Attributes", "email", "==", "'a'"))), "/conditions/0/aggregator",
            "must be all or any");
        assertRefused(MagentoRows.root(MagentoRows.posted("Customer\\Newsletter", "'value':'1'",
            MagentoRows.posted("Customer\\Newsletter", "'value':'1'"))), "/conditions/0/conditions",
            "no conditions belong below");
    }

    @Test
    void shouldNameEveryFaultWhenThereAreSeveral() {
        final Translation translation = translate(SHOP, "{'website_ids':[1,8],'apply_to':3,'colour':'red',"
            + "'conditions_serialized':" + MagentoRows.root(
                MagentoRows.test("Customer\\Attributes", "nope", "==", "'1'"),
                MagentoRows.test("Customer\\Attributes", "email", "~", "'1'")) + "}");
        assertThat(translation.faults()).extracting(MagentoFault::pointer).containsExactlyInAnyOrder("/0/colour",
            "/0/name", "/0/website_ids/1", "/0/apply_to", "/0/conditions_serialized/conditions/0/attribute",
            "/0/conditions_serialized/conditions/1/operator");
        assertThat(translate(SHOP, "17").faults()).extracting(MagentoFault::pointer).containsExactly("/0");
        assertThat(translate(SHOP, "{'name':'x','conditions_serialized':'a:7:{}'}").faults()).singleElement()
            .satisfies(fault -> assertThat(fault.detail()).contains("serialized by PHP"));
        assertThat(translate(SHOP, "{'name':'x','conditions_serialized':'['}").faults()).hasSize(1);
        assertThat(translate(SHOP, "{'name':'x','website_ids':[],'conditions_serialized':" + MagentoRows.root(
            MagentoRows.posted("Customer\\Newsletter", "'value':'1'")) + "}").faults())
            .extracting(MagentoFault::pointer).containsExactly("/0/website_ids");
    }

    @Test
    void shouldMeanEveryoneOnlyWhenThatIsConfirmed() {
        assertRefused(MagentoRows.posted("Combine\\Root", "'value':'1','aggregator':'all','conditions':[]"), "",
            "everyone");
        final JsonNode posted = json("{'name':'x','conditions_serialized':" + MagentoRows.posted("Combine\\Root",
            "'value':'1','aggregator':'any'") + "}");
        assertThat(definition(new SegmentTranslator(SHOP, true).translate(posted, ""))).isEqualTo(json("{'name':'x',"
            + "'status':'ACTIVE','applyTo':'BOTH','condition':{'all':[]},'confirmAll':true}"));
    }

    @Test
    void shouldRefuseWhenConditionsAreTooDeep() {
        String conditions = MagentoRows.posted("Customer\\Newsletter", "'value':'1'");
        for (int i = 0; i < 40; i++) {
            conditions = MagentoRows.posted("Combine", "'value':'1','aggregator':'all'", conditions);
        }
        assertRefused(conditions, "/conditions/0".repeat(32), "too deep");
        conditions = MagentoRows.test("Product\\Attributes", "sku", "==", "'a'");
        for (int i = 0; i < 40; i++) {
            conditions = MagentoRows.posted("Product\\Combine", "'value':'1','aggregator':'all'", conditions);
        }
        assertRefused(MagentoRows.root(MagentoRows.posted("Product\\Combine\\History",
            "'operator':'==','value':'viewed_history','aggregator':'all'", conditions)), "/conditions/0".repeat(32),
            "too deep");
    }

    @Test
    void shouldFindWhereAPartOfTheDefinitionComesFrom() {
        final Translation translation = translateConditions(MagentoRows.root(
            MagentoRows.posted("Customer\\Newsletter", "'value':'0'"),
            MagentoRows.posted("Sales\\Ordersnumber", "'operator':'>','value':'0','aggregator':'all'",
                MagentoRows.test("Order\\Status", null, "==", "'x'"))));
        final String root = "/0/conditions_serialized";
        assertThat(translation.origin("/condition/all/0/none/0/v")).isEqualTo(root + "/conditions/0");
        assertThat(translation.origin("/condition/all/1/agg/where/0/v"))
            .isEqualTo(root + "/conditions/1/conditions/0");
        assertThat(translation.origin("/condition/all/1/op")).isEqualTo(root + "/conditions/1");
        assertThat(translation.origin("/condition")).isEqualTo(root);
        assertThat(translation.origin("")).isEqualTo(root);
        assertThat(translation.origin("/condition/all/99/x")).isEqualTo(root);
    }
}
