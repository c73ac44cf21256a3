package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.engine.protocol.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IngestTest {
    private final AdminFixture face = new AdminFixture(new AdminSettings(64, 2, 16 * 1024, 64 * 1024, 60_000, 10_000,
        10_000, 20_000, 10_000, 64, 1 << 20, 5));

    @AfterEach
    void close() {
        face.close();
    }

    @Test
    void shouldApplyLinesInOrderAndTellWhichFailed() {
        final List<JsonNode> answer = ingest(upsert("a") + "\n\n  \r\n{\"op\":\"nonsense\"}\n" + upsert("b")
            + "\r\nbroken\n{\"op\":\"order.delete\",\"key\":\"a\",\"id\":\"1\"}");

        assertThat(answer).hasSize(3);
        assertThat(answer.get(0)).isEqualTo(Json.tree("{\"line\":4,\"error\":{\"code\":\"INVALID\",\"pointer\":\"/op\","
            + "\"detail\":\"unknown operation\"}}"));
        assertThat(answer.get(1).get("line").asInt()).isEqualTo(6);
        assertThat(answer.get(1).at("/error/code").asText()).isEqualTo("MALFORMED");
        assertThat(summary(answer)).containsExactly(7, 3, 2);
        assertThat(answer.get(2).get("position").asLong()).isPositive();
        assertThat(keys()).containsExactly("a", "b", "a");
    }

    @Test
    void shouldNotSayThatItIsDoneWhileItCannotAskWhetherAJobIs() {
        final CompletableFuture<List<JsonNode>> answer = CompletableFuture.supplyAsync(() -> {
            face.port.isQueryQueueFull = true;
            return ingest("{\"op\":\"product.upsert\",\"product\":\"p\"}");
        });
        AdminFixture.await(() -> face.port.refusedQueries.get() > 5);
        final boolean isAnsweredEarly = answer.isDone();
        face.port.isQueryQueueFull = false;
        face.port.on(engine -> {
            engine.finishJobs();
            return null;
        });

        assertThat(isAnsweredEarly).isFalse();
        assertThat(summary(answer.join())).containsExactly(1, 1, 0);
    }

    @Test
    void shouldAnswerAnEmptyStream() {
        assertThat(summary(ingest(""))).containsExactly(0, 0, 0);
        assertThat(summary(ingest("\n"))).containsExactly(1, 0, 0);
    }

    @Test
    void shouldPointIntoTheLineWhenTheEngineNamesAField() {
        final List<JsonNode> answer = ingest(
            "{\"op\":\"subject.upsert\",\"key\":\"a\",\"attributes\":{\"no.such\":1}}");

        assertThat(answer.get(0).at("/error/pointer").asText()).isEqualTo("/attributes/no.such");
        assertThat(answer.get(0).at("/error/code").asText()).isEqualTo("NOT_FOUND");
    }

    @Test
    void shouldFailALineOverTheLimitAndGoOn() {
        final String longest = "{\"op\":\"subject.delete\",\"key\":\"a\"" + " ".repeat(65_536 - 33) + "}";

        final List<JsonNode> answer = ingest(longest + "\n" + longest + " \n" + "x".repeat(1_000_000) + "\n"
            + upsert("b"));

        assertThat(longest).hasSize(65_536);
        assertThat(answer.stream().map(line -> line.path("line").asInt())).containsExactly(2, 3, 0);
        assertThat(answer.get(0).at("/error/code").asText()).isEqualTo("TOO_LARGE");
        assertThat(summary(answer)).containsExactly(4, 2, 2);
    }

    @Test
    void shouldReadGzipOfSeveralMembers() throws IOException {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(gzip(upsert("a") + "\n" + upsert("b").substring(0, 10)));
        body.write(gzip(upsert("b").substring(10)));

        assertThat(summary(lines(post(body.toByteArray(), "", "Content-Encoding", "gzip"))))
            .containsExactly(2, 2, 0);
        assertThat(keys()).containsExactly("a", "b");
    }

    @Test
    void shouldKeepWhatCameBeforeGzipBreaks() throws IOException {
        final byte[] whole = gzip(IntStream.range(0, 50).mapToObj(i -> upsert("k" + i))
            .collect(Collectors.joining("\n", "", "\n")));
        final byte[] cut = Arrays.copyOf(whole, whole.length - 6);

        final List<JsonNode> answer = lines(post(cut, "", "Content-Encoding", "gzip"));

        assertThat(summary(answer)).containsExactly(51, 50, 1);
        assertThat(answer.get(0).get("line").asInt()).isEqualTo(51);
        assertThat(answer.get(0).at("/error/code").asText()).isEqualTo("MALFORMED");
    }

    @Test
    void shouldInflateABombInBoundedMemory() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            final byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                gzip.write(zeros);
            }
            gzip.write(("\n" + upsert("a")).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(summary(lines(post(bytes.toByteArray(), "", "Content-Encoding", "gzip"))))
            .containsExactly(2, 1, 1);
    }

    @Test
    void shouldOnlyCheckInADryRun() {
        final List<JsonNode> answer = ingest(String.join("\n", upsert("a"),
            "{\"op\":\"subject.upsert\",\"key\":\"a\",\"attributes\":{\"none\":1}}",
            "{\"op\":\"subject.upsert\",\"key\":\"a\",\"attributes\":{\"rewardPoints\":\"7\"}}",
            "{\"op\":\"subject.upsert\",\"key\":\"a\",\"website\":\"mars\"}",
            "{\"op\":\"group.assign\",\"key\":\"a\",\"group\":99}", "broken"), "?dryRun=true");

        assertThat(answer.stream().map(line -> line.at("/error/pointer").asText()).limit(5)).containsExactly(
            "/attributes/none", "/attributes/rewardPoints", "/website", "/group", "");
        assertThat(summary(answer)).containsExactly(6, 1, 5);
        assertThat(keys()).isEmpty();
    }

    @Test
    void shouldKeepTheOrderWhenTheQueueIsFull() {
        face.port.capacity = 3;
        final List<String> keys = IntStream.range(0, 2_000).mapToObj(i -> "k" + i).toList();

        assertThat(summary(ingest(keys.stream().map(IngestTest::upsert).collect(Collectors.joining("\n")))))
            .containsExactly(2_000, 2_000, 0);
        assertThat(keys()).isEqualTo(keys);
        assertThat(face.port.inFlightMost).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void shouldStopReadingWhenTooManyLinesAreInFlight() {
        face.port.isStuck = true;
        final String body = IntStream.range(0, 20_000).mapToObj(i -> upsert("k" + i)).collect(Collectors.joining("\n"));

        final CompletableFuture<List<JsonNode>> answer = CompletableFuture.supplyAsync(() -> ingest(body));
        AdminFixture.await(() -> face.port.inFlight.get() == 64);
        face.port.isStuck = false;

        assertThat(summary(answer.join())).containsExactly(20_000, 20_000, 0);
        assertThat(face.port.inFlightMost).hasValue(64);
    }

    @Test
    void shouldTellOfManyFailedLinesInOrder() {
        final String body = IntStream.range(0, 30_000).mapToObj(i -> i % 2 == 0 ? "bad" : upsert("k" + i))
            .collect(Collectors.joining("\n"));

        final List<JsonNode> answer = ingest(body);

        assertThat(summary(answer)).containsExactly(30_000, 15_000, 15_000);
        assertThat(answer.stream().limit(15_000).map(line -> line.get("line").asInt())).isSorted();
    }

    @Test
    void shouldWaitForWhatAProductChanges() {
        final CompletableFuture<List<JsonNode>> answer = CompletableFuture.supplyAsync(() ->
            ingest("{\"op\":\"product.upsert\",\"product\":\"s\"}\n" + upsert("a")));
        AdminFixture.await(() -> face.port.on(engine -> engine.applied.size()) == 2);
        final boolean isAnsweredEarly = answer.isDone();
        face.port.on(engine -> {
            engine.finishJobs();
            return null;
        });

        assertThat(isAnsweredEarly).isFalse();
        assertThat(summary(answer.join())).containsExactly(2, 2, 0);
    }

    @Test
    void shouldAnswerOneLineAtATimeOfAChunkedStream() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("POST /v1/ingest HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
            raw.send(chunk("bad\n"));
            assertThat(raw.readUntil("\"line\":1,")).contains("HTTP/1.1 200 OK");
            for (final char c : (upsert("a") + "\n" + upsert("b")).toCharArray()) {
                raw.send(chunk(String.valueOf(c)));
            }
            raw.send("0\r\n\r\n");

            assertThat(raw.readUntil("}\n\r\n0\r\n\r\n")).contains("{\"lines\":3,\"applied\":2,\"failed\":1,");
            assertThat(raw.send("GET /livez HTTP/1.1\r\nHost: here\r\n\r\n").readUntil("live")).contains("200 OK");
        }
    }

    @Test
    void shouldNotApplyALineThatIsCutOff() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("POST /v1/ingest HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n" + upsert("a") + "\n"
                + upsert("cut"));
            AdminFixture.await(() -> keys().equals(List.of("a")));
        }

        assertThat(summary(ingest(upsert("b")))).containsExactly(1, 1, 0);
        assertThat(keys()).containsExactly("a", "b");
    }

    private List<JsonNode> ingest(final String body) {
        return ingest(body, "");
    }

    private List<JsonNode> ingest(final String body, final String query) {
        return lines(post(body.getBytes(StandardCharsets.UTF_8), query, "Content-Type", Json.NDJSON));
    }

    private HttpResponse<String> post(final byte[] body, final String query, final String... headers) {
        return face.send(face.request("/v1/ingest" + query).headers(headers)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    }

    private static List<JsonNode> lines(final HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(Json.NDJSON);
        assertThat(response.body()).endsWith("}\n");
        return response.body().lines().map(Json::tree).toList();
    }

    private static List<Integer> summary(final List<JsonNode> answer) {
        final JsonNode last = answer.get(answer.size() - 1);
        return List.of(last.get("lines").asInt(), last.get("applied").asInt(), last.get("failed").asInt());
    }

    private List<String> keys() {
        return face.port.on(engine -> engine.applied.stream().map(command ->
            command instanceof Command.SubjectUpsert subject ? subject.key()
                : command instanceof Command.OrderDelete order ? order.key() : "?").toList());
    }

    private static String upsert(final String key) {
        return "{\"op\":\"subject.upsert\",\"key\":\"" + key + "\",\"attributes\":{\"email\":\"a@b.c\"}}";
    }

    private static String chunk(final String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static byte[] gzip(final String text) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
