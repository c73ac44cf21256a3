package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.BatchResult;
import io.tagma.client.ClientSettings;
import io.tagma.client.LookupResult;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import io.tagma.server.AdminClient.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/**
 * The whole server as its users meet it: HTTP by the JDK's client, the binary protocol by ours. All tests share one
 * server with a manual clock; each has a website of its own, so that its segments see its subjects only.
 */
class ServerTest {
    private static final String START = "2026-03-10T12:00:00Z";

    private static TagmaServer server;
    private static AdminClient admin;
    private static TagmaClient client;

    @BeforeAll
    static void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null, Instant.parse(START).toEpochMilli(), 0,
            10_000), ServerTest::failed);
        admin = new AdminClient(server.adminPort());
        client = TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port())
            .withTimeout(Duration.ofSeconds(30)));
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static void failed(final Throwable failure) {
        throw new AssertionError("the log has failed", failure);
    }

    private static void website(final String code) {
        admin.put("/v1/websites/" + code, "{'zone':'Europe/Berlin'}").expect(201);
    }

    private static String customer(final String key, final String website, final String attributes) {
        return "{'op':'subject.upsert','key':'" + key + "','website':'" + website + "','attributes':{" + attributes
            + "}}";
    }

    private static String order(final String key, final String id, final String fields) {
        return "{'op':'order.upsert','key':'" + key + "','order':{'id':'" + id + "'" + (fields.isEmpty() ? "" : ",")
            + fields + "}}";
    }

    /** A definition for the website only. */
    private static String on(final String website, final String condition) {
        return "{'websites':['" + website + "'],'condition':" + condition + "}";
    }

    // ---- attributes, websites, groups --------------------------------------------------------------------------

    @Test
    void shouldKeepValuesOfEveryTypeAndFindThemBySegments() {
        website("types");
        final Map<String, String> values = Map.of("BOOL", "true", "INT", "12", "DECIMAL", "12.5", "DOUBLE", "0.25",
            "STRING", "'Größe'", "ENUM", "'gold'", "ENUM_SET", "['a','b']", "DATE", "'1990-02-28'", "INSTANT",
            "'2026-03-10T11:00:00Z'");
        values.forEach((type, value) -> {
            final String key = "type." + type;
            assertThat(admin.put("/v1/attributes/" + key, "{'type':'" + type + "'}").expect(201).json()
                .get("type").textValue()).isEqualTo(type);
            admin.put("/v1/attributes/" + key, "{'type':'" + type + "'}").expect(200);
            admin.ingest(customer("typed", "types", "'" + key + "':" + value));
            admin.ingest(customer("untyped", "types", "'" + key + "':null"));
            admin.define("is-" + type.toLowerCase(Locale.ROOT), on("types", "{'attr':'" + key + "','op':'"
                + (type.equals("ENUM_SET") ? "eqSet" : "eq") + "','v':" + value + "}"));
        });

        final JsonNode typed = admin.get("/v1/subjects/typed").expect(200).json();
        assertThat(typed.get("website").textValue()).isEqualTo("types");
        values.forEach((type, value) -> assertThat(typed.get("attributes").get("type." + type)).as(type)
            .isEqualTo(AdminClient.parse(AdminClient.quoted(value))));
        assertThat(admin.segmentsOf("typed")).containsExactlyInAnyOrder("is-bool", "is-int", "is-decimal",
            "is-double", "is-string", "is-enum", "is-enum_set", "is-date", "is-instant");
        assertThat(admin.segmentsOf("untyped")).isEmpty();
        assertThat(admin.put("/v1/attributes/type.INT", "{'type':'STRING'}").expect(409).json()
            .at("/errors/0/pointer").textValue()).isEqualTo("/type");
    }

    @Test
    void shouldPutCustomersIntoTheirWebsitesDefaultGroupAndBackWhenTheirGroupIsDeleted() {
        final Reply created = admin.post("/v1/groups", "{'code':'Club'}").expect(201);
        final int club = created.json().get("id").intValue();
        assertThat(created.header("Location")).isEqualTo("/v1/groups/" + club);
        final int dealers = admin.post("/v1/groups", "{'code':'Dealers','taxClassId':5}").expect(201).json()
            .get("id").intValue();
        admin.put("/v1/websites/dealer", "{'defaultGroupId':" + dealers + "}").expect(201);
        website("groups");
        admin.ingest(customer("g-1", "groups", ""), customer("g-2", "dealer", ""), customer("g-3", "dealer", ""),
            "{'op':'subject.upsert','key':'g-v','kind':'visitor'}");
        admin.define("club", "{'websites':['groups','dealer'],'condition':{'attr':'group','op':'eq','v':'Club'}}");
        admin.define("dealers", on("dealer", "{'attr':'group','op':'in','v':[" + dealers + "]}"));
        assertThat(List.of(admin.groupOf("g-1"), admin.groupOf("g-2"), admin.groupOf("g-v")))
            .containsExactly(1, dealers, 0);
        assertThat(admin.members("dealers")).containsExactlyInAnyOrder("g-2", "g-3");

        admin.ingest("{'op':'group.assign','key':'g-1','group':" + club + "}",
            "{'op':'group.assign','key':'g-2','group':" + club + "}");
        assertThat(admin.groupMembers(club)).containsExactlyInAnyOrder("g-1", "g-2");
        assertThat(admin.members("club")).containsExactlyInAnyOrder("g-1", "g-2");
        assertThat(admin.members("dealers")).containsExactly("g-3");
        assertThat(admin.get("/v1/groups/" + club).expect(200).json().get("count").intValue()).isEqualTo(2);

        assertThat(admin.delete("/v1/groups/" + club).expect(409).text()).contains("club");
        assertThat(admin.delete("/v1/groups/" + dealers).expect(409).text()).contains("dealer");
        admin.delete("/v1/groups/0").expect(409);
        admin.delete("/v1/segments/club").expect(204);
        final long next = admin.changesNext();
        admin.delete("/v1/groups/" + club).expect(204);

        admin.get("/v1/groups/" + club).expect(404);
        assertThat(List.of(admin.groupOf("g-1"), admin.groupOf("g-2"))).containsExactly(1, dealers);
        assertThat(admin.members("dealers")).containsExactlyInAnyOrder("g-2", "g-3");
        assertThat(admin.changes(next)).containsExactlyInAnyOrder(
            "EXIT g-1 group " + club + " GROUP_DELETED", "ENTER g-1 group 1 GROUP_DELETED",
            "EXIT g-2 group " + club + " GROUP_DELETED", "ENTER g-2 group " + dealers + " GROUP_DELETED",
            "ENTER g-2 dealers GROUP_DELETED");
    }

    // ---- segments ----------------------------------------------------------------------------------------------

    @Test
    void shouldAnswerEveryQuestionAboutSegmentsFromTheSameState() throws IOException {
        website("tour");
        admin.ingest(
            "{'op':'product.upsert','product':'boot','categories':['shoes','winter'],'price':'89.90'}",
            "{'op':'product.upsert','product':'mug','categories':['kitchen'],'price':'9.90'}",
            customer("t-1", "tour", "'firstname':'Ann'"), customer("t-2", "tour", "'firstname':'Bob'"),
            customer("t-3", "tour", ""), customer("t,\\\"4", "tour", ""),
            order("t-1", "1", "'website':'tour','grandTotal':'700.00','items':[{'product':'boot','qty':2}]"),
            order("t-1", "2", "'website':'tour','grandTotal':300,'items':[{'product':'mug','qty':1}]"),
            order("t-2", "3", "'website':'tour','grandTotal':'999.9999','items':[{'product':'boot','qty':1}]"),
            order("t,\\\"4", "4", "'website':'tour','grandTotal':'1000.0001'"));
        final String vip = "{'agg':{'fn':'sum','source':'order','field':'grandTotal'},'op':'ge','v':1000}";
        final String shoes = "{'exists':{'source':'orderItem','where':[{'f':'product.category','op':'containsAny',"
            + "'v':['shoes']}]}}";

        final JsonNode created = admin.put("/v1/segments/t-vip?wait=true", on("tour", vip)).expect(201).json();
        assertThat(created.get("count").intValue()).isEqualTo(2);
        assertThat(created.get("version").intValue()).isEqualTo(1);
        assertThat(created.get("status").textValue()).isEqualTo("ACTIVE");
        assertThat(created.get("builtFraction").doubleValue()).isEqualTo(1.0);
        admin.define("t-shoes", on("tour", shoes));

        // look-up
        final JsonNode first = admin.get("/v1/subjects/t-1/segments?website=tour").expect(200).json();
        assertThat(first.get("kind").textValue()).isEqualTo("customer");
        assertThat(first.get("group").intValue()).isEqualTo(1);
        assertThat(admin.segmentsOf("t-1")).containsExactlyInAnyOrder("t-vip", "t-shoes");
        assertThat(admin.segmentsOf("t-2")).containsExactly("t-shoes");
        assertThat(admin.segmentsOf("t-3")).isEmpty();
        assertThat(admin.get("/v1/subjects/t-1/segments?website=base").expect(200).json().get("segments")).isEmpty();

        // members, in all formats, and count
        assertThat(admin.members("t-vip")).containsExactlyInAnyOrder("t-1", "t,\"4");
        assertThat(admin.get("/v1/segments/t-vip/members?format=csv").expect(200).text().lines())
            .startsWith("key").containsExactlyInAnyOrder("key", "t-1", "\"t,\"\"4\"");
        assertThat(roaring("t-vip")).containsExactlyInAnyOrder("t-1", "t,\"4");
        assertThat(admin.count("t-vip")).isEqualTo(2);
        assertThat(admin.get("/v1/segments/t-shoes/members?limit=1").expect(200).lines()).hasSize(1);

        // preview equals count, and stores nothing
        for (final String condition : List.of(vip, shoes)) {
            final JsonNode preview = admin.post("/v1/segments:preview", on("tour", condition)).expect(200).json();
            final String saved = condition.equals(vip) ? "t-vip" : "t-shoes";
            assertThat(preview.get("count").longValue()).isEqualTo(admin.count(saved)).isEqualTo(2);
            assertThat(preview.get("sample")).extracting(JsonNode::textValue)
                .containsExactlyInAnyOrderElementsOf(admin.members(saved));
        }

        // overlap: {1, 4} and {1, 2}
        final JsonNode overlap = admin.post("/v1/segments:overlap", "{'segments':['t-vip','t-shoes']}").expect(200)
            .json();
        assertThat(overlap.get("union").intValue()).isEqualTo(3);
        assertThat(overlap.get("intersection").intValue()).isEqualTo(1);
        assertThat(overlap.at("/pairs/0/jaccard").doubleValue()).isEqualTo(1.0 / 3);

        // explain
        final JsonNode why = admin.get("/v1/subjects/t-2/explain?segment=t-vip").expect(200).json();
        assertThat(why.get("member").booleanValue()).isFalse();
        assertThat(why.at("/tree/actual").textValue()).isEqualTo("999.9999");
        assertThat(why.at("/tree/verdict").booleanValue()).isFalse();
    }

    private static List<String> roaring(final String segment) throws IOException {
        final RoaringBitmap ordinals = new RoaringBitmap();
        ordinals.deserialize(ByteBuffer.wrap(
            admin.get("/v1/segments/" + segment + "/members?format=roaring").expect(200).bytes()));
        final Map<Integer, String> keys = new HashMap<>();
        admin.get("/v1/ordinals").expect(200).lines()
            .forEach(line -> keys.put(line.get("ordinal").intValue(), line.get("key").textValue()));
        final List<String> members = new ArrayList<>();
        ordinals.forEach((int ordinal) -> members.add(keys.get(ordinal)));
        return members;
    }

    @Test
    void shouldTellTheDifferenceWhenASegmentIsEditedPausedAndDeleted() {
        website("edit");
        admin.ingest(customer("e-1", "edit", "'rewardPoints':1"), customer("e-2", "edit", "'rewardPoints':2"),
            customer("e-3", "edit", "'rewardPoints':3"));
        final long next = admin.changesNext();
        admin.define("e", on("edit", "{'attr':'rewardPoints','op':'le','v':2}"));
        assertThat(admin.changes(next)).containsExactlyInAnyOrder("ENTER e-1 e DEFINITION", "ENTER e-2 e DEFINITION");

        final long edited = admin.changesNext();
        final JsonNode second = admin.define("e", on("edit", "{'attr':'rewardPoints','op':'ge','v':2}"));
        assertThat(second.get("version").intValue()).isEqualTo(2);
        assertThat(second.get("count").intValue()).isEqualTo(2);
        assertThat(admin.members("e")).containsExactlyInAnyOrder("e-2", "e-3");
        assertThat(admin.changes(edited)).containsExactlyInAnyOrder("EXIT e-1 e DEFINITION", "ENTER e-3 e DEFINITION");

        final long event = admin.changesNext();
        admin.ingest(customer("e-1", "edit", "'rewardPoints':5"), customer("e-3", "edit", "'rewardPoints':null"));
        assertThat(admin.changes(event)).containsExactly("ENTER e-1 e EVENT", "EXIT e-3 e EVENT");

        final long paused = admin.changesNext();
        admin.define("e",
            "{'status':'PAUSED','websites':['edit'],'condition':{'attr':'rewardPoints','op':'ge','v':2}}");
        assertThat(admin.count("e")).isZero();
        assertThat(admin.members("e")).isEmpty();
        assertThat(admin.segmentsOf("e-2")).isEmpty();
        assertThat(admin.changes(paused)).containsExactlyInAnyOrder("EXIT e-1 e DEFINITION", "EXIT e-2 e DEFINITION");

        admin.define("e", on("edit", "{'attr':'rewardPoints','op':'ge','v':2}"));
        assertThat(admin.members("e")).containsExactlyInAnyOrder("e-1", "e-2");
        admin.delete("/v1/segments/e").expect(204);
        admin.get("/v1/segments/e").expect(404);
        admin.get("/v1/segments/e/count").expect(404);
        assertThat(admin.segmentsOf("e-2")).isEmpty();
        admin.delete("/v1/segments/e").expect(404);
    }

    @Test
    void shouldAnswerEveryOneOfManyWritersWithWhatBecameOfItsVersion() {
        website("writers");
        admin.ingest(customer("w-1", "writers", "'rewardPoints':1"));
        final List<CompletableFuture<Reply>> writes = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            final String definition = on("writers", "{'attr':'rewardPoints','op':'le','v':" + i + "}");
            writes.add(CompletableFuture.supplyAsync(() -> admin.put("/v1/segments/writers?wait=true", definition)));
        }
        final Set<Integer> versions = new HashSet<>();
        for (final CompletableFuture<Reply> write : writes) {
            final Reply reply = write.join();
            assertThat(reply.status()).as(reply.text()).isIn(200, 201, 409, 412);
            if (reply.status() != 412) {
                assertThat(versions.add(reply.json().get("version").intValue())).as(reply.text()).isTrue();
            }
            if (reply.status() == 409) {
                assertThat(reply.json().get("supersededBy").intValue())
                    .isGreaterThan(reply.json().get("version").intValue());
            } else if (reply.status() != 412) {
                assertThat(reply.json().get("state").textValue()).isEqualTo("ready");
                assertThat(reply.header("ETag")).isEqualTo("\"" + reply.json().get("version") + "\"");
            }
        }
        assertThat(versions).contains(admin.get("/v1/segments/writers").json().get("version").intValue());
    }

    @Test
    void shouldRefuseWritesOfAnotherVersionThanTheOneThatIsThere() {
        website("tags");
        final String definition = on("tags", "{'attr':'email','op':'isSet'}");
        final Reply created = admin.put("/v1/segments/tagged?wait=true", definition, "If-None-Match", "*").expect(201);
        assertThat(created.header("ETag")).isEqualTo("\"1\"");
        admin.put("/v1/segments/tagged", definition, "If-None-Match", "*").expect(412);
        admin.put("/v1/segments/tagged", definition, "If-Match", "\"2\"").expect(412);
        admin.put("/v1/segments/tagged?wait=true", definition, "If-Match", "\"1\"").expect(200);
        assertThat(admin.get("/v1/segments/tagged").header("ETag")).isEqualTo("\"2\"");
        admin.delete("/v1/segments/tagged", "If-Match", "\"1\"").expect(412);
        admin.delete("/v1/segments/tagged", "If-Match", "\"2\"").expect(204);
        admin.put("/v1/segments/tagged", definition, "If-Match", "*").expect(412);

        final int group = admin.post("/v1/groups", "{'code':'Tagged'}").expect(201).json().get("id").intValue();
        final String tag = admin.get("/v1/groups/" + group).header("ETag");
        admin.put("/v1/groups/" + group, "{'code':'Tagged 2'}", "If-Match", tag).expect(200);
        admin.put("/v1/groups/" + group, "{'code':'Tagged 3'}", "If-Match", tag).expect(412);
        assertThat(admin.get("/v1/groups/" + group).json().get("code").textValue()).isEqualTo("Tagged 2");
    }

    // ---- what changes others -----------------------------------------------------------------------------------

    @Test
    void shouldHaveMovedMembersWhenAProductChangeIsAnswered() {
        website("shop");
        admin.ingest("{'op':'product.upsert','product':'p','onSale':false}",
            customer("p-1", "shop", ""), customer("p-2", "shop", ""),
            order("p-1", "1", "'items':[{'product':'p'}]"), order("p-2", "1", "'items':[{'product':'q'}]"));
        admin.define("p-sale", on("shop",
            "{'exists':{'source':'orderItem','where':[{'f':'product.onSale','op':'eq','v':true}]}}"));
        assertThat(admin.count("p-sale")).isZero();
        final long next = admin.changesNext();

        admin.ingest("{'op':'product.upsert','product':'p','onSale':true}");
        assertThat(admin.members("p-sale")).containsExactly("p-1");
        assertThat(admin.changes(next)).containsExactly("ENTER p-1 p-sale PRODUCT");
        admin.ingest("{'op':'product.upsert','product':'q','onSale':true}",
            "{'op':'product.delete','product':'p'}");
        assertThat(admin.members("p-sale")).containsExactly("p-2");
        admin.get("/v1/products/p").expect(404);
        assertThat(admin.get("/v1/products/q").expect(200).json().get("onSale").booleanValue()).isTrue();
    }

    @Test
    void shouldHaveMovedMembersWhenAZoneChangeIsAnswered() {
        admin.put("/v1/websites/zone", "{'zone':'UTC'}").expect(201);
        admin.ingest(customer("z-1", "zone", "'lastLoginAt':'2026-01-31T23:30:00Z'"),
            customer("z-2", "zone", "'lastLoginAt':'2026-01-31T12:00:00Z'"));
        admin.define("z-january", on("zone", "{'attr':'lastLoginAt','op':'onDay','v':'2026-01-31'}"));
        assertThat(admin.members("z-january")).containsExactlyInAnyOrder("z-1", "z-2");

        admin.put("/v1/websites/zone", "{'zone':'Europe/Berlin'}").expect(200);
        assertThat(admin.members("z-january")).containsExactly("z-2");
        assertThat(admin.segmentsOf("z-1")).isEmpty();
    }

    @Test
    void shouldHaveRunEveryFlipWhenAMoveOfTheClockIsAnswered() {
        website("clock");
        admin.define("c-day", on("clock",
            "{'agg':{'fn':'count','source':'order','window':{'last':'P1D'}},'op':'ge','v':1}"));
        admin.define("c-lapsed", on("clock",
            "{'agg':{'fn':'count','source':'order','window':{'from':'P2D','to':'P1D'}},'op':'ge','v':1}"));
        admin.ingest(customer("c-1", "clock", ""), order("c-1", "1", ""));
        final long ordered = admin.now();
        assertThat(admin.segmentsOf("c-1")).containsExactly("c-day");
        assertThat(admin.get("/v1/subjects/c-1/explain?segment=c-day").expect(200).json().get("flipsIn").textValue())
            .isEqualTo("1 d 0 h");

        admin.advance(Duration.ofDays(1).minusMillis(1));
        assertThat(admin.segmentsOf("c-1")).containsExactly("c-day");
        final long next = admin.changesNext();
        admin.advance(Duration.ofMillis(1));
        assertThat(admin.segmentsOf("c-1")).containsExactly("c-lapsed");

        admin.advance(Duration.ofDays(3));
        assertThat(admin.segmentsOf("c-1")).isEmpty();
        final List<JsonNode> flips = admin.get("/v1/changes?from=" + next + "&limit=1000").expect(200).lines().stream()
            .filter(change -> change.get("subject").textValue().equals("c-1")).toList();
        final long day = Duration.ofDays(1).toMillis();
        assertThat(flips).extracting(change -> change.get("change").textValue() + " "
            + change.get("segment").textValue() + " " + change.get("cause").textValue() + " "
            + (change.get("effectiveAt").longValue() - ordered)).containsExactlyInAnyOrder(
                "EXIT c-day TIME " + day, "ENTER c-lapsed TIME " + day, "EXIT c-lapsed TIME " + 2 * day);
        assertThat(flips.get(2).get("effectiveAt").longValue()).as("in order").isEqualTo(ordered + 2 * day);

        final long now = admin.now();
        admin.put("/v1/clock", "{'now':" + (now - 1) + "}").expect(409);
        admin.put("/v1/clock", "{'now':" + now + "}").expect(200);
        assertThat(admin.now()).isEqualTo(now);
    }

    @Test
    void shouldForgetASubjectWhenItIsErased() {
        website("erase");
        admin.define("er", on("erase", "{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}"));
        admin.ingest(customer("er-1", "erase", "'email':'a@b.c'"), order("er-1", "1", ""));
        assertThat(admin.members("er")).containsExactly("er-1");
        final long next = admin.changesNext();

        admin.delete("/v1/subjects/er-1").expect(204);
        admin.get("/v1/subjects/er-1").expect(404);
        assertThat(admin.count("er")).isZero();
        assertThat(admin.changes(next)).contains("EXIT er-1 er ERASE");
        assertThat(admin.groupOf("er-1")).isZero();
        admin.delete("/v1/subjects/er-1").expect(204);
        admin.ingest(customer("er-1", "erase", ""));
        assertThat(admin.segmentsOf("er-1")).as("a new subject").isEmpty();
        assertThat(admin.get("/v1/subjects/er-1").json().get("attributes")).isEmpty();
    }

    @Test
    void shouldApplyGoodLinesInOrderAndNameBadOnesByTheirNumber() {
        final List<JsonNode> answer = admin.post("/v1/ingest", String.join("\n",
            customer("l-1", "base", "'rewardPoints':1"),
            "",
            customer("l-1", "base", "'rewardPoints':'two'"),
            "{'op':'group.assign','key':'l-1','group':31999}",
            customer("l-1", "base", "'rewardPoints':3"))).expect(200).lines();
        assertThat(answer).hasSize(3);
        assertThat(answer.get(0).get("line").intValue()).isEqualTo(3);
        assertThat(answer.get(0).at("/error/pointer").textValue()).isEqualTo("/attributes/rewardPoints");
        assertThat(answer.get(1).get("line").intValue()).isEqualTo(4);
        assertThat(answer.get(1).at("/error/pointer").textValue()).isEqualTo("/group");
        assertThat(answer.get(2).get("lines").intValue()).isEqualTo(5);
        assertThat(answer.get(2).get("applied").intValue()).isEqualTo(2);
        assertThat(answer.get(2).get("failed").intValue()).isEqualTo(2);
        assertThat(admin.get("/v1/subjects/l-1").json().at("/attributes/rewardPoints").intValue()).isEqualTo(3);
    }

    @Test
    void shouldApplyAnEventOnceWhenItIsSentAgainWithinADay() {
        final String line = "{'op':'group.assign','key':'ev-1','group':2,'eventId':'ev'}";
        admin.ingest(line, "{'op':'group.assign','key':'ev-1','group':3}", line);
        assertThat(admin.groupOf("ev-1")).isEqualTo(3);
    }

    // ---- the binary protocol -----------------------------------------------------------------------------------

    @Test
    void shouldAnswerTheSameByTheBinaryProtocolAsByHttp() {
        website("same");
        admin.define("s-any", "{'websites':['same'],'confirmAll':true,'condition':{'all':[]}}");
        admin.define("s-paying", on("same", "{'agg':{'fn':'count','source':'order'},'op':'ge','v':2}"));
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            final String key = "same-" + i;
            keys.add(key);
            admin.ingest(customer(key, "same", ""));
            for (int j = 0; j < i % 4; j++) {
                admin.ingest(order(key, "o" + j, ""));
            }
        }
        keys.add("nobody");
        final int website = admin.get("/v1/websites/same").json().get("id").intValue();

        final List<String> thrice = new ArrayList<>(keys);
        thrice.addAll(keys);
        thrice.addAll(keys);
        final List<LookupResult> many = client.lookupMany(thrice).join();
        for (int i = 0; i < thrice.size(); i++) {
            assertThat(many.get(i)).isEqualTo(many.get(i % keys.size()));
        }
        for (int i = 0; i < keys.size(); i++) {
            final String key = keys.get(i);
            final JsonNode http = admin.get("/v1/subjects/" + key + "/segments").expect(200).json();
            final List<Integer> ids = new ArrayList<>();
            http.get("segments").forEach(segment -> ids.add(segment.get("id").intValue()));
            assertThat(ids).as(key).hasSize(key.equals("nobody") ? 0 : i % 4 >= 2 ? 2 : 1);
            for (final LookupResult binary : List.of(many.get(i), client.lookup(key).join())) {
                assertThat(binary.segments()).as(key).containsExactlyInAnyOrder(ids.stream().mapToInt(id -> id)
                    .toArray());
                assertThat(binary.customerGroup()).isEqualTo(http.get("group").intValue());
                assertThat(binary.varyHash()).isEqualTo(Long.parseUnsignedLong(http.get("varyHash").textValue(), 16));
                assertThat(binary.isKnown()).isEqualTo(http.get("known").booleanValue());
                assertThat(binary.asOf()).isEqualTo(http.get("asOf").longValue());
                assertThat(binary.isStale()).isFalse();
            }
            for (final int id : ids) {
                assertThat(client.isMember(key, id).join()).isTrue();
            }
        }
        final LookupResult unknown = client.lookup("nobody", website).join();
        assertThat(unknown.segments()).as("an empty visitor of that website is in everyone").hasSize(1);
        assertThatThrownBy(() -> client.lookup("nobody", 60_000).join()).hasMessageContaining("website");
    }

    @Test
    void shouldRefuseInADryRunWhatItRefusesInEarnestInTheSameWords() {
        final String future = "'t':'2026-04-01T00:00:00Z'";
        final String[] lines = {
            "{'op':'subject.upsert','key':'dry','attributes':{'undeclared':1}}",
            "{'op':'subject.upsert','key':'dry','website':'mars'}",
            "{'op':'subject.upsert','key':'dry','group':77}",
            "{'op':'subject.upsert','key':'dry','kind':'visitor','group':1}",
            "{'op':'subject.upsert','key':'dry','kind':'visitor','attributes':{'taxvat':'x'}}",
            "{'op':'group.assign','key':'dry','group':0}",
            "{'op':'order.upsert','key':'dry','order':{'id':'1','website':'mars'}}",
            "{'op':'order.upsert','key':'dry','order':{'id':'1'," + future + "}}",
            "{'op':'order.upsert','key':'dry','order':{'id':'1','items':[{'product':'p'},{'product':'p'," + future
                + "}]}}",
            "{'op':'cart.put','key':'dry','cart':{" + future + "}}",
            "{'op':'cart.put','key':'dry','cart':{'items':[{'product':'p'," + future + "}]}}",
            "{'op':'wishlist.add','key':'dry','product':'p'," + future + "}",
            "{'op':'view','key':'dry','product':'p'," + future + "}",
            "{'op':'event','key':'dry','name':'login'," + future + "}"};

        final List<JsonNode> dry = admin.post("/v1/ingest?dryRun=true", String.join("\n", lines)).expect(200).lines();
        final List<JsonNode> real = admin.post("/v1/ingest", String.join("\n", lines)).expect(200).lines();

        assertThat(real).hasSize(lines.length + 1);
        assertThat(real.get(lines.length).get("failed").intValue()).isEqualTo(lines.length);
        final String now = ", now=\\d+";
        for (int i = 0; i < lines.length; i++) {
            assertThat(dry.get(i).toString().replaceAll(now, "")).isEqualTo(real.get(i).toString().replaceAll(now, ""));
        }
    }

    @Test
    void shouldSeeItsOwnWritesAtTheirPosition() {
        website("own");
        final int id = admin.define("own", on("own", "{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}"))
            .get("id").intValue();
        for (int i = 0; i < 200; i++) {
            final String key = "own-" + i;
            client.update(new Command.SubjectUpsert(key, null, "own", null, List.of(), null, null)).join();
            final UpdateResult placed =
                client.update(new Command.OrderUpsert(key, "1", null, List.of(), List.of(), null)).join();
            assertThat(placed.isApplied()).isTrue();
            final LookupResult seen = client.lookupAtLeast(key, 0, placed.position()).join();
            assertThat(seen.hasSegment(id)).as(key).isTrue();
            assertThat(seen.position()).isGreaterThanOrEqualTo(placed.position());
        }
        assertThat(admin.count("own")).isEqualTo(200);
    }

    @Test
    void shouldSeeWhatOthersWereAcknowledgedByALinearizableLookup() {
        for (int i = 1; i <= 50; i++) {
            admin.ingest("{'op':'group.assign','key':'lin','group':" + (1 + i % 3) + "}");
            final LookupResult seen = client.lookupLinearizable("lin", 0).join();
            assertThat(seen.customerGroup()).isEqualTo(1 + i % 3);
            assertThat(seen.position()).isPositive();
        }
        assertThatThrownBy(() -> client.lookupLinearizable("lin", 60_000).join()).hasMessageContaining("website");
    }

    @Test
    void shouldTellFailuresOfABatchByTheirIndex() {
        final List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commands.add(new Command.SubjectUpsert("batch-" + i, null, null, i % 10 == 3 ? 0 : 2,
                List.of(new NamedValue(i % 10 == 7 ? "undeclared" : "firstname", Value.of("Zoë " + i))), null, null));
        }
        final BatchResult result = client.updateAll(commands).join();
        assertThat(result.applied()).isEqualTo(80);
        assertThat(result.failures()).hasSize(20).allSatisfy(failure -> {
            assertThat(failure.index() % 10).isIn(3, 7);
            assertThat(failure.code()).isEqualTo(ResultCode.INVALID);
            assertThat(failure.pointer()).isEqualTo(failure.index() % 10 == 3 ? "/group" : "/attributes/undeclared");
        });
        assertThat(admin.get("/v1/subjects/batch-42").expect(200).json().at("/attributes/firstname").textValue())
            .isEqualTo("Zoë 42");
        admin.get("/v1/subjects/batch-43").expect(404);
        admin.get("/v1/subjects/batch-47").expect(404);
    }

    @Test
    void shouldDefineASegmentByTheBinaryProtocolAndWaitForItsMembers() {
        website("define");
        admin.ingest(customer("d-1", "define", "'firstname':'Zoë'"), customer("d-2", "define", "'firstname':'Bob'"));
        final UpdateResult defined = client.defineSegment("d-zoe",
            AdminClient.quoted(on("define", "{'attr':'firstname','op':'eq','v':'ZOË'}")), true).join();
        assertThat(defined.code()).as(defined.detail()).isEqualTo(ResultCode.OK);
        assertThat(client.lookup("d-1").join().segments()).containsExactly((int)defined.value());
        assertThat(client.lookup("d-2").join().segments()).isEmpty();
        assertThat(admin.members("d-zoe")).containsExactly("d-1");

        final UpdateResult refused = client.defineSegment("d-bad",
            AdminClient.quoted("{'condition':{'all':[{'attr':'firstnam','op':'isSet'}]}}"), true).join();
        assertThat(refused.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refused.pointer()).isEqualTo("/condition/all/0/attr");
    }

    @Test
    void shouldShowWhatAJobDoesWhenTheBinaryProtocolAnswers() {
        website("jobs");
        final int id = admin.define("j-sale", on("jobs",
            "{'exists':{'source':'orderItem','where':[{'f':'product.price','op':'lt','v':10}]}}")).get("id").intValue();
        final List<Command> shop = new ArrayList<>();
        final int subjects = 3_000;
        for (int i = 0; i < subjects; i++) {
            shop.add(new Command.SubjectUpsert("j-" + i, null, "jobs", null, List.of(), null, null));
            shop.add(new Command.OrderUpsert("j-" + i, "1", null, List.of(),
                List.of(new Command.Item(null, List.of(new NamedValue("product", Value.of("j-p"))))), null));
        }
        assertThat(client.updateAll(shop).join().failures()).isEmpty();
        for (int round = 0; round < 3; round++) {
            assertThat(client.update(price("5.00")).join().job()).isNotZero();
            assertThat(client.lookup("j-" + (subjects - 1)).join().hasSegment(id)).isTrue();
            assertThat(client.isMember("j-0", id).join()).isTrue();

            assertThat(client.updateAll(List.of(price("50.00"), new Command.GroupAssign("j-0", 1, null))).join()
                .applied()).isEqualTo(2);
            assertThat(client.lookup("j-" + (subjects - 1)).join().hasSegment(id)).isFalse();
            assertThat(client.isMember("j-0", id).join()).isFalse();
        }
        final int group = admin.post("/v1/groups", "{'code':'Jobs'}").expect(201).json().get("id").intValue();
        final List<Command> assigned = new ArrayList<>();
        for (int i = 0; i < subjects; i++) {
            assigned.add(new Command.GroupAssign("j-" + i, group, null));
        }
        assertThat(client.updateAll(assigned).join().failures()).isEmpty();
        assertThat(client.lookup("j-7").join().customerGroup()).isEqualTo(group);
        final UpdateResult deleted = client.update(
            new Command.DeleteDefinition(DefinitionKind.GROUP, Integer.toString(group), -1, false)).join();
        assertThat(deleted.isApplied()).isTrue();
        assertThat(client.lookup("j-7").join().customerGroup()).isEqualTo(1);
        assertThat(admin.get("/v1/builds").json().get("items")).isEmpty();
    }

    private static Command price(final String amount) {
        return new Command.ProductUpsert("j-p", List.of(new NamedValue("price", Value.of(amount))), null);
    }

    @Test
    void shouldGiveTheDefaultWhenTheServerIsGone() {
        final TagmaServer other = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null, null, 0, 1_000),
            ServerTest::failed);
        try (TagmaClient its = TagmaClient.connect(ClientSettings.of("127.0.0.1:" + other.port())
            .withTimeout(Duration.ofMillis(500)))) {
            assertThat(its.update(new Command.GroupAssign("42", 2, null)).join().isApplied()).isTrue();
            assertThat(its.segmentsOrDefault("42", new int[] {7}).join()).isEmpty();
            other.close();
            assertThat(its.segmentsOrDefault("42", new int[] {7}).join()).containsExactly(7);
        } finally {
            other.close();
        }
    }

    @Test
    void shouldNotStartWhereAPortIsTaken() {
        for (final boolean isAdmin : new boolean[] {false, true}) {
            final int taken = isAdmin ? server.adminPort() : server.port();
            assertThatThrownBy(() -> TagmaServer.start(new ServerConfig("127.0.0.1", isAdmin ? 0 : taken,
                isAdmin ? taken : 0, null, null, 0, 1_000), ServerTest::failed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot listen").hasMessageContaining("port=" + taken);
        }
        admin.get("/readyz").expect(200);
    }

    @Test
    void shouldSayWhatItIsAndThatItIsReady() {
        admin.get("/livez").expect(200);
        admin.get("/readyz").expect(200);
        assertThat(admin.get("/v1/info").expect(200).json().get("name").textValue()).isEqualTo("tagma");
        assertThat(admin.get("/metrics").expect(200).text()).contains("\ntagma_ready 1\n");
        assertThat(client.ping().join().asOf()).isEqualTo(admin.now());
    }
}
