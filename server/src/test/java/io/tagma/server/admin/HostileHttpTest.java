package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostileHttpTest {
    private static final String GET = "GET /livez HTTP/1.1\r\nHost: here\r\n\r\n";

    private final AdminFixture face = new AdminFixture(new AdminSettings(4, 1, 1024, 4096, 400, 300, 10_000, 10_000,
        10_000, 64, 1 << 20, 5));

    @AfterEach
    void close() throws IOException {
        try (RawHttp raw = face.raw()) {
            assertThat(raw.send(GET).readUntil("live")).startsWith("HTTP/1.1 200 OK");
        } finally {
            face.close();
        }
    }

    @Test
    void shouldAnswer400ToWhatIsNotHttp() throws IOException {
        assertThat(exchange("hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET /livez HTTP/1.1\r\nbroken header\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET /livez HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("POST /v1/groups HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"))
            .startsWith("HTTP/1.1 400 ");
        assertThat(exchange("POST /v1/groups HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
            .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void shouldSurviveNoise() throws IOException {
        final Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            final byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            try (RawHttp raw = face.raw()) {
                raw.send(noise).socket.shutdownOutput();
                assertThat(raw.readAll()).satisfiesAnyOf(answer -> assertThat(answer).isEmpty(),
                    answer -> assertThat(answer).startsWith("HTTP/1.1 4"),
                    answer -> assertThat(answer).startsWith("HTTP/1.1 5"),
                    answer -> assertThat(answer).endsWith("<reset>"));
            }
        }
    }

    @Test
    void shouldRefuseHeadsThatAreTooLong() throws IOException {
        assertThat(exchange("GET /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: here\r\n\r\n"))
            .startsWith("HTTP/1.1 414 ");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: here\r\nX: " + "a".repeat(2000) + "\r\n\r\n"))
            .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void shouldRefuseABodyThatIsTooLongBeforeAndWhileReadingIt() throws IOException {
        assertThat(exchange("POST /v1/groups HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n"
            + "x".repeat(5000)))
            .startsWith("HTTP/1.1 413 ");
        assertThat(exchange("POST /v1/groups HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n"
            + "x".repeat(5000) + "\r\n")).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void shouldRefuseALengthOverTheLimitBeforeAByteOfTheBodyArrives() throws IOException {
        for (final String length : List.of("4097", "2000000", "10000000000", "9223372036854775807")) {
            for (final String start : List.of("PUT /v1/segments/vip", "POST /v1/groups", "POST /v1/segments:preview")) {
                final String head = start + " HTTP/1.1\r\nHost: here\r\nContent-Length: " + length + "\r\n";
                assertThat(exchange(head + "\r\n")).startsWith("HTTP/1.1 413 ").contains("max=4096")
                    .containsIgnoringCase("connection: close");
                assertThat(exchange(head + "Expect: 100-continue\r\n\r\n")).startsWith("HTTP/1.1 413 ");
            }
        }
        final String huge = " HTTP/1.1\r\nHost: here\r\nContent-Length: 10000000000\r\n\r\n";
        assertThat(exchange("GET /v1/groups" + huge)).startsWith("HTTP/1.1 413 ");
        assertThat(exchange("DELETE /v1/segments/vip" + huge)).startsWith("HTTP/1.1 413 ");
        assertThat(exchange("PUT /v1/nothing" + huge)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void shouldLetAPeerThatGoesOnSendingReadWhyItWasRefused() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("PUT /v1/segments/vip HTTP/1.1\r\nHost: here\r\nContent-Length: 100000000\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                raw.send("x".repeat(100_000));
            }
            raw.socket.shutdownOutput();
            assertThat(raw.readAll()).startsWith("HTTP/1.1 413 ").doesNotContain("<reset>");
        }
    }

    @Test
    void shouldStreamWithoutALimitOfLength() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("POST /v1/ingest HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\n"
                + "Content-Length: 10000000000\r\n\r\n");
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            assertThat(raw.send("broken\n").readUntil("MALFORMED")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shouldTimeOutSlowHeadsAndBodies() throws IOException {
        assertThat(exchange("GET /livez HTT")).isEmpty();
        assertThat(exchange("POST /v1/groups HTTP/1.1\r\nHost: here\r\nContent-Length: 50\r\n\r\n{"))
            .startsWith("HTTP/1.1 408 ");
        assertThat(exchange("POST /v1/ingest HTTP/1.1\r\nHost: here\r\nContent-Length: 50\r\n\r\n{"))
            .startsWith("HTTP/1.1 408 ");
    }

    @Test
    void shouldSayContinueOnlyToWhatItWillRead() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("POST /v1/groups HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 14\r\n\r\n");
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            assertThat(raw.send("{\"code\":\"VIP\"}").readUntil("VIP")).startsWith("HTTP/1.1 201 ");
        }
        assertThat(exchange("POST /v1/nothing HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\n"
            + "Content-Length: 14\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws IOException {
        final StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            requests.append("GET /v1/groups/").append(i % 4).append(" HTTP/1.1\r\nHost: here\r\n\r\n");
            requests.append("POST /v1/segments:overlap HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}");
        }
        requests.append("GET /livez HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");

        final String answers = exchange(requests.toString());

        final List<String> ids = new ArrayList<>();
        java.util.regex.Pattern.compile("\"id\":(\\d)").matcher(answers).results().forEach(id -> ids.add(id.group(1)));
        assertThat(ids).hasSize(60).startsWith("0", "1", "2", "3", "0").endsWith("3");
        assertThat(answers.split("HTTP/1.1 400 ", -1)).hasSize(61);
        assertThat(answers).endsWith("{\"status\":\"live\"}");
    }

    @Test
    void shouldAnswerAPeerThatHasFinishedSending() throws IOException {
        try (RawHttp raw = face.raw()) {
            raw.send("GET /v1/groups/1 HTTP/1.1\r\nHost: here\r\n\r\n").socket.shutdownOutput();
            assertThat(raw.readAll()).startsWith("HTTP/1.1 200 ").contains("General");
        }
    }

    @Test
    void shouldSpeakHttp10() throws IOException {
        assertThat(exchange("GET /v1/groups/1 HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains("General");
        assertThat(exchange("GET /v1/ordinals HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ")
            .doesNotContain("chunked");
    }

    @Test
    void shouldTurnAwayOneConnectionTooMany() throws IOException {
        final List<RawHttp> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final RawHttp raw = face.raw();
            open.add(raw);
            raw.send(GET).readUntil("live");
        }
        assertThat(exchange("")).startsWith("HTTP/1.1 503 ");
        for (final RawHttp raw : open) {
            raw.close();
        }
        AdminFixture.await(() -> {
            try {
                return exchange("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").contains(" 200 ");
            } catch (final IOException refused) {
                return false;
            }
        });
    }

    private String exchange(final String request) throws IOException {
        try (RawHttp raw = face.raw()) {
            return raw.send(request).readAll();
        }
    }
}
