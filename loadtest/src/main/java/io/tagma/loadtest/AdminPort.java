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
import java.util.ArrayList;
import java.util.List;

/** What the demo asks of the admin port, as any script would. Any thread may call. */
final class AdminPort {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

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

    private JsonNode read(final String path) throws IOException {
        try (BufferedReader lines = lines(path)) {
            return json.readTree(lines);
        }
    }

    private BufferedReader lines(final String path) throws IOException {
        return new BufferedReader(new InputStreamReader(body(path), StandardCharsets.UTF_8));
    }

    private InputStream body(final String path) throws IOException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).GET().build();
        try {
            final HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
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
