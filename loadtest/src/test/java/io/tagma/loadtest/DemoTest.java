package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tagma.engine.protocol.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The demo's flow against a wire that answers at once; the real server is another test's. */
final class DemoTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Screen screen = new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), false);
    private final StopSignal stop = new StopSignal();
    private final Wire wire = new Wire();

    @Test
    void shouldShowEverythingWhenItRunsToItsEnd() throws IOException {
        new Demo(new DemoSettings(0.01, 0, 0, Duration.ofSeconds(2), 1_000, 50, 50), this::start, screen, stop).run();
        final String text = written.toString(StandardCharsets.UTF_8);
        // Two websites, three attributes, TPC-H at scale 0.01 and what it lacks; then two seconds of live traffic.
        final ShopTally tally = new DemoShop(0.01, Instant.now()).tally();
        assertThat(wire.loaded.get()).isEqualTo((int) (2 + 3 + tally.total()));
        assertThat(tally.total()).isGreaterThan(2_000 + 1_500 + 15_000);
        assertThat(wire.orders.get()).isGreaterThanOrEqualTo(50);
        assertThat(wire.views.get()).isGreaterThanOrEqualTo(50);
        assertThat(wire.segments.get()).isEqualTo(SampleSegments.all().size() + DemoSegments.all().size());
        for (final DemoSegment segment : SampleSegments.all()) {
            assertThat(text).contains(segment.key());
        }
        for (final DemoSegment segment : DemoSegments.all()) {
            assertThat(text).contains(segment.key());
        }
        assertThat(text).contains(String.format(Locale.ROOT, "%,d commands durable and visible", tally.total()))
            .contains("unknown, as anybody new: " + SampleSegments.all().get(0).key())
            .contains("A visitor's morning").contains("yes at least one order")
            .contains("next flip by time alone: 2026-10-27T00:00:00Z (in 14 h 30 min)")
            .contains("admin http://127.0.0.1:" + wire.adminPort());
        assertThat(text.lines().filter(line -> line.matches(" +[12] .*\\|.*\\|.*\\|.*"))).hasSize(2);
        assertThat(wire.isClosed).isTrue();
        assertThat(wire.directory).doesNotExist();
    }

    @Test
    void shouldCloseAndDeleteWhenStoppedWhileLoading() {
        wire.onBatch = stop::stop;
        assertThatThrownBy(() -> new Demo(new DemoSettings(0.01, 0, 0, null, 1, 1, 1), this::start, screen, stop).run())
            .isInstanceOf(StoppedException.class);
        assertThat(wire.isClosed).isTrue();
        assertThat(wire.directory).doesNotExist();
    }

    @Test
    void shouldSayWhyWhenTheServerRefusesACommand() {
        wire.refusal = "code=LIMIT, pointer=, detail=full";
        assertThatThrownBy(() -> new Demo(new DemoSettings(0.01, 0, 0, null, 1, 1, 1), this::start, screen, stop).run())
            .hasMessageContaining("code=LIMIT");
        assertThat(wire.isClosed).isTrue();
        assertThat(wire.directory).doesNotExist();
    }

    @Test
    void shouldRefuseBadOptionsWithASentenceWhenParsed() {
        assertThat(refused("--scale", "0")).contains("--scale is out of range: scale=0.0, min=0.01, max=10.0");
        assertThat(refused("--scale", "big")).contains("'big' is not a double");
        assertThat(refused("--for", "20")).contains("'20' is no duration: write 20s, 5m or 1h");
        assertThat(refused("--port", "70000")).contains("--port is out of range: port=70000, min=0, max=65535");
        assertThat(refused("--port", "7072")).contains("--port and --admin-port are the same");
        assertThat(refused("--orders", "-1")).contains("--orders is out of range");
        assertThat(refused("--sclae", "1")).contains("Unknown option").contains("--scale");
        assertThat(wire.directory).isNull();
    }

    /** The scene's node is a real one. */
    private ShopNode start(final NodeSettings node) throws IOException {
        return node.manualClockMs() == null ? wire.start(node) : EmbeddedNode.start(node);
    }

    private String refused(final String... args) {
        final StringWriter errors = new StringWriter();
        final CommandLine line = new CommandLine(new DemoCommand(wire::start)).setErr(new PrintWriter(errors));
        assertThat(line.execute(args)).isEqualTo(CommandLine.ExitCode.USAGE);
        return errors.toString();
    }

    /** A server's two faces that answer at once. */
    private static final class Wire implements ShopNode, ShopLink {
        private final AtomicInteger loaded = new AtomicInteger();
        private final AtomicInteger orders = new AtomicInteger();
        private final AtomicInteger views = new AtomicInteger();
        private final AtomicInteger segments = new AtomicInteger();
        private Runnable onBatch = () -> { };
        private String refusal;
        private Path directory;
        private HttpServer http;
        private boolean isClosed;

        ShopNode start(final NodeSettings node) throws IOException {
            directory = node.directory();
            Files.writeString(directory.resolve("log"), "kept");
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.adminPort()), 0);
            http.createContext("/v1/segments/", exchange -> answer(exchange, "{\"id\":"
                + (exchange.getRequestMethod().equals("PUT") ? segments.incrementAndGet() : 0)
                + ",\"count\":7,\"version\":1}"));
            answer("/v1/segments/ordered-this-week/members", "{\"key\":\"42\"}\n");
            answer("/v1/subjects/42/explain", """
                {"key":"42","member":true,"nextFlip":1793059200000,"asOf":1793007000000,
                 "tree":{"what":{"exists":{}},"verdict":true,"actual":"2","sentence":"at least one order",
                 "children":[]}}""");
            answer("/metrics", "tagma_changes_next 9\n");
            answer("/v1/changes", "{\"cause\":\"TIME\"}\n{\"cause\":\"EVENT\"}\n");
            http.start();
            return this;
        }

        private void answer(final String path, final String body) {
            http.createContext(path, exchange -> answer(exchange, body));
        }

        private static void answer(final HttpExchange exchange, final String body) throws IOException {
            final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        @Override
        public int binaryPort() {
            return 1;
        }

        @Override
        public int adminPort() {
            return http.getAddress().getPort();
        }

        @Override
        public ShopLink connect() {
            return this;
        }

        @Override
        public CompletableFuture<Applied> update(final Command command) {
            (command instanceof Command.View ? views : orders).incrementAndGet();
            return CompletableFuture.completedFuture(new Applied(0, null));
        }

        @Override
        public CompletableFuture<Applied> updateAll(final List<Command> commands) {
            loaded.addAndGet(commands.size());
            onBatch.run();
            return CompletableFuture.completedFuture(new Applied(0, refusal));
        }

        @Override
        public CompletableFuture<Found> lookup(final String key) {
            return CompletableFuture.completedFuture(new Found(!key.equals("v:guest"), 1, new int[] {1}));
        }

        @Override
        public CompletableFuture<Applied> defineSegment(final String key, final String json) {
            return CompletableFuture.completedFuture(new Applied(segments.incrementAndGet(), null));
        }

        @Override
        public void close() {
            isClosed = true;
            http.stop(0);
        }
    }
}
