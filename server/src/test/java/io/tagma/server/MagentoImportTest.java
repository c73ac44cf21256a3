package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.magento.MagentoRow;
import io.tagma.server.magento.MagentoRows;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Magento's segments through HTTP into a running server, and the members that they get. */
class MagentoImportTest {
    private static final String START = "2026-03-10T12:00:00Z";

    private static TagmaServer server;
    private static AdminClient admin;

    @BeforeAll
    static void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null, Instant.parse(START).toEpochMilli(), 0,
            10_000), failure -> {
                throw new AssertionError("the log has failed", failure);
            });
        admin = new AdminClient(server.adminPort());
        admin.put("/v1/attributes/interests", "{'type':'ENUM_SET'}").expect(201);
        admin.put("/v1/websites/eu", "{'id':7,'zone':'UTC'}").expect(201);
        admin.ingest("{'op':'product.upsert','product':'boot-1','categories':['2'],'price':'89.90'}",
            "{'op':'subject.upsert','key':'ada','group':2,'attributes':{'email':'ada@mail.example','newsletter':true,"
                + "'gender':'2','interests':['7','9'],'storeCredit':'12.50','createdAt':'2014-01-01T10:00:00Z'}}",
            "{'op':'subject.upsert','key':'bob','website':'eu','attributes':{'email':'bob@other.example'}}",
            "{'op':'order.upsert','key':'ada','order':{'id':'1','t':'2026-03-01T10:00:00Z','status':'complete',"
                + "'grandTotal':'1000.00','qty':2,'billing':{'city':'Berlin'},"
                + "'items':[{'product':'boot-1','qty':2,'rowTotal':'1000.00'}]}}",
            "{'op':'order.upsert','key':'bob','order':{'id':'2','t':'2026-01-15T10:00:00Z','status':'canceled',"
                + "'grandTotal':'5000.00','qty':1}}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static List<MagentoRow> rows() {
        return MagentoRows.all();
    }

    private static String segment(final String name, final String members, final String... conditions) {
        return "{'name':'" + name + "'," + members + "'conditions_serialized':" + MagentoRows.root(conditions) + "}";
    }

    private static JsonNode post(final String body) {
        return post("", body);
    }

    private static JsonNode post(final String query, final String body) {
        return admin.post("/v1/import/magento-segments" + query, body).expect(200).json();
    }

    /** Imports one segment and answers its members. */
    private static List<String> members(final String name, final String... conditions) {
        final JsonNode item = post(segment(name, "", conditions)).get("items").get(0);
        assertThat(item.get("status").textValue()).as(item.toString()).isEqualTo("created");
        return admin.members(item.get("key").textValue());
    }

    private static String attribute(final String attribute, final String operator, final String value) {
        return MagentoRows.test("Customer\\Attributes", attribute, operator, value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldBeGoodGrammarWhenMagentoSays(final MagentoRow row) {
        final JsonNode item = post("?dryRun=true", segment("a row of the table", "'regions':{'12':'California'},",
            row.posted())).get("items").get(0);
        assertThat(item.get("condition").get("all").get(0)).isEqualTo(
            AdminClient.parse(AdminClient.quoted(row.expected())));
        assertThat(item.get("status").textValue()).as(item.toString()).isEqualTo("created");
        assertThat(admin.get("/v1/segments/a-row-of-the-table").status()).isEqualTo(404);
    }

    @Test
    void shouldFindTheSameCustomersAsMagentoWhenConditionsAreImported() {
        assertThat(members("email", attribute("email", "{}", "'@MAIL.example'"))).containsExactly("ada");
        assertThat(members("group", attribute("group_id", "==", "'2'"))).containsExactly("ada");
        assertThat(members("website", attribute("website_id", "==", "'7'"))).containsExactly("bob");
        assertThat(members("created", attribute("created_at", "<=", "'2014-01-01'"))).containsExactly("ada");
        assertThat(members("created later", attribute("created_at", ">=", "'2014-01-02'"))).isEmpty();
        assertThat(members("interests", attribute("interests", "[]", "['7']"))).containsExactly("ada");
        assertThat(members("not subscribed", MagentoRows.posted("Customer\\Newsletter", "'value':'0'")))
            .containsExactly("bob");
        assertThat(members("little credit", MagentoRows.test("Customer\\Storecredit", null, "<", "'10'")))
            .containsExactly("bob");
        assertThat(members("sales", MagentoRows.posted("Sales\\Salesamount",
            "'attribute':'total','operator':'>=','value':'1000','aggregator':'all'",
            MagentoRows.test("Order\\Status", null, "!=", "'canceled'")))).containsExactly("ada");
        assertThat(members("no orders in 30 days", MagentoRows.posted("Sales\\Ordersnumber",
            "'operator':'==','value':'0','aggregator':'all'", MagentoRows.test("Uptodate", null, ">=", "'30'"))))
            .containsExactly("bob");
        assertThat(members("ordered in January", MagentoRows.posted("Sales\\Ordersnumber",
            "'operator':'>','value':'0','aggregator':'all'",
            MagentoRows.test("Daterange", null, "==", "'2026-01-01...2026-01-31'")))).containsExactly("bob");
        assertThat(members("ordered boots", MagentoRows.posted("Product\\Combine\\History",
            "'operator':'==','value':'ordered_history','aggregator':'all'",
            MagentoRows.test("Uptodate", null, ">=", "'365'"),
            MagentoRows.test("Product\\Attributes", "category_ids", "==", "'2'")))).containsExactly("ada");
        assertThat(members("billed in Berlin", MagentoRows.posted("Order\\Address", "'aggregator':'all'",
            MagentoRows.test("Order\\Address\\Type", null, "==", "'billing'"),
            MagentoRows.test("Order\\Address\\Attributes", "city", "==", "'Berlin'")))).containsExactly("ada");
    }

    @Test
    void shouldGoOnWithTheOthersWhenASegmentOfAListIsRefused() {
        final JsonNode answer = post("[" + segment("Of the list: one", "", attribute("gender", "==", "'2'")) + ","
            + segment("Of the list: two", "", attribute("gender", "==", "'2'"),
                MagentoRows.posted("Combine", "'value':'1','aggregator':'all'",
                    MagentoRows.posted("Customer\\Astrology", "'value':'1'"))) + ",17,"
            + segment("Of the list: three", "'apply_to':1,'website_ids':['7'],'is_active':0,",
                attribute("gender", "!=", "'2'")) + "]");
        assertThat(answer.get("items")).hasSize(4);
        assertThat(answer.get("created").intValue()).isEqualTo(2);
        assertThat(answer.get("refused").intValue()).isEqualTo(2);
        final JsonNode refused = answer.get("items").get(1);
        assertThat(refused.get("status").textValue()).isEqualTo("refused");
        assertThat(refused.at("/errors/0/pointer").textValue())
            .isEqualTo("/1/conditions_serialized/conditions/1/conditions/0");
        assertThat(answer.at("/items/2/errors/0/pointer").textValue()).isEqualTo("/2");
        admin.get("/v1/segments/of-the-list-two").expect(404);
        assertThat(admin.members("of-the-list-one")).containsExactly("ada");
        final JsonNode third = admin.get("/v1/segments/of-the-list-three").expect(200).json();
        assertThat(third.get("status").textValue()).isEqualTo("DRAFT");
        assertThat(third.get("applyTo").textValue()).isEqualTo("REGISTERED");
        assertThat(third.get("websites").get(0).textValue()).isEqualTo("eu");
    }

    @Test
    void shouldPointIntoThePostWhenTheEngineRefusesAPart() {
        final JsonNode item = post("[" + segment("pointing", "", MagentoRows.posted("Combine",
            "'value':'1','aggregator':'all'", attribute("email", "==", "'a'"),
            attribute("group_id", "==", "'999'"))) + "]").get("items").get(0);
        assertThat(item.get("status").textValue()).isEqualTo("refused");
        assertThat(item.at("/errors/0/pointer").textValue())
            .isEqualTo("/0/conditions_serialized/conditions/0/conditions/1");
        assertThat(item.at("/errors/0/detail").textValue()).contains("group");
    }

    @Test
    void shouldReplaceItsOwnSegmentsAndNoOthersWhenImportedAgain() {
        final String list = "[" + segment("Größe 50 €!", "", attribute("gender", "==", "'2'")) + ","
            + segment("Grösse 50", "", attribute("gender", "==", "'3'")) + "]";
        final JsonNode first = post(list).get("items");
        assertThat(first.get(0).get("key").textValue()).isEqualTo("grosse-50");
        assertThat(first.get(1).get("key").textValue()).isEqualTo("grosse-50-2");
        final JsonNode again = post(list).get("items");
        assertThat(again).allSatisfy(item -> assertThat(item.get("status").textValue()).isEqualTo("replaced"));
        assertThat(again.get(0).get("key").textValue()).isEqualTo("grosse-50");
        assertThat(again.get(1).get("key").textValue()).isEqualTo("grosse-50-2");

        admin.define("by-hand", "{'name':'By hand, another','condition':{'attr':'gender','op':'eq','v':'9'}}");
        assertThat(post(segment("By hand", "", attribute("gender", "==", "'2'"))).at("/items/0/key").textValue())
            .isEqualTo("by-hand-2");
        assertThat(admin.members("by-hand")).isEmpty();
    }

    @Test
    void shouldRefuseTheWholePostWhenItIsNoSegmentAtAll() {
        admin.post("/v1/import/magento-segments", "'a text'").expect(400);
        admin.post("/v1/import/magento-segments", "{").expect(400);
        admin.post("/v1/import/magento-segments", "").expect(400);
        admin.post("/v1/import/magento-segments?dryRun=perhaps", "[]").expect(400);
        assertThat(post("[]").get("items")).isEmpty();
    }

    @Test
    void shouldTakeEveryoneWhenThatIsConfirmed() {
        final String everyone = "{'name':'All of them','conditions_serialized':"
            + MagentoRows.posted("Combine\\Root", "'value':'1','aggregator':'all'") + "}";
        assertThat(post(everyone).at("/items/0/status").textValue()).isEqualTo("refused");
        assertThat(post("?confirmAll=true", everyone).at("/items/0/status").textValue()).isEqualTo("created");
        assertThat(admin.members("all-of-them")).containsExactly("ada", "bob");
    }
}
