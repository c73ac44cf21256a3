package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.AdminClient.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Preview, overlap and explanation by HTTP. All tests share a server; each has a website of its own. */
class QuestionsTest {
    private static TagmaServer server;
    private static AdminClient admin;

    @BeforeAll
    static void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null,
            Instant.parse("2026-03-10T12:00:00Z").toEpochMilli(), 0, 10_000), QuestionsTest::failed);
        admin = new AdminClient(server.adminPort());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void failed(final Throwable failure) {
        throw new AssertionError("the log has failed", failure);
    }

    /** Six customers, PREFIX-0 to PREFIX-5, with as many points. */
    private static void website(final String code) {
        admin.put("/v1/websites/" + code, "{'zone':'Europe/Berlin'}").expect(201);
        for (int i = 0; i < 6; i++) {
            admin.ingest("{'op':'subject.upsert','key':'" + code + "-" + i + "','website':'" + code
                + "','attributes':{'rewardPoints':" + i + "}}");
        }
    }

    private static String atLeast(final String website, final int points) {
        return "{'websites':['" + website + "'],'condition':{'attr':'rewardPoints','op':'ge','v':" + points + "}}";
    }

    private static String with(final String json, final String members) {
        return json.substring(0, json.length() - 1) + "," + members + "}";
    }

    private static List<String> texts(final JsonNode array) {
        final List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.textValue()));
        return texts;
    }

    private static JsonNode preview(final String body) {
        return admin.post("/v1/segments:preview", body).expect(200).json();
    }

    private static void refused(final String path, final String body, final int status, final String pointer) {
        final Reply reply = admin.post(path, body).expect(status);
        assertThat(reply.json().at("/errors/0/pointer").textValue()).isEqualTo(pointer);
    }

    // ---- preview -----------------------------------------------------------------------------------------------

    @Test
    void shouldPreviewWhoWouldEnterAndLeaveASegment() {
        website("pre");
        admin.define("pre-rich", atLeast("pre", 4));

        final JsonNode preview = preview(with(atLeast("pre", 2).replace("ge", "between").replace(":2}", ":[2,4]}"),
            "'segment':'pre-rich'"));

        assertThat(preview.get("count").intValue()).isEqualTo(3);
        assertThat(texts(preview.get("sample"))).containsExactlyInAnyOrder("pre-2", "pre-3", "pre-4");
        assertThat(preview.at("/entering/count").intValue()).isEqualTo(2);
        assertThat(texts(preview.at("/entering/sample"))).containsExactlyInAnyOrder("pre-2", "pre-3");
        assertThat(preview.at("/leaving/count").intValue()).isEqualTo(1);
        assertThat(texts(preview.at("/leaving/sample"))).containsExactly("pre-5");
        assertThat(preview.get("staying").intValue()).isEqualTo(1);
        assertThat(preview.get("tookMs").isIntegralNumber()).isTrue();
        assertThat(admin.count("pre-rich")).isEqualTo(2);
        final JsonNode alone = preview(atLeast("pre", 2));
        assertThat(alone.has("entering") || alone.has("leaving") || alone.has("staying")).isFalse();
    }

    @Test
    void shouldHonourPurposeEventScopeKindAndConfirmation() {
        website("hon");
        admin.ingest("{'op':'consent.set','key':'hon-1','purpose':'ads','granted':true}",
            "{'op':'consent.set','key':'hon-2','purpose':'ads','granted':false}",
            "{'op':'order.upsert','key':'hon-3','order':{'id':'1','website':'hon'}}",
            "{'op':'order.upsert','key':'hon-4','order':{'id':'1','website':'base'}}");
        final String ordered = "{'websites':['hon'],'condition':{'exists':{'source':'order'}}}";

        assertThat(texts(preview(with(atLeast("hon", 0), "'purpose':'ads'")).get("sample"))).containsExactly("hon-1");
        assertThat(preview(ordered).get("count").intValue()).isEqualTo(2);
        assertThat(texts(preview(with(ordered, "'eventScope':'WEBSITE'")).get("sample"))).containsExactly("hon-3");
        assertThat(preview(with(atLeast("hon", 0), "'applyTo':'VISITORS'")).get("count").intValue()).isZero();
        assertThat(preview(with(atLeast("hon", 0), "'applyTo':'REGISTERED','confirmAll':true")).get("count")
            .intValue()).isEqualTo(6);
        assertThat(preview("{'websites':['hon'],'confirmAll':true,'condition':{'all':[]}}").get("count").intValue())
            .isEqualTo(6);
        refused("/v1/segments:preview", with(atLeast("hon", 0), "'segment':'nobody'"), 422, "/segment");
        refused("/v1/segments:preview", with(atLeast("hon", 0), "'segment':7"), 400, "/segment");
        refused("/v1/segments:preview", with(atLeast("hon", 0), "'eventScope':'SHOP'"), 422, "/eventScope");
        refused("/v1/segments:preview", with(atLeast("hon", 0), "'status':'ACTIVE'"), 400, "/status");
    }

    @Test
    void shouldRefuseToPreviewWhatTheSegmentCouldNotBe() {
        website("ring");
        admin.define("ring-inner", atLeast("ring", 4));
        admin.define("ring-outer", "{'websites':['ring'],'condition':{'segment':'ring-inner'}}");
        final String around = "{'condition':{'any':[{'attr':'rewardPoints','op':'isSet'},"
            + "{'segment':'ring-outer'}]}}";
        final String itself = "{'condition':{'segment':'ring-inner'}}";

        for (final String body : List.of(around, itself)) {
            final JsonNode preview = admin.post("/v1/segments:preview", with(body, "'segment':'ring-inner'"))
                .expect(422).json();
            assertThat(preview).isEqualTo(admin.put("/v1/segments/ring-inner", body).expect(422).json());
            assertThat(preview.at("/errors/0/pointer").textValue()).startsWith("/condition");
        }
        assertThat(preview(with(itself, "'segment':'ring-outer'")).get("staying").intValue()).isEqualTo(2);
        assertThat(preview(itself).get("count").intValue()).isEqualTo(2);
        assertThat(preview("{'websites':['ring'],'segment':'ring-inner'}").get("count").intValue()).isEqualTo(6);
    }

    // ---- export ------------------------------------------------------------------------------------------------

    @Test
    void shouldExportRecordsInOrderOfTimeHoweverLateTheyCame() {
        admin.ingest("{'op':'view','key':'late','product':'b','t':2000}",
            "{'op':'view','key':'late','product':'c','t':2000}", "{'op':'view','key':'late','product':'a','t':1000}",
            "{'op':'event','key':'late','name':'n','t':2000,'props':{'p':'b'}}",
            "{'op':'event','key':'late','name':'m','t':1000,'props':{'p':'a'}}");
        admin.ingest("{'op':'order.upsert','key':'late-c','order':{'id':'b','t':2000,'items':[{'product':'2'},"
            + "{'product':'1'}]}}", "{'op':'order.upsert','key':'late-c','order':{'id':'a','t':1000}}");

        final JsonNode visitor = admin.get("/v1/subjects/late").expect(200).json();
        final JsonNode customer = admin.get("/v1/subjects/late-c").expect(200).json();

        assertThat(visitor.get("views")).extracting(view -> view.get("product").textValue())
            .containsExactly("a", "b", "c");
        assertThat(visitor.get("events")).extracting(event -> event.get("name").textValue())
            .containsExactly("m", "n");
        assertThat(customer.get("orders")).extracting(order -> order.get("id").textValue()).containsExactly("a", "b");
        assertThat(customer.at("/orders/1/items")).extracting(item -> item.get("product").textValue())
            .containsExactly("2", "1");
    }

    // ---- overlap -----------------------------------------------------------------------------------------------

    @Test
    void shouldTellTheOverlapOfSeveralSegmentsPairByPair() {
        website("over");
        admin.define("over-1", atLeast("over", 1));
        admin.define("over-3", atLeast("over", 3));
        admin.define("over-5", atLeast("over", 5));
        admin.define("over-none", atLeast("over", 9));
        admin.define("over-paused", with(atLeast("over", 0), "'status':'PAUSED'"));
        admin.define("over-gone", with(atLeast("over", 0), "'status':'ARCHIVED'"));

        final JsonNode overlap = overlap("'over-1','over-3','over-5'");
        assertThat(overlap.get("segments").toString()).isEqualTo(AdminClient.quoted("[{'key':'over-1','count':5},"
            + "{'key':'over-3','count':3},{'key':'over-5','count':1}]"));
        assertThat(overlap.get("pairs")).hasSize(3);
        assertThat(overlap.at("/pairs/0").toString()).isEqualTo(
            AdminClient.quoted("{'a':'over-1','b':'over-3','intersection':3,'union':5,'jaccard':0.6}"));
        assertThat(overlap.at("/pairs/1").toString()).isEqualTo(
            AdminClient.quoted("{'a':'over-1','b':'over-5','intersection':1,'union':5,'jaccard':0.2}"));
        assertThat(overlap.at("/pairs/2/jaccard").doubleValue()).isEqualTo(1.0 / 3);
        assertThat(overlap.get("union").intValue()).isEqualTo(5);
        assertThat(overlap.get("intersection").intValue()).isEqualTo(1);

        final JsonNode empty = overlap("'over-3','over-paused','over-gone','over-none'");
        assertThat(empty.get("union").intValue()).isEqualTo(3);
        assertThat(empty.get("intersection").intValue()).isZero();
        assertThat(empty.at("/pairs/0").toString()).isEqualTo(
            AdminClient.quoted("{'a':'over-3','b':'over-paused','intersection':0,'union':3,'jaccard':0.0}"));
        assertThat(empty.at("/pairs/5").toString()).isEqualTo(
            AdminClient.quoted("{'a':'over-gone','b':'over-none','intersection':0,'union':0,'jaccard':0.0}"));

        final JsonNode one = overlap("'over-3'");
        assertThat(one.get("pairs")).isEmpty();
        assertThat(one.get("union").intValue()).isEqualTo(one.get("intersection").intValue()).isEqualTo(3);
        refused("/v1/segments:overlap", "{'segments':['over-1','nobody']}", 422, "/segments/1");
        refused("/v1/segments:overlap", "{'segments':['over-1','over-3','over-1']}", 422, "/segments/2");
        refused("/v1/segments:overlap", "{'segments':[]}", 400, "/segments");
        refused("/v1/segments:overlap", "{'segments':['over-1'],'segment':'over-1'}", 400, "/segment");
    }

    private static JsonNode overlap(final String keys) {
        return admin.post("/v1/segments:overlap", "{'segments':[" + keys + "]}").expect(200).json();
    }

    // ---- explain -----------------------------------------------------------------------------------------------

    @Test
    void shouldExplainInSentencesInTheHomeZone() {
        website("why");
        admin.ingest("{'op':'order.upsert','key':'why-3','order':{'id':'1','t':'2026-03-01T09:12:00+01:00'}}");
        admin.define("why-new", "{'websites':['why'],'applyTo':'REGISTERED','condition':{'exists':{'source':'order',"
            + "'window':{'last':'P30D'}}}}");

        final JsonNode why = admin.get("/v1/subjects/why-3/explain?segment=why-new").expect(200).json();

        // Summer time has begun by then.
        assertThat(why.get("sentence").textValue()).isEqualTo("in the segment: 1 of 1 order in the last 30 days; "
            + "leaves on 31 Mar, 10:12, unless another order comes");
        assertThat(why.get("nextFlip").longValue()).isEqualTo(Instant.parse("2026-03-31T08:12:00Z").toEpochMilli());
        assertThat(why.get("zone").textValue()).isEqualTo("Europe/Berlin");
        assertThat(why.at("/tree/sentence").textValue()).isEqualTo("1 of 1 order in the last 30 days; leaves on 31 "
            + "Mar, 10:12, unless another order comes");
        assertThat(why.get("parts")).extracting(part -> part.get("sentence").textValue())
            .containsExactly("the segment is active", "a customer", "home website is why");
        assertThat(admin.get("/v1/subjects/why-2/explain?segment=why-new").expect(200).json().get("sentence")
            .textValue()).isEqualTo("not in the segment: 0 of 1 order in the last 30 days; stays so until something "
            + "happens");
    }
}
