package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.loadtest.nodes.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A node's HTTP face. Any thread. */
final class NodeHttp {
    private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Await.PATIENCE;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(STATUS_TIMEOUT).build();
    private final String address;

    NodeHttp(final int port) {
        address = "http://127.0.0.1:" + port;
    }

    /** How it stands; null where it does not answer. */
    JsonNode status() {
        try {
            final HttpResponse<String> answer = http.send(request("/v1/cluster").timeout(STATUS_TIMEOUT).build(),
                HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : null;
        } catch (final IOException silent) {
            return null;
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TortureException("interrupted while a node was asked", interrupted);
        }
    }

    /** The body; null where there is no such thing. */
    byte[] read(final String path) {
        final HttpResponse<byte[]> answer = send(path, request(path), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() == 404) {
            return null;
        }
        if (answer.statusCode() != 200) {
            throw refused(path, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    /** Puts a body there, and waits until what it asks for is done. */
    void put(final String path, final String json) {
        final HttpResponse<String> answer = send(path, request(path).PUT(HttpRequest.BodyPublishers.ofString(json)),
            HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw refused(path, answer.statusCode(), answer.body());
        }
    }

    /** Writes the whole state as it is in the newest snapshot to a file; that is taken before if it is to be fresh. */
    void backup(final Path file, final boolean isFresh) {
        final String path = "/v1/backup?fresh=" + isFresh;
        final HttpResponse<Path> answer = send(path, request(path), HttpResponse.BodyHandlers.ofFile(file));
        if (answer.statusCode() != 200) {
            try {
                throw refused(path, answer.statusCode(), Files.readString(file));
            } catch (final IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    /** Asks for a snapshot and does not wait; it may die of it. */
    CompletableFuture<Integer> snapshot() {
        return http.sendAsync(request("/v1/snapshot").timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.discarding())
            .handle((answer, failure) -> failure == null ? answer.statusCode() : 0);
    }

    static JsonNode json(final byte[] body) {
        try {
            return body == null ? null : JSON.readTree(body);
        } catch (final IOException malformed) {
            throw new TortureException("a node answered what is no JSON: length=" + body.length, malformed);
        }
    }

    private <T> HttpResponse<T> send(final String path, final HttpRequest.Builder request,
                                     final HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.timeout(TIMEOUT).build(), body);
        } catch (final IOException broken) {
            throw new TortureException("a node did not answer: address=" + address + ", path=" + path, broken);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TortureException("interrupted while a node was asked", interrupted);
        }
    }

    private static TortureException refused(final String path, final int status, final String answer) {
        return new TortureException("a node refused: path=" + path + ", status=" + status + ", answer=" + answer);
    }

    private HttpRequest.Builder request(final String path) {
        return HttpRequest.newBuilder(URI.create(address + path));
    }
}
