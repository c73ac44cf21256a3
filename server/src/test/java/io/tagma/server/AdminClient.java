package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A user of the HTTP API. JSON is written with single quotes for the eye's sake. */
final class AdminClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    private final String root;

    AdminClient(final int port) {
        root = "http://127.0.0.1:" + port;
    }

    /** An answer, whole. */
    record Reply(int status, HttpResponse<byte[]> http) {
        String text() {
            return new String(http.body(), StandardCharsets.UTF_8);
        }

        byte[] bytes() {
            return http.body();
        }

        JsonNode json() {
            return parse(text());
        }

        /** One JSON a line. */
        List<JsonNode> lines() {
            return text().lines().map(AdminClient::parse).toList();
        }

        String header(final String name) {
            return http.headers().firstValue(name).orElse(null);
        }

        /** Fails where the status is another, with the body. */
        Reply expect(final int expected) {
            assertThat(status).as("%s %s -> %s", http.request().method(), http.uri(), text()).isEqualTo(expected);
            return this;
        }
    }

    static JsonNode parse(final String text) {
        try {
            return JSON.readTree(text);
        } catch (final IOException notJson) {
            throw new UncheckedIOException(text, notJson);
        }
    }

    /** JSON in earnest. */
    static String quoted(final String json) {
        return json.replace('\'', '"');
    }

    Reply get(final String target, final String... headers) {
        return send("GET", target, null, headers);
    }

    Reply put(final String target, final String json, final String... headers) {
        return send("PUT", target, quoted(json), headers);
    }

    Reply post(final String target, final String json, final String... headers) {
        return send("POST", target, quoted(json), headers);
    }

    Reply delete(final String target, final String... headers) {
        return send("DELETE", target, null, headers);
    }

    Reply send(final String method, final String target, final String body, final String... headers) {
        return exchange(method, target, body == null ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body), headers);
    }

    Reply sendBytes(final String target, final byte[] body, final String... headers) {
        return exchange("POST", target, HttpRequest.BodyPublishers.ofByteArray(body), headers);
    }

    private Reply exchange(final String method, final String target, final HttpRequest.BodyPublisher body,
                           final String... headers) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + target))
            .timeout(Duration.ofSeconds(30))
            .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            final HttpResponse<byte[]> http = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(http.statusCode(), http);
        } catch (final IOException broken) {
            throw new UncheckedIOException(method + " " + target, broken);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Lines that must all be applied; returns the position. */
    long ingest(final String... lines) {
        final List<JsonNode> answer = post("/v1/ingest", String.join("\n", lines)).expect(200).lines();
        assertThat(answer).as("ingest %s", List.of(lines)).hasSize(1);
        assertThat(answer.get(0).get("applied").intValue()).isEqualTo(lines.length);
        return answer.get(0).get("position").longValue();
    }

    /** Defines a segment and waits until it is swapped in. */
    JsonNode define(final String key, final String definition) {
        final Reply reply = put("/v1/segments/" + key + "?wait=true", definition);
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
        assertThat(reply.json().get("state").textValue()).isEqualTo("ready");
        return reply.json();
    }

    /** Keys of a segment's members, in order of the answer. */
    List<String> members(final String segment) {
        return keys("/v1/segments/" + segment + "/members");
    }

    List<String> groupMembers(final int group) {
        return keys("/v1/groups/" + group + "/members");
    }

    private List<String> keys(final String target) {
        return get(target).expect(200).lines().stream().map(line -> line.get("key").textValue()).toList();
    }

    long count(final String segment) {
        return get("/v1/segments/" + segment + "/count").expect(200).json().get("count").longValue();
    }

    /** Keys of the subject's segments. */
    List<String> segmentsOf(final String subject) {
        final List<String> keys = new ArrayList<>();
        get("/v1/subjects/" + subject + "/segments").expect(200).json().get("segments")
            .forEach(segment -> keys.add(segment.get("key").textValue()));
        return keys;
    }

    int groupOf(final String subject) {
        return get("/v1/subjects/" + subject + "/segments").expect(200).json().get("group").intValue();
    }

    /** The number that the next change event gets. */
    long changesNext() {
        return get("/metrics").expect(200).text().lines().filter(line -> line.startsWith("tagma_changes_next "))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).findAny().orElseThrow();
    }

    /** Events from a number on: {@code ENTER subject target cause}. */
    List<String> changes(final long from) {
        return get("/v1/changes?from=" + from + "&limit=1000000").expect(200).lines().stream()
            .map(change -> change.get("change").textValue() + " " + change.get("subject").textValue() + " "
                + (change.has("segment") ? change.get("segment").textValue() : "group " + change.get("group"))
                + " " + change.get("cause").textValue()).toList();
    }

    /** The server's time, epoch milliseconds. */
    long now() {
        return get("/v1/clock").expect(200).json().get("now").longValue();
    }

    /** Moves a manual clock on. */
    void advance(final Duration by) {
        put("/v1/clock", "{'now':" + (now() + by.toMillis()) + "}").expect(200);
    }
}
