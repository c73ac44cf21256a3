package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.AdminClient.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every sentence about customer groups, through HTTP, on a running server. */
class GroupsTest {
    private static final int MANY = 12_000;

    private TagmaServer server;
    private AdminClient admin;

    @BeforeEach
    void start() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, null,
            Instant.parse("2026-03-10T12:00:00Z").toEpochMilli(), 0, 100_000), failure -> {
                throw new AssertionError("the log has failed", failure);
            });
        admin = new AdminClient(server.adminPort());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int group(final String json) {
        return admin.post("/v1/groups", json).expect(201).json().get("id").intValue();
    }

    private static String pointer(final Reply reply) {
        return reply.json().at("/errors/0/pointer").asText();
    }

    @Test
    void shouldSeedTheGroupsOfMagento() {
        final List<String> groups = new ArrayList<>();
        admin.get("/v1/groups").expect(200).json().get("items").forEach(each -> groups.add(each.get("id") + " "
            + each.get("code").textValue() + " " + each.get("taxClassId") + " " + each.get("system")));

        assertThat(groups).containsExactly("0 NOT LOGGED IN 3 true", "1 General 3 false", "2 Wholesale 3 false",
            "3 Retailer 3 false");
        admin.get("/v1/groups/32000").expect(404);
    }

    @Test
    void shouldTakeCodesOfOneTo32CodePointsTrimmedAndUniqueWithoutRegardToCase() {
        final String longest = "😀".repeat(31) + "é";
        assertThat(admin.post("/v1/groups", "{'code':'  Großkunden '}").expect(201).json().get("code").textValue())
            .isEqualTo("Großkunden");
        assertThat(admin.post("/v1/groups", "{'code':'" + longest + "'}").expect(201).json().get("code").textValue())
            .isEqualTo(longest);

        assertThat(pointer(admin.post("/v1/groups", "{'code':'GROSSKUNDEN'}").expect(409))).isEqualTo("/code");
        assertThat(pointer(admin.post("/v1/groups", "{'code':'" + longest + "x'}").expect(422))).isEqualTo("/code");
        assertThat(pointer(admin.post("/v1/groups", "{'code':'" + "x".repeat(33) + "'}").expect(422)))
            .isEqualTo("/code");
        assertThat(pointer(admin.post("/v1/groups", "{'code':' '}").expect(422))).isEqualTo("/code");
        assertThat(pointer(admin.put("/v1/groups/2", "{'code':'general'}").expect(409))).isEqualTo("/code");
        assertThat(admin.put("/v1/groups/2", "{'code':'wholesale'}").expect(200).json().get("code").textValue())
            .isEqualTo("wholesale");
        assertThat(admin.get("/v1/groups").expect(200).json().get("items")).hasSize(6);
    }

    @Test
    void shouldGiveIdsButForTheReservedOne() {
        assertThat(group("{'id':31999,'code':'a'}")).isEqualTo(31_999);
        assertThat(group("{'code':'b'}")).isEqualTo(32_001);
        assertThat(group("{'id':65534,'code':'the last'}")).isEqualTo(65_534);
        assertThat(group("{'code':'a gap'}")).isEqualTo(4);
        assertThat(admin.get("/v1/groups/65534").expect(200).json().get("code").textValue()).isEqualTo("the last");
        admin.ingest("{'op':'group.assign','key':'c','group':65534}",
            "{'op':'subject.upsert','key':'d','group':65534}");
        assertThat(List.of(admin.groupOf("c"), admin.groupOf("d"))).containsExactly(65_534, 65_534);

        assertThat(pointer(admin.post("/v1/groups", "{'id':32000,'code':'x'}").expect(422))).isEqualTo("/id");
        assertThat(pointer(admin.put("/v1/groups/32000", "{'code':'x'}").expect(422))).isEqualTo("/id");
        assertThat(pointer(admin.post("/v1/groups", "{'id':65535,'code':'x'}").expect(400))).isEqualTo("/id");
        assertThat(pointer(admin.post("/v1/groups", "{'id':1,'code':'x'}").expect(409))).isEqualTo("/id");
        admin.delete("/v1/groups/32000").expect(404);
        admin.post("/v1/groups/32000/members", "{'key':'c'}").expect(404);
        assertThat(admin.post("/v1/ingest", "{'op':'group.assign','key':'c','group':32000}").expect(200).lines().get(0)
            .at("/error/pointer").textValue()).isEqualTo("/group");
    }

    @Test
    void shouldKeepGroup0ForVisitors() {
        admin.ingest("{'op':'view','key':'v','product':'p'}", "{'op':'subject.upsert','key':'c'}");
        assertThat(admin.groupOf("v")).isZero();
        assertThat(admin.groupOf("nobody")).isZero();

        admin.delete("/v1/groups/0").expect(409);
        assertThat(pointer(admin.put("/v1/groups/0", "{'code':'Guests'}").expect(409))).isEqualTo("/code");
        assertThat(pointer(admin.put("/v1/groups/0", "{'code':'NOT LOGGED IN','excludedWebsites':['base']}")
            .expect(409))).isEqualTo("/excludedWebsites");
        assertThat(pointer(admin.put("/v1/websites/base", "{'defaultGroupId':0}").expect(422)))
            .isEqualTo("/defaultGroupId");
        admin.post("/v1/groups/0/members", "{'key':'c'}").expect(409);
        for (final String dryRun : List.of("", "?dryRun=true")) {
            final List<JsonNode> answer = admin.post("/v1/ingest" + dryRun, String.join("\n",
                "{'op':'group.assign','key':'c','group':0}",
                "{'op':'subject.upsert','key':'c','kind':'customer','group':0}",
                "{'op':'subject.upsert','key':'v','kind':'visitor','group':1}")).expect(200).lines();
            assertThat(answer).hasSize(4);
            assertThat(answer.subList(0, 3)).allSatisfy(line ->
                assertThat(line.at("/error/pointer").textValue()).isEqualTo("/group"));
        }
        admin.put("/v1/groups/0", "{'code':'NOT LOGGED IN','taxClassId':4}").expect(200);
        assertThat(List.of(admin.groupOf("v"), admin.groupOf("c"))).containsExactly(0, 1);
    }

    @Test
    void shouldStartCustomersInTheirWebsitesDefaultGroup() {
        final int club = group("{'code':'Club'}");
        admin.put("/v1/websites/club", "{'defaultGroupId':" + club + "}").expect(201);
        admin.put("/v1/websites/plain", "{}").expect(201);
        admin.ingest("{'op':'subject.upsert','key':'a','website':'club'}",
            "{'op':'subject.upsert','key':'b','website':'plain'}", "{'op':'wishlist.add','key':'c','product':'p'}");

        assertThat(List.of(admin.groupOf("a"), admin.groupOf("b"), admin.groupOf("c"))).containsExactly(club, 1, 1);
        assertThat(admin.delete("/v1/groups/" + club).expect(409).text()).contains("club");
        admin.put("/v1/websites/club", "{}").expect(200);
        assertThat(admin.groupOf("a")).isEqualTo(club);
        admin.delete("/v1/groups/" + club).expect(204);
        assertThat(admin.groupOf("a")).isEqualTo(1);
        assertThat(pointer(admin.put("/v1/websites/club", "{'defaultGroupId':" + club + "}").expect(422)))
            .isEqualTo("/defaultGroupId");
    }

    @Test
    void shouldNameTheSegmentsThatUseAGroupWhenItIsDeleted() {
        final int gold = group("{'code':'Gold'}");
        final String[] conditions = {"{'attr':'group','op':'eq','v':'gold'}", "{'attr':'group','op':'ne','v':" + gold
            + "}", "{'none':[{'attr':'group','op':'in','v':[1,'Gold']}]}",
            "{'attr':'group','op':'notIn','v':['GOLD']}"};
        for (int i = 0; i < conditions.length; i++) {
            admin.put("/v1/segments/uses-" + i + "?wait=true", "{'status':'" + (i == 1 ? "DRAFT" : "ACTIVE")
                + "','condition':" + conditions[i] + "}").expect(201);
        }

        for (int i = 0; i < conditions.length; i++) {
            assertThat(admin.delete("/v1/groups/" + gold).expect(409).text()).contains("uses-" + i)
                .doesNotContain("uses-" + (i - 1));
            admin.delete("/v1/segments/uses-" + i).expect(204);
        }
        admin.delete("/v1/groups/" + gold + "?force=true").expect(400);
        admin.delete("/v1/groups/" + gold).expect(204);
        assertThat(admin.put("/v1/segments/late", "{'condition':" + conditions[0] + "}").expect(422).json()
            .at("/errors/0/pointer").textValue()).isEqualTo("/condition/v");
    }

    @Test
    void shouldMoveEveryMemberAtOneInstantWhenAGroupIsDeleted() {
        final int gold = group("{'code':'Gold'}");
        final int silver = group("{'code':'Silver'}");
        admin.put("/v1/websites/de", "{'defaultGroupId':" + silver + "}").expect(201);
        admin.ingest("{'op':'subject.upsert','key':'a','group':" + gold + "}",
            "{'op':'subject.upsert','key':'b','website':'de','group':" + gold + "}");
        admin.define("silver", "{'condition':{'attr':'group','op':'eq','v':'Silver'}}");
        final long from = admin.changesNext();

        admin.delete("/v1/groups/" + gold).expect(204);

        assertThat(List.of(admin.groupOf("a"), admin.groupOf("b"))).containsExactly(1, silver);
        assertThat(admin.members("silver")).containsExactly("b");
        assertThat(admin.changes(from)).containsExactlyInAnyOrder(
            "EXIT a group " + gold + " GROUP_DELETED", "ENTER a group 1 GROUP_DELETED",
            "EXIT b group " + gold + " GROUP_DELETED", "ENTER b group " + silver + " GROUP_DELETED",
            "ENTER b silver GROUP_DELETED");
        assertThat(admin.get("/v1/groups/" + gold + "/members").status()).isEqualTo(404);
    }

    @Test
    void shouldKeepTheWebsitesThatAGroupIsExcludedFrom() {
        admin.put("/v1/websites/de", "{}").expect(201);
        final int gold = group("{'code':'Gold','taxClassId':9,'excludedWebsites':['de','base','de']}");

        final JsonNode read = admin.get("/v1/groups/" + gold).expect(200).json();
        assertThat(read.get("excludedWebsites").toString()).isEqualTo("[\"base\",\"de\"]");
        assertThat(read.get("taxClassId").intValue()).isEqualTo(9);
        assertThat(pointer(admin.put("/v1/groups/" + gold, "{'code':'Gold','excludedWebsites':['de','mars']}")
            .expect(422))).isEqualTo("/excludedWebsites/1");
        assertThat(admin.put("/v1/groups/" + gold, "{'code':'Gold'}").expect(200).json().get("excludedWebsites"))
            .isEmpty();
    }

    @Test
    void shouldAssignManyByAListOfKeys() {
        admin.ingest("{'op':'subject.upsert','key':'a'}", "{'op':'subject.upsert','key':'Zoë','group':3}",
            "{'op':'view','key':'v','product':'p'}");

        final List<JsonNode> answer = admin.post("/v1/groups/2/members", String.join("\n", "{'key':'a'}", "",
            "{'key':'Zoë'}", "{'key':'v'}", "{'key':''}", "{'key':'b','group':3}", "{}", "a", "{'key':'new'}"))
            .expect(200).lines();

        assertThat(answer.stream().filter(line -> line.has("error")).map(line -> line.get("line") + " "
            + line.at("/error/code").textValue() + " " + line.at("/error/pointer").textValue())).containsExactly(
                "4 CONFLICT /key", "5 INVALID /key", "6 INVALID /group", "7 INVALID /key", "8 MALFORMED ");
        assertThat(answer.get(5).get("applied").intValue()).isEqualTo(3);
        assertThat(answer.get(5).get("lines").intValue()).isEqualTo(9);
        assertThat(admin.groupMembers(2)).containsExactlyInAnyOrder("a", "Zoë", "new");
        admin.post("/v1/groups/99/members", "{'key':'a'}").expect(404);
        admin.post("/v1/groups/2/members?force=true", "{'key':'a'}").expect(400);
    }

    @Test
    void shouldAssignVeryManyWithProgressAndChangeNothingInADryRun() {
        final String keys = IntStream.range(0, MANY).mapToObj(i -> "{'key':'c" + i + "'}")
            .collect(Collectors.joining("\n"));

        final List<JsonNode> dry = admin.post("/v1/groups/3/members?dryRun=true", keys).expect(200).lines();
        assertThat(dry).hasSize(1);
        assertThat(dry.get(0).get("applied").intValue()).isEqualTo(MANY);
        assertThat(admin.get("/v1/groups/3").json().get("count").intValue()).isZero();

        final List<JsonNode> answer = admin.post("/v1/groups/3/members?progress=true", keys).expect(200).lines();
        assertThat(answer).hasSize(3);
        assertThat(answer.get(1).at("/progress/applied").intValue()).isEqualTo(10_000);
        assertThat(answer.get(2).get("applied").intValue()).isEqualTo(MANY);
        assertThat(admin.get("/v1/groups/3").json().get("count").intValue()).isEqualTo(MANY);

        final List<JsonNode> members = admin.get("/v1/groups/3/members").expect(200).lines();
        final String back = members.stream().map(JsonNode::toString).collect(Collectors.joining("\n"));
        assertThat(admin.post("/v1/groups/2/members", back).expect(200).lines().get(0).get("applied").intValue())
            .isEqualTo(MANY);
        assertThat(admin.get("/v1/groups/2").json().get("count").intValue()).isEqualTo(MANY);
    }
}
