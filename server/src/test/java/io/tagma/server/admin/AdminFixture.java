package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A running face over a stub engine, and a client of it. */
final class AdminFixture implements AutoCloseable {
    final StubPort port = new StubPort();
    final AdminServer server;
    final int tcpPort;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    AdminFixture() {
        this(AdminSettings.DEFAULT);
    }

    AdminFixture(final AdminSettings settings) {
        server = new AdminServer(port, settings);
        tcpPort = server.start("127.0.0.1", 0);
    }

    HttpRequest.Builder request(final String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + tcpPort + target))
            .timeout(Duration.ofSeconds(10));
    }

    HttpResponse<String> send(final HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    HttpResponse<String> call(final String method, final String target, final String body, final String... headers) {
        final HttpRequest.Builder request = request(target).method(method, body == null
            ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> get(final String target, final String... headers) {
        return call("GET", target, null, headers);
    }

    JsonNode json(final HttpResponse<String> response, final int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return Json.tree(response.body());
    }

    RawHttp raw() throws IOException {
        return new RawHttp(tcpPort);
    }

    static void await(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
        port.close();
    }
}
