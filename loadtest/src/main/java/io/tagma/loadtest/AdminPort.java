package io.tagma.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the demo asks of the admin port, as any script would. Any thread may call. */
final class AdminPort {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CHANGES_MAX = 10_000;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
    private final String address;

    AdminPort(final int port) {
        this.address = "http://127.0.0.1:" + port;
    }

    /** For people. */
    String address() {
        return address;
    }

    /** What a definition became. */
    record Defined(int id, long count) {
    }

    /** Defines a segment and waits until its members are visible. */
    Defined define(final String segment, final String definition) throws IOException {
        final JsonNode answer =
            send("PUT", "/v1/segments/" + encoded(segment) + "?wait=true", definition);
        return new Defined(answer.get("id").asInt(), answer.get("count").asLong());
    }

    /** Sends operations, a line each, and waits until they are visible; none may fail. */
    void ingest(final String lines) throws IOException {
        try (BufferedReader answer = new BufferedReader(new InputStreamReader(
            body("POST", "/v1/ingest", HttpRequest.BodyPublishers.ofString(lines)), StandardCharsets.UTF_8))) {
            for (String line = answer.readLine(); line != null; line = answer.readLine()) {
                if (json.readTree(line).has("error")) {
                    throw new IOException("the server refused a line: answer=" + line);
                }
            }
        }
    }

    /** Moves a manual clock on; all that falls due until then has happened. */
    void moveClock(final Instant now) throws IOException {
        send("PUT", "/v1/clock", "{\"now\":" + now.toEpochMilli() + "}");
    }

    /** Keys of the segments that a subject is in. */
    List<String> segments(final String key) throws IOException {
        final List<String> segments = new ArrayList<>();
        read("/v1/subjects/" + encoded(key) + "/segments").get("segments")
            .forEach(segment -> segments.add(segment.get("key").asText()));
        return segments;
    }

    /** How many members a segment has. */
    long count(final String segment) throws IOException {
        return read("/v1/segments/" + encoded(segment) + "/count").get("count").asLong();
    }

    /** Some members of a segment. */
    List<String> members(final String segment, final int max) throws IOException {
        final List<String> keys = new ArrayList<>();
        final String path = "/v1/segments/" + encoded(segment) + "/members?format=ndjson&limit=" + max;
        try (BufferedReader lines = lines(path)) {
            for (String line = lines.readLine(); line != null && keys.size() < max; line = lines.readLine()) {
                keys.add(json.readTree(line).get("key").asText());
            }
        }
        return keys;
    }

    /** Why a subject is in a segment or not. */
    JsonNode explain(final String key, final String segment) throws IOException {
        return read("/v1/subjects/" + encoded(key) + "/explain?segment=" + encoded(segment));
    }

    /** The number that the next change will have. */
    long changesNext() throws IOException {
        final String name = "tagma_changes_next ";
        try (BufferedReader lines = lines("/metrics")) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(name)) {
                    return new BigDecimal(line.substring(name.length()).trim()).longValueExact();
                }
            }
        }
        throw new IOException("the server's metrics lack a value: name=" + name.trim());
    }

    /** Changes from that number on, as lines without an end; any thread may close the stream. */
    InputStream changes(final long from) throws IOException {
        return body("/v1/changes?from=" + from);
    }

    /** The changes from that number on, as far as there are any. */
    List<JsonNode> changesSince(final long from) throws IOException {
        final List<JsonNode> changes = new ArrayList<>();
        try (BufferedReader lines = lines("/v1/changes?from=" + from + "&limit=" + CHANGES_MAX)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                changes.add(json.readTree(line));
            }
        }
        return changes;
    }

    private JsonNode send(final String method, final String path, final String body) throws IOException {
        try (InputStream answer = body(method, path, HttpRequest.BodyPublishers.ofString(body))) {
            return json.readTree(answer);
        }
    }

    private JsonNode read(final String path) throws IOException {
        try (BufferedReader lines = lines(path)) {
            return json.readTree(lines);
        }
    }

    private BufferedReader lines(final String path) throws IOException {
        return new BufferedReader(new InputStreamReader(body(path), StandardCharsets.UTF_8));
    }

    private InputStream body(final String path) throws IOException {
        return body("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    private InputStream body(final String method, final String path, final HttpRequest.BodyPublisher sent)
        throws IOException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).method(method, sent).build();
        try {
            final HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() / 100 != 2) {
                try (InputStream body = answer.body()) {
                    throw new IOException("the admin port refused: path=" + path + ", status=" + answer.statusCode()
                        + ", answer=" + new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return answer.body();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    private static String encoded(final String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
