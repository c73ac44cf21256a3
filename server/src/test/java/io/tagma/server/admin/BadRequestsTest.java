package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadRequestsTest {
    private static AdminFixture face;

    @BeforeAll
    static void start() {
        face = new AdminFixture();
    }

    @AfterAll
    static void stop() {
        face.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void shouldAnswerAProblemWithItsPointer(final String line) throws IOException {
        final String[] parts = line.split(" ", 5);
        String headers = "";
        String body = parts[4];
        while (body.matches("[A-Za-z-]+:.*") && !body.startsWith("-")) {
            final int space = body.indexOf(' ');
            headers += body.substring(0, space).replaceFirst(":", ": ") + "\r\n";
            body = body.substring(space + 1);
        }
        final String content = body.equals("-") ? "" : IngestParserTest.expand(body);
        final String answer;
        try (RawHttp raw = face.raw()) {
            answer = raw.send(parts[2] + " " + IngestParserTest.expand(parts[3]) + " HTTP/1.1\r\nHost: here\r\n"
                + headers + "Connection: close\r\nContent-Length: " + content.length() + "\r\n\r\n" + content)
                .readAll();
        }

        final JsonNode problem = Json.tree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(answer).startsWith("HTTP/1.1 " + parts[0] + " ")
            .containsIgnoringCase("content-type: application/problem+json");
        assertThat(problem.get("status").asText()).isEqualTo(parts[0]);
        assertThat(problem.get("detail").asText()).isNotBlank();
        if (parts[1].startsWith("?")) {
            assertThat(problem.at("/errors/0/parameter").asText()).isEqualTo(parts[1].substring(1));
        } else if (!parts[1].equals("-")) {
            assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo(parts[1]);
        }
        if (parts[0].equals("405")) {
            assertThat(answer).containsIgnoringCase("allow: ");
        }
    }

    static Stream<String> badRequests() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
            BadRequestsTest.class.getResourceAsStream("/admin/bad-requests.txt"), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList().stream();
        }
    }
}
