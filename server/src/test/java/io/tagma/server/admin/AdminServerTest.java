package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
    private static final String SEGMENT = "{\"condition\":{\"attr\":\"email\",\"op\":\"isSet\"}}";

    private final AdminFixture face = new AdminFixture();

    @AfterEach
    void close() {
        face.close();
    }

    // ---- groups

    @Test
    void shouldCreateAGroupUnderTheNextFreeId() {
        final HttpResponse<String> created = face.call("POST", "/v1/groups", "{\"code\":\"VIP\"}");

        final JsonNode group = face.json(created, 201);
        assertThat(group.get("id").asInt()).isEqualTo(4);
        assertThat(group.get("taxClassId").asInt()).isEqualTo(3);
        assertThat(created.headers().firstValue("Location")).hasValue("/v1/groups/4");
        assertThat(created.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(created.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void shouldAnswerConflictWhenAGroupToBeCreatedExists() {
        assertThat(face.call("POST", "/v1/groups", "{\"id\":2,\"code\":\"Other\"}").statusCode()).isEqualTo(409);
    }

    @Test
    void shouldReplaceAGroupAndRaiseItsTag() {
        face.call("PUT", "/v1/groups/9", "{\"code\":\"VIP\",\"taxClassId\":5,\"excludedWebsites\":[\"base\"]}");

        final HttpResponse<String> replaced = face.call("PUT", "/v1/groups/9", "{\"code\":\"VIPs\"}");

        assertThat(face.json(replaced, 200).get("code").asText()).isEqualTo("VIPs");
        assertThat(replaced.headers().firstValue("ETag")).hasValue("\"2\"");
        assertThat(face.json(face.get("/v1/groups/9"), 200).get("version").asInt()).isEqualTo(2);
    }

    @Test
    void shouldDeleteAGroupOnce() {
        face.call("PUT", "/v1/groups/9", "{\"code\":\"VIP\"}");

        assertThat(face.call("DELETE", "/v1/groups/9", null).statusCode()).isEqualTo(204);
        assertThat(face.call("DELETE", "/v1/groups/9", null).statusCode()).isEqualTo(404);
        assertThat(face.call("DELETE", "/v1/groups/0", null).statusCode()).isEqualTo(409);
    }

    @Test
    void shouldPageThroughGroups() {
        final JsonNode first = face.json(face.get("/v1/groups?limit=3"), 200);
        final JsonNode second = face.json(face.get("/v1/groups?limit=3&cursor=" + first.get("next").asText()), 200);

        assertThat(first.get("items")).hasSize(3);
        assertThat(second.get("items")).hasSize(1);
        assertThat(second.get("items").get(0).get("id").asInt()).isEqualTo(3);
        assertThat(second.get("next").isNull()).isTrue();
        assertThat(face.json(face.get("/v1/groups?limit=4"), 200).get("next").isNull()).isTrue();
    }

    @Test
    void shouldStreamTheMembersOfAGroup() {
        subject("a", 2);
        subject("b", 1);

        assertThat(face.get("/v1/groups/2/members").body()).isEqualTo("{\"key\":\"a\"}\n");
        assertThat(face.get("/v1/groups/77/members").statusCode()).isEqualTo(404);
    }

    // ---- attributes, websites, products

    @Test
    void shouldDeclareAnAttributeAndTakeTheSameAgain() {
        final String declaration = "{\"type\":\"DECIMAL\",\"pii\":true}";

        assertThat(face.json(face.call("PUT", "/v1/attributes/a.b-c_D", declaration), 201))
            .isEqualTo(Json.tree("{\"key\":\"a.b-c_D\",\"type\":\"DECIMAL\",\"pii\":true,\"sensitive\":false,"
                + "\"visitorAllowed\":false}"));
        assertThat(face.call("PUT", "/v1/attributes/a.b-c_D", declaration).statusCode()).isEqualTo(200);
        assertThat(face.call("PUT", "/v1/attributes/a.b-c_D", "{\"type\":\"INT\"}").statusCode()).isEqualTo(409);
        assertThat(face.json(face.get("/v1/attributes"), 200).get("items")).hasSize(3);
    }

    @Test
    void shouldPutAndReadAWebsiteWhoseCodeIsEscaped() {
        assertThat(face.call("PUT", "/v1/websites/d%C3%A9%2F1",
            "{\"id\":7,\"zone\":\"Europe/Berlin\",\"currency\":\"EUR\"}").statusCode()).isEqualTo(201);

        final JsonNode website = face.json(face.get("/v1/websites/d%C3%A9%2F1"), 200);
        assertThat(website.get("code").asText()).isEqualTo("dé/1");
        assertThat(website.get("zone").asText()).isEqualTo("Europe/Berlin");
        assertThat(face.json(face.get("/v1/websites"), 200).get("items")).hasSize(2);
    }

    @Test
    void shouldReadAProductAsItWasSent() {
        face.port.on(engine -> engine.apply(new Command.ProductUpsert("sku/1", List.of(
            new NamedValue("categories", Value.of(List.of("shoes"))),
            new NamedValue("price", new Value.Decimal(499_000)),
            new NamedValue("attributes.brand", Value.of("Acme"))), null)));

        assertThat(face.get("/v1/products/sku%2F1").body()).isEqualTo(
            "{\"key\":\"sku/1\",\"categories\":[\"shoes\"],\"price\":49.9,\"attributes\":{\"brand\":\"Acme\"}}");
        assertThat(face.get("/v1/products/none").statusCode()).isEqualTo(404);
    }

    // ---- segments

    @Test
    void shouldCreateThenReplaceASegment() {
        final HttpResponse<String> created = face.call("PUT", "/v1/segments/vip", SEGMENT);
        final HttpResponse<String> replaced = face.call("PUT", "/v1/segments/vip",
            "{\"key\":\"vip\",\"name\":\"VIPs\",\"condition\":{\"attr\":\"email\",\"op\":\"notSet\"}}");

        assertThat(face.json(created, 201)).isEqualTo(Json.tree("{\"id\":1,\"key\":\"vip\",\"version\":1,"
            + "\"status\":\"ACTIVE\",\"state\":\"ready\",\"builtFraction\":1.0,\"count\":0}"));
        assertThat(face.json(replaced, 200).get("version").asInt()).isEqualTo(2);
        assertThat(replaced.headers().firstValue("ETag")).hasValue("\"2\"");
    }

    @Test
    void shouldSendTheDefinitionAsItWasWritten() {
        face.call("PUT", "/v1/segments/vip",
            "{\"condition\": {\"attr\":\"x\",\"op\":\"ge\",\"v\":1.50}, \"name\":null}");

        final String sent = face.port.on(engine -> engine.segment("vip").definition().json());
        assertThat(sent).isEqualTo("{\"key\":\"vip\",\"condition\":{\"attr\":\"x\",\"op\":\"ge\",\"v\":1.50}}");
        assertThat(face.json(face.get("/v1/segments/vip"), 200).get("condition").get("v").asText()).isEqualTo("1.50");
    }

    @Test
    void shouldAnswerBuildingAtOnceAndReadyWhenWaitedFor() {
        face.port.on(engine -> engine.isBuilding = true);

        final JsonNode building = face.json(face.call("PUT", "/v1/segments/vip", SEGMENT), 201);
        final CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() ->
            face.call("PUT", "/v1/segments/vip?wait=true", SEGMENT));
        AdminFixture.await(() -> face.port.on(engine -> engine.jobs.size()) == 2);
        final JsonNode builds = face.json(face.get("/v1/builds"), 200);
        final boolean isAnsweredEarly = waiting.isDone();
        face.port.on(engine -> {
            engine.finishJobs();
            return null;
        });

        assertThat(building.get("state").asText()).isEqualTo("building");
        assertThat(building.get("builtFraction").asDouble()).isEqualTo(0.25);
        assertThat(builds.get("items").get(1).get("of").asText()).isEqualTo("vip");
        assertThat(isAnsweredEarly).isFalse();
        assertThat(face.json(waiting.join(), 200).get("state").asText()).isEqualTo("ready");
    }

    @Test
    void shouldSayThatAVersionWasReplacedBeforeItWasVisible() {
        face.port.on(engine -> engine.isBuilding = true);
        for (final boolean isDeleted : new boolean[] {false, true}) {
            final int jobs = face.port.on(engine -> engine.jobs.size());
            final CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() ->
                face.call("PUT", "/v1/segments/vip?wait=true", SEGMENT));
            AdminFixture.await(() -> face.port.on(engine -> engine.jobs.size()) == jobs + 1);
            final int version = face.json(face.get("/v1/segments/vip"), 200).get("version").asInt();

            if (isDeleted) {
                assertThat(face.call("DELETE", "/v1/segments/vip", null).statusCode()).isEqualTo(204);
            } else {
                assertThat(face.json(face.call("PUT", "/v1/segments/vip", SEGMENT), 200).get("version").asInt())
                    .isEqualTo(version + 1);
            }
            face.port.on(engine -> {
                engine.jobs.clear();
                return null;
            });

            final JsonNode answer = face.json(waiting.join(), 409);
            assertThat(answer.get("version").asInt()).isEqualTo(version);
            assertThat(answer.path("supersededBy").asInt()).isEqualTo(isDeleted ? 0 : version + 1);
            assertThat(answer.get("detail").asText()).isEqualTo("version " + version + " was accepted, then "
                + (isDeleted ? "deleted with its segment" : "superseded by version " + (version + 1)) + ": key=vip");
        }
    }

    @Test
    void shouldHonourPreconditions() {
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-Match", "\"1\"").statusCode()).isEqualTo(412);
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-None-Match", "*").statusCode()).isEqualTo(201);
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-None-Match", "*").statusCode()).isEqualTo(412);
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-Match", "\"7\"").statusCode()).isEqualTo(412);
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-Match", "W/\"1\"").statusCode()).isEqualTo(412);
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-Match", "\"9\", \"1\"").statusCode())
            .isEqualTo(200);
        assertThat(face.call("PUT", "/v1/segments/vip", SEGMENT, "If-Match", "*").statusCode()).isEqualTo(200);
        assertThat(face.call("DELETE", "/v1/segments/vip", null, "If-Match", "\"1\"").statusCode()).isEqualTo(412);
        assertThat(face.call("DELETE", "/v1/segments/vip", null, "If-Match", "\"3\"").statusCode()).isEqualTo(204);
    }

    @Test
    void shouldNameWhoRefersToASegmentThatIsToBeDeleted() {
        face.call("PUT", "/v1/segments/vip", SEGMENT);
        face.call("PUT", "/v1/segments/of-vip", "{\"condition\":{\"attr\":\"s\",\"op\":\"eq\",\"v\":\"vip\"}}");

        final JsonNode refused = face.json(face.call("DELETE", "/v1/segments/vip", null), 409);

        assertThat(refused.get("detail").asText()).contains("of-vip");
        assertThat(refused.get("code").asText()).isEqualTo("CONFLICT");
        assertThat(face.call("DELETE", "/v1/segments/vip?force=true", null).statusCode()).isEqualTo(204);
    }

    @Test
    void shouldCountASegment() {
        subject("a", 1);
        face.call("PUT", "/v1/segments/vip", SEGMENT);

        assertThat(face.get("/v1/segments/vip/count").body()).isEqualTo("{\"count\":1,\"version\":1}");
    }

    @Test
    void shouldStreamMembersInEveryFormat() {
        for (final String key : List.of("42", "v:8f1c", "a,\"b", "Zoë")) {
            subject(key, 1);
        }
        face.call("PUT", "/v1/segments/vip", SEGMENT);

        assertThat(face.get("/v1/segments/vip/members").body())
            .isEqualTo("{\"key\":\"42\"}\n{\"key\":\"v:8f1c\"}\n{\"key\":\"a,\\\"b\"}\n{\"key\":\"Zoë\"}\n");
        assertThat(face.get("/v1/segments/vip/members?format=csv").body())
            .isEqualTo("key\n42\nv:8f1c\n\"a,\"\"b\"\nZoë\n");
        assertThat(face.get("/v1/segments/vip/members", "Accept", "text/csv").body()).startsWith("key\n");
        assertThat(face.get("/v1/segments/vip/members?limit=1").body()).isEqualTo("{\"key\":\"42\"}\n");
        assertThat(face.get("/v1/segments/vip/members?format=roaring").body()).isEqualTo("\u0001\u0002\u0003");
        assertThat(face.get("/v1/ordinals?limit=2").body())
            .isEqualTo("{\"ordinal\":0,\"key\":\"42\"}\n{\"ordinal\":1,\"key\":\"v:8f1c\"}\n");
    }

    @Test
    void shouldStreamMoreMembersThanASliceHolds() {
        face.port.on(engine -> {
            for (int i = 0; i < 50_000; i++) {
                engine.apply(new Command.SubjectUpsert("k" + i, null, null, null, List.of(), null, null));
            }
            return null;
        });
        face.call("PUT", "/v1/segments/vip", SEGMENT);

        final List<String> lines = face.get("/v1/segments/vip/members").body().lines().toList();

        assertThat(lines).hasSize(50_000).doesNotHaveDuplicates();
        assertThat(lines.get(49_999)).isEqualTo("{\"key\":\"k49999\"}");
        assertThat(face.get("/v1/segments/vip/members?limit=2500").body().lines()).hasSize(2500);
    }

    @Test
    void shouldPreviewWithoutStoring() {
        subject("a", 1);

        final JsonNode preview = face.json(face.call("POST", "/v1/segments:preview", SEGMENT), 200);

        assertThat(preview.get("count").asInt()).isEqualTo(1);
        assertThat(preview.get("sample").get(0).asText()).isEqualTo("a");
        assertThat(preview.get("tookMs").asLong()).isNotNegative();
        assertThat(face.json(face.get("/v1/segments"), 200).get("items")).isEmpty();
    }

    @Test
    void shouldTellTheOverlapOfSegments() {
        face.call("PUT", "/v1/segments/a", SEGMENT);
        face.call("PUT", "/v1/segments/b", SEGMENT);

        final JsonNode overlap = face.json(face.call("POST", "/v1/segments:overlap", "{\"segments\":[\"a\",\"b\"]}"),
            200);

        assertThat(overlap.get("segments").get(1).get("key").asText()).isEqualTo("b");
        assertThat(overlap.get("pairs").get(0).get("jaccard").asDouble()).isEqualTo(1.0 / 3);
        assertThat(overlap.get("union").asInt()).isEqualTo(3);
    }

    // ---- subjects

    @Test
    void shouldTellEverythingHeldAboutASubject() {
        face.port.on(engine -> engine.apply(new Command.SubjectUpsert("a/b", null, null, 2,
            List.of(new NamedValue("email", Value.of("a@b.c"))), null, null)));
        face.port.on(engine -> engine.apply(new Command.OrderUpsert("a/b", "7", null, List.of(
            new NamedValue("grandTotal", new Value.Decimal(1_199_000)),
            new NamedValue("shipping.country", Value.of("DE")), new NamedValue("props.a.b", Value.of(true))),
            List.of(new Command.Item(null, List.of(new NamedValue("product", Value.of("s"))))), null)));

        assertThat(face.get("/v1/subjects/a%2Fb").body()).isEqualTo("{\"key\":\"a/b\",\"kind\":\"customer\","
            + "\"website\":\"base\",\"group\":2,\"attributes\":{\"email\":\"a@b.c\"},\"consents\":{},\"aliases\":[],"
            + "\"addresses\":[],\"carts\":[],\"wishlist\":[],\"orders\":[{\"id\":\"7\",\"t\":1000000,"
            + "\"grandTotal\":119.9,\"shipping\":{\"country\":\"DE\"},\"props\":{\"a.b\":true},"
            + "\"items\":[{\"t\":1000000,\"product\":\"s\"}]}],\"views\":[],\"events\":[]}");
    }

    @Test
    void shouldEraseASubjectHoweverOften() {
        subject("a", 1);

        assertThat(face.call("DELETE", "/v1/subjects/a", null).statusCode()).isEqualTo(204);
        assertThat(face.call("DELETE", "/v1/subjects/a", null).statusCode()).isEqualTo(204);
        assertThat(face.get("/v1/subjects/a").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldLookUpASubjectWithNames() {
        subject("42", 2);
        face.call("PUT", "/v1/segments/vip", SEGMENT);

        final JsonNode subject = face.json(face.get("/v1/subjects/42/segments?website=base"), 200);

        assertThat(subject).isEqualTo(Json.tree("{\"key\":\"42\",\"known\":true,\"kind\":\"customer\",\"group\":2,"
            + "\"segments\":[{\"id\":1,\"key\":\"vip\"}],\"varyHash\":\"fffffffffffffffe\",\"epoch\":4,"
            + "\"asOf\":1000000,\"stale\":false}"));
        assertThat(face.json(face.get("/v1/subjects/nobody/segments"), 200).get("known").asBoolean()).isFalse();
        assertThat(face.get("/v1/subjects/42/segments?website=mars").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldExplainAMembership() {
        subject("42", 2);
        face.call("PUT", "/v1/segments/vip", SEGMENT);

        final JsonNode explained = face.json(face.get("/v1/subjects/42/explain?segment=vip"), 200);

        assertThat(explained.get("member").asBoolean()).isTrue();
        assertThat(explained.get("flipsIn").asText()).isEqualTo("3 d 4 h");
        assertThat(explained.get("tree").get("what").asText()).isEqualTo("all");
        final JsonNode leaf = explained.get("tree").get("children").get(0);
        assertThat(leaf.get("condition").get("attr").asText()).isEqualTo("email");
        assertThat(leaf.get("actual").asText()).isEqualTo("a@b.c");
        assertThat(face.get("/v1/subjects/no/explain?segment=vip").statusCode()).isEqualTo(404);
        assertThat(face.get("/v1/subjects/42/explain?segment=no").statusCode()).isEqualTo(404);
        assertThat(face.get("/v1/subjects/42/explain").statusCode()).isEqualTo(400);
    }

    // ---- clock, operations, health

    @Test
    void shouldMoveAManualClockForwardOnly() {
        assertThat(face.json(face.get("/v1/clock"), 200).get("now").asLong()).isEqualTo(1_000_000);
        assertThat(face.json(face.call("PUT", "/v1/clock", "{\"now\":2000000}"), 200).get("now").asLong())
            .isEqualTo(2_000_000);
        assertThat(face.call("PUT", "/v1/clock", "{\"now\":2000000}").statusCode()).isEqualTo(200);
        assertThat(face.call("PUT", "/v1/clock", "{\"now\":1999999}").statusCode()).isEqualTo(409);
        assertThat(face.json(face.call("PUT", "/v1/clock", "{\"now\":\"2026-10-26T00:00:00Z\"}"), 200).get("now")
            .asLong()).isEqualTo(1_792_972_800_000L);
        face.port.on(engine -> engine.isManual = false);
        assertThat(face.call("PUT", "/v1/clock", "{\"now\":1792972800001}").statusCode()).isEqualTo(409);
    }

    @Test
    void shouldRaiseTheApplicationVersionToOneThatIsKnown() {
        assertThat(face.json(face.get("/v1/application-version"), 200).get("version").asInt()).isEqualTo(1);
        assertThat(face.call("PUT", "/v1/application-version", "{\"version\":3}").statusCode()).isEqualTo(422);
        assertThat(face.call("PUT", "/v1/application-version", "{\"version\":\"2\"}").statusCode()).isEqualTo(400);
        assertThat(face.call("PUT", "/v1/application-version", "{}").statusCode()).isEqualTo(400);
        final JsonNode raised = face.json(face.call("PUT", "/v1/application-version", "{\"version\":2}"), 200);
        assertThat(raised.get("version").asInt()).isEqualTo(2);
        assertThat(raised.get("known").asInt()).isEqualTo(2);
        assertThat(face.call("PUT", "/v1/application-version", "{\"version\":1}").statusCode()).isEqualTo(409);
    }

    @Test
    void shouldTakeASnapshot() {
        assertThat(face.json(face.call("POST", "/v1/snapshot", null), 200).get("position").asLong()).isPositive();
        assertThat(face.call("POST", "/v1/snapshot", "{}").statusCode()).isEqualTo(200);
        assertThat(face.call("POST", "/v1/snapshot", "{\"x\":1}").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldTellWhetherItLivesAndIsReady() {
        face.port.isReady = false;
        assertThat(face.get("/livez").statusCode()).isEqualTo(200);
        assertThat(face.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(face.get("/v1/groups").statusCode()).isEqualTo(503);
        assertThat(face.call("POST", "/v1/ingest", "").statusCode()).isEqualTo(503);
        assertThat(face.get("/metrics").body()).contains("tagma_ready 0");

        face.port.isReady = true;
        assertThat(face.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldPublishInfoAndMetrics() {
        subject("a", 1);

        assertThat(face.json(face.get("/v1/info"), 200).get("memory").get("rowsBytes").asInt()).isEqualTo(4096);
        assertThat(face.get("/metrics").body()).contains("tagma_ready 1\n", "# TYPE tagma_subjects gauge\n",
            "tagma_subjects 1\n", "tagma_segment_count 0\n", "tagma_memory_rows_bytes 4096\n", "tagma_changes_next 1\n")
            .doesNotContain("tagma_log");
    }

    @Test
    void shouldAnswerHeadLikeGetWithoutAContent() {
        face.call("PUT", "/v1/segments/vip", SEGMENT);
        final HttpResponse<String> got = face.get("/v1/segments/vip");
        final HttpResponse<String> head = face.call("HEAD", "/v1/segments/vip", null);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length")).isEqualTo(got.headers().firstValue("Content-Length"));
        assertThat(head.headers().firstValue("ETag")).hasValue("\"1\"");
        assertThat(face.call("HEAD", "/v1/segments/vip/members", null).body()).isEmpty();
        assertThat(face.call("HEAD", "/v1/segments/none", null).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldSayWhenToComeBackWhenQueuesAreFull() {
        face.port.isQueryQueueFull = true;
        final HttpResponse<String> query = face.get("/v1/groups");
        face.port.capacity = 0;
        final HttpResponse<String> command = face.call("DELETE", "/v1/subjects/a", null);

        assertThat(query.statusCode()).isEqualTo(503);
        assertThat(query.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(command.statusCode()).isEqualTo(503);
        assertThat(face.json(command, 503).get("code").asText()).isEqualTo("BUSY");
    }

    @Test
    void shouldSayThatTheStorageIsInsufficientWhenTheDiskIsNearlyFull() {
        subject("a", 1);
        face.port.isWithoutSpace = true;
        assertThat(face.json(face.call("DELETE", "/v1/subjects/a", null), 507).get("code").asText())
            .isEqualTo("NO_SPACE");
        final JsonNode snapshot = face.json(face.call("POST", "/v1/snapshot", null), 507);
        assertThat(snapshot.get("title").asText()).isEqualTo("Insufficient Storage");
        assertThat(snapshot.get("detail").asText()).isEqualTo("no room for a snapshot");
        final HttpResponse<String> lines = face.call("POST", "/v1/ingest",
            "{\"op\":\"subject.delete\",\"key\":\"a\"}\n{\"op\":\"subject.delete\",\"key\":\"b\"}");
        assertThat(lines.body().lines()).hasSize(3).first().asString()
            .contains("\"line\":1", "NO_SPACE", "nearly full");
        assertThat(lines.body()).contains("\"applied\":0,\"failed\":2");

        assertThat(face.get("/v1/subjects/a/segments").statusCode()).isEqualTo(200);
        final JsonNode info = face.json(face.get("/v1/info"), 200);
        assertThat(info.get("diskFreeBytes").asLong()).isEqualTo(1_000);
        assertThat(info.get("diskReserveBytes").asLong()).isEqualTo(2_000);
        assertThat(info.get("writable").asBoolean(true)).isFalse();
        assertThat(face.get("/metrics").body()).contains("tagma_disk_free_bytes 1000\n", "tagma_writable 0\n");
    }

    @Test
    void shouldSayThatTheOutcomeIsUnknownWhenNoAnswerComesInTime() {
        try (AdminFixture hasty = new AdminFixture(new AdminSettings(8, 1, 4096, 4096, 10_000, 10_000, 50, 50, 10_000,
            8, 1 << 16, 5))) {
            hasty.port.isStuck = true;

            final JsonNode problem = hasty.json(hasty.call("DELETE", "/v1/subjects/a", null), 504);

            assertThat(problem.get("code").asText()).isEqualTo("DEADLINE");
            hasty.port.isStuck = false;
        }
    }

    private void subject(final String key, final int group) {
        face.port.on(engine -> engine.apply(new Command.SubjectUpsert(key, null, null, group, List.of(), null, null)));
    }
}
