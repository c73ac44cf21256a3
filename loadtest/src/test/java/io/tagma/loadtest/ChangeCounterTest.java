package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ChangeCounterTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldCloseWhenNoChangeComes() throws IOException {
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        final byte[] line = "{\"cause\":\"TIME\"}\n".getBytes(StandardCharsets.UTF_8);
        server.createContext("/metrics", exchange -> {
            final byte[] metrics = "tagma_changes_next 9\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, metrics.length);
            exchange.getResponseBody().write(metrics);
            exchange.close();
        });
        // One line, then nothing and no end.
        server.createContext("/v1/changes", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(line);
            exchange.getResponseBody().flush();
        });
        server.start();
        try {
            final ChangeCounter counter = ChangeCounter.start(new AdminPort(server.getAddress().getPort()));
            final long deadlineNs = System.nanoTime() + DEADLINE_NS;
            while (counter.byTime() == 0 && System.nanoTime() < deadlineNs) {
                Thread.onSpinWait();
            }
            counter.close();
            assertThat(counter.byTime()).isEqualTo(1);
            assertThat(counter.isBroken()).isFalse();
        } finally {
            server.stop(0);
        }
    }
}
