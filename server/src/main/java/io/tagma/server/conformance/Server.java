package io.tagma.server.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A running server's HTTP API. One thread's. */
final class Server {
    private final String root;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10)).build();

    Server(final URI root) {
        final String text = root.toString();
        this.root = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** An answer. */
    record Reply(int status, String body, String what) {
        boolean isOk() {
            return status >= 200 && status < 300;
        }

        JsonNode json() {
            try {
                return RuleCase.JSON.readTree(body);
            } catch (final JsonProcessingException notJson) {
                throw new IllegalStateException("the answer is not JSON: " + what + ", status=" + status, notJson);
            }
        }

        /** The answer of a request that must succeed. */
        Reply expectOk() {
            if (!isOk()) {
                throw new IllegalStateException("the server refuses: " + what + ", status=" + status + ", answer="
                    + body.strip());
            }
            return this;
        }
    }

    Reply send(final String method, final String target, final String body) {
        final HttpRequest request = HttpRequest.newBuilder(URI.create(root + target)).timeout(Duration.ofMinutes(5))
            .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body)).build();
        try {
            final HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body(), method + " " + target);
        } catch (final IOException broken) {
            throw new UncheckedIOException("no answer: " + method + " " + root + target, broken);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + method + " " + target, interrupted);
        }
    }

    /** A segment of a path. */
    static String segment(final String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
