package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.engine.protocol.Command;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams of rows and of keys at their limits: fullness, one at a time, whoever leaves, whoever watches. */
class CustomerImportTest {
    private static final String IMPORT = "/v1/import/magento-customers";
    private static final String HEADER = "entity_id,email\n";

    private final AdminFixture face = new AdminFixture(new AdminSettings(64, 2, 16 * 1024, 64 * 1024, 60_000, 10_000,
        10_000, 20_000, 10_000, 64, 1 << 20, 5));

    @AfterEach
    void close() {
        face.close();
    }

    @Test
    void shouldKeepTheOrderWhenTheQueueIsFull() {
        face.port.capacity = 3;
        final String rows = IntStream.range(0, 2_000).mapToObj(i -> i + (i % 5 == 0 ? "," : ",a@b.c")
            + (i % 7 == 0 ? ",too many" : "")).collect(Collectors.joining("\n"));

        final List<JsonNode> answer = lines(HEADER + rows);

        assertThat(answer).hasSize(286 + 1);
        assertThat(answer.get(286).get("applied").asInt()).isEqualTo(2_000 - 286);
        assertThat(answer.stream().limit(286).map(line -> line.get("line").asInt())).isSorted().startsWith(2, 9, 16);
        assertThat(keys()).isEqualTo(IntStream.range(0, 2_000).filter(i -> i % 7 != 0).mapToObj(Integer::toString)
            .toList());
        assertThat(face.port.inFlightMost).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void shouldAskAgainWhenTooManyQuestionsWait() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send(head(IMPORT)).send(chunk(HEADER));
            AdminFixture.await(() -> face.port.queries.get() == 1);
            face.port.isQueryQueueFull = true;
            raw.send(chunk("1,a@b.c\n2,b@b.c\n")).send("0\r\n\r\n");
            AdminFixture.await(() -> face.port.refusedQueries.get() > 5);
            assertThat(keys()).isEmpty();
            face.port.isQueryQueueFull = false;

            assertThat(raw.readUntil("0\r\n\r\n")).contains("{\"lines\":3,\"applied\":2,\"failed\":0,");
        }
        assertThat(keys()).containsExactly("1", "2");
    }

    @Test
    void shouldTakeOneImportAtATimeAndTheNextOnceThePeerIsGone() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send(head(IMPORT)).send(chunk(HEADER + "1,"));
            AdminFixture.await(() -> !builds().isEmpty());
            assertThat(face.call("POST", IMPORT, HEADER, "Content-Type", "text/csv").statusCode()).isEqualTo(415);
            assertThat(csv(HEADER).statusCode()).isEqualTo(503);
            assertThat(csv(HEADER).headers().firstValue("Retry-After")).isPresent();
        }
        AdminFixture.await(() -> builds().isEmpty());

        assertThat(lines(HEADER + "2,\n").get(0).get("applied").asInt()).isEqualTo(1);
        assertThat(csv("shoe_size\n").statusCode()).isEqualTo(400);
        assertThat(lines(HEADER + "3,\n").get(0).get("applied").asInt()).isEqualTo(1);
        assertThat(keys()).containsExactly("2", "3");
    }

    @Test
    void shouldListStreamsUnderWayWithTheirProgress() throws IOException {
        final String first = "{\"key\":\"a\"}\nbad\n{\"key\":\"b\"}\n";
        try (RawHttp raw = face.raw()) {
            raw.send("POST /v1/groups/2/members HTTP/1.1\r\nHost: here\r\nContent-Length: " + 2 * first.length()
                + "\r\n\r\n" + first);
            AdminFixture.await(() -> !builds().isEmpty() && builds().get(0).get("applied").asInt() == 2);

            assertThat(builds().get(0)).isEqualTo(Json.tree("{\"job\":null,\"kind\":\"STREAM\","
                + "\"of\":\"group-members\",\"fraction\":0.5,\"lines\":3,\"applied\":2,\"failed\":1}"));
            raw.send(first);
            assertThat(raw.readUntil("0\r\n\r\n")).contains("{\"lines\":6,\"applied\":4,\"failed\":2,");
        }
        assertThat(builds()).isEmpty();
    }

    @Test
    void shouldRefuseAFileWhoseGzipIsBrokenFromTheStart() {
        final HttpResponse<String> response = face.send(face.request(IMPORT)
            .headers("Content-Type", "text/csv", "Content-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofString("no gzip")).build());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(lines(HEADER + "3,\n").get(0).get("applied").asInt()).isEqualTo(1);
    }

    private HttpResponse<String> csv(final String body) {
        return face.send(face.request(IMPORT).header("Content-Type", "text/csv; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private List<JsonNode> lines(final String body) {
        final HttpResponse<String> response = csv(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().lines().map(Json::tree).toList();
    }

    private JsonNode builds() {
        return face.json(face.get("/v1/builds"), 200).get("items");
    }

    private List<String> keys() {
        return face.port.on(engine -> engine.applied.stream()
            .map(command -> ((Command.SubjectUpsert)command).key()).toList());
    }

    private static String head(final String target) {
        return "POST " + target + " HTTP/1.1\r\nHost: here\r\nContent-Type: text/csv\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    }

    private static String chunk(final String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
}
