package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import io.tagma.server.net.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: killed under load, stopped, and started where it cannot. */
class KillTest {
    private static final int ROUNDS = 3;
    private static final int CUSTOMERS = 13;
    private static final int WINDOW = 300;
    private static final long SEED = 20_261_125;

    @TempDir
    private Path directory;

    @Test
    void shouldHoldEveryAcknowledgedOrderOnceWhenKilledUnderLoad() {
        final Random random = new Random(SEED);
        final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        final AtomicLong sent = new AtomicLong();
        for (int round = 0; round < ROUNDS; round++) {
            final ServeProcess server = ServeProcess.start(directory);
            try (server) {
                final AdminClient admin = new AdminClient(server.adminPort());
                if (round == 0) {
                    admin.define("buyers", "{'condition':{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}}");
                } else {
                    check(admin, acknowledged, sent.get());
                }
                final int before = acknowledged.size();
                final AtomicBoolean isOver = new AtomicBoolean();
                final Thread load = new Thread(() -> load(server.port(), acknowledged, sent, isOver), "load");
                load.start();
                Await.until("the load runs", () -> acknowledged.size() > before + 500);
                final CompletableFuture<?> snapshot =
                    CompletableFuture.runAsync(() -> admin.post("/v1/snapshot", "").expect(200));
                if (round % 2 == 0) {
                    snapshot.join();
                }
                final int killAt = acknowledged.size() + 200 + random.nextInt(1_000);
                Await.until("the load runs on", () -> acknowledged.size() > killAt);
                server.close();
                isOver.set(true);
                Await.until("the load ends", () -> !load.isAlive());
                snapshot.exceptionally(killed -> null).join();
            }
        }
        try (ServeProcess server = ServeProcess.start(directory)) {
            check(new AdminClient(server.adminPort()), acknowledged, sent.get());
        }
    }

    /** Orders with ids of their own, spread over the customers, until it is over. */
    private static void load(final int port, final Set<Long> acknowledged, final AtomicLong sent,
                             final AtomicBoolean isOver) {
        final Semaphore window = new Semaphore(WINDOW);
        try (TagmaClient client = TagmaClient.connect(ClientSettings.of("127.0.0.1:" + port)
            .withTimeout(Duration.ofSeconds(20)))) {
            while (!isOver.get()) {
                if (!acquire(window)) {
                    continue;
                }
                final long order = sent.incrementAndGet();
                client.update(order(order)).whenComplete((result, failure) -> {
                    if (failure == null && result.isApplied()) {
                        acknowledged.add(order);
                    }
                    window.release();
                });
            }
        }
    }

    private static boolean acquire(final Semaphore window) {
        try {
            return window.tryAcquire(10, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Command order(final long number) {
        return new Command.OrderUpsert("c" + number % CUSTOMERS, Long.toString(number), null,
            List.of(new NamedValue("grandTotal", Value.of(1))), List.of(), null);
    }

    /** Every acknowledged order is held once, none that was never sent, and segments and look-ups count the same. */
    private static void check(final AdminClient admin, final Set<Long> acknowledged, final long sent) {
        final Set<Long> held = new HashSet<>();
        final Set<String> buyers = new HashSet<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            final AdminClient.Reply reply = admin.get("/v1/subjects/c" + i);
            if (reply.status() == 404) {
                continue;
            }
            final JsonNode orders = reply.expect(200).json().get("orders");
            for (final JsonNode order : orders) {
                final long number = Long.parseLong(order.get("id").textValue());
                assertThat(held.add(number)).as("held once: order=%d, seed=%d", number, SEED).isTrue();
                assertThat(number % CUSTOMERS).isEqualTo(i);
                assertThat(number).isBetween(1L, sent);
            }
            buyers.add("c" + i);
            final JsonNode exactly = admin.post("/v1/segments:preview",
                "{'condition':{'all':[{'agg':{'fn':'count','source':'order'},'op':'eq','v':" + orders.size() + "},"
                    + "{'agg':{'fn':'sum','source':'order','field':'grandTotal'},'op':'eq','v':" + orders.size()
                    + "}]}}").expect(200).json();
            assertThat(exactly.get("count").intValue()).isPositive();
            assertThat(admin.segmentsOf("c" + i)).containsExactly("buyers");
        }
        assertThat(held).as("seed=%d", SEED).containsAll(acknowledged);
        assertThat(admin.members("buyers")).containsExactlyInAnyOrderElementsOf(buyers);
        assertThat(admin.count("buyers")).isEqualTo(buyers.size());
    }

    @Test
    void shouldStopAtOnceWhenAskedAndRefuseASecondProcessOnItsDirectory() {
        final List<UpdateResult> results = new ArrayList<>();
        try (ServeProcess server = ServeProcess.start(directory)) {
            try (ServeProcess second = ServeProcess.launch(directory, 0, 0)) {
                assertThat(second.exitStatus()).isNotZero();
                assertThat(second.said()).contains("tagma: cannot start:", "in use by another process", "pid=")
                    .doesNotContain("\tat ");
            }
            try (TagmaClient client = TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port())
                .withTimeout(Duration.ofSeconds(20)))) {
                results.add(client.update(order(1)).join());
            }
            server.terminate();
            assertThat(server.exitStatus()).as("ended by SIGTERM").isIn(0, 143);
            assertThat(server.said()).doesNotContain("Exception", "WARNING", "Error");
        }
        assertThat(results.get(0).isApplied()).isTrue();
        try (ServeProcess again = ServeProcess.start(directory)) {
            assertThat(new AdminClient(again.adminPort()).get("/v1/subjects/c1").expect(200).json().get("orders"))
                .hasSize(1);
        }
    }

    @Test
    void shouldSayWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            try (ServeProcess server = ServeProcess.launch(directory, taken.getLocalPort(), 0)) {
                assertThat(server.exitStatus()).isNotZero();
                assertThat(server.said()).contains("tagma: cannot start: cannot listen",
                    "port=" + taken.getLocalPort()).doesNotContain("\tat ");
            }
        }
    }
}
