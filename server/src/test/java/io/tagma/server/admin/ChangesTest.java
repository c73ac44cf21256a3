package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangesTest {
    private final AdminFixture face = new AdminFixture();

    @BeforeEach
    void fill() {
        face.port.on(engine -> {
            engine.floor = 100;
            engine.change("42", "vip", true);
            engine.change("4\"2", null, false);
            return null;
        });
    }

    @AfterEach
    void close() {
        face.close();
    }

    @Test
    void shouldTellWhatChanged() {
        final HttpResponse<String> changes = face.get("/v1/changes?from=100&limit=10");

        assertThat(changes.body()).isEqualTo("{\"seq\":100,\"subject\":\"42\",\"target\":\"segment\","
            + "\"segment\":\"vip\",\"segmentId\":9,\"change\":\"ENTER\",\"effectiveAt\":1000000,"
            + "\"processedAt\":1000000,\"cause\":\"EVENT\",\"definitionVersion\":1}\n"
            + "{\"seq\":101,\"subject\":\"4\\\"2\",\"target\":\"group\",\"group\":2,\"change\":\"EXIT\","
            + "\"effectiveAt\":1000000,\"processedAt\":1000000,\"cause\":\"ASSIGN\",\"definitionVersion\":1}\n");
        assertThat(changes.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    }

    @Test
    void shouldStartWhereAskedAndStopAtTheLimit() {
        assertThat(face.get("/v1/changes?from=101&limit=1").body()).startsWith("{\"seq\":101,").hasLineCount(1);
        assertThat(face.get("/v1/changes?limit=1").body()).startsWith("{\"seq\":100,").hasLineCount(1);
        assertThat(face.get("/v1/changes?from=102&limit=1").body()).isEmpty();
    }

    @Test
    void shouldNameTheOldestWhenAskedForOlder() {
        final JsonNode gone = face.json(face.get("/v1/changes?from=99"), 410);

        assertThat(gone.get("oldest").asLong()).isEqualTo(100);
    }

    @Test
    void shouldGoOnWithWhatHappensLater() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("GET /v1/changes?from=101 HTTP/1.1\r\nHost: here\r\n\r\n").readUntil("\"seq\":101,");
            face.port.on(engine -> {
                for (int i = 0; i < 2_000; i++) {
                    engine.change("k" + i, "vip", true);
                }
                return null;
            });
            face.port.wakeFollowers();

            assertThat(raw.readUntil("\"seq\":2101,")).contains("\"seq\":102,", "\"seq\":1500,");
        }
    }

    @Test
    void shouldNotAskAgainUntilThereIsSomethingNewNorWhenTheFollowerHasGone() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("GET /v1/changes?from=102 HTTP/1.1\r\nHost: here\r\n\r\n").readUntil("\r\n\r\n");
            AdminFixture.await(() -> face.port.changeWaits.size() == 1);
            final int asked = face.port.queries.get();
            face.port.on(engine -> {
                engine.change("new", "vip", true);
                return null;
            });
            assertThat(face.port.queries.get()).isEqualTo(asked);
            face.port.wakeFollowers();
            raw.readUntil("\"seq\":102,");
            AdminFixture.await(() -> face.port.changeWaits.size() == 1);
            assertThat(face.port.queries.get()).as("one look finds it, one finds nothing more").isEqualTo(asked + 2);
        }
        AdminFixture.await(() -> face.port.changeWaits.peek().isCancelled());
    }

    @Test
    void shouldSpeakServerSentEvents() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("GET /v1/changes HTTP/1.1\r\nHost: here\r\nAccept: text/event-stream\r\n"
                + "Last-Event-ID: 100\r\n\r\n");

            assertThat(raw.readUntil("}\n\n")).contains("text/event-stream", "id: 101\ndata: {\"seq\":101,")
                .doesNotContain("id: 100");
        }
    }
}
