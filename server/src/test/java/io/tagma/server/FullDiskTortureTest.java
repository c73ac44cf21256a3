package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import io.tagma.server.net.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real process on small disks that really fill. Mounts file systems, so it needs to be root on Linux. */
@EnabledIfSystemProperty(named = "torture", matches = "true", disabledReason = "mounts file systems: -Dtorture=true")
class FullDiskTortureTest {
    private static final int CUSTOMERS = 13;
    private static final int ORDERS = 1_000;
    private static final int WINDOW = 500;
    private static final long MB = 1 << 20;
    private static final List<String> SMALL_SHARED_MEMORY =
        List.of("unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=64m tmpfs /dev/shm && exec \"$0\" \"$@\"");

    @TempDir
    private Path directory;

    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private Path mounted;

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            run("umount", mounted.toString());
        }
    }

    @Test
    void shouldRefuseWritesBeforeTheDiskIsFullAndSayWhyItEndsWhenItIs() throws Exception {
        mounted = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", mounted.toString());
        final Path ballast = mounted.resolve("ballast");
        final Path data = mounted.resolve("data");
        try (ServeProcess server = ServeProcess.start(data)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            admin.define("buyers", "{'condition':{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}}");
            final AtomicBoolean isOver = new AtomicBoolean();
            final Thread load = load(server.port(), isOver);
            Await.until("the load runs", () -> acknowledged.size() > 1_000);
            admin.post("/v1/snapshot", "").expect(200);
            assertThat(info(admin).get("writable").booleanValue()).isTrue();
            fill(ballast, info(admin).get("diskFreeBytes").longValue()
                - info(admin).get("diskReserveBytes").longValue() - 4 * MB);
            Await.until("writes are refused", () -> !info(admin).get("writable").booleanValue());
            final int atRefusal = acknowledged.size();
            isOver.set(true);
            load.join();
            System.out.println("refused: acknowledged=" + atRefusal + ", " + disk(admin));

            admin.put("/v1/segments/other", "{'condition':{'attr':'email','op':'isSet'}}").expect(507);
            admin.delete("/v1/subjects/c1").expect(507);
            try (TagmaClient client = client(server.port())) {
                for (int i = 0; i < 1_000; i++) {
                    assertThat(client.lookup("c" + i % CUSTOMERS).join()).isNotNull();
                }
            }
            checkHeld(admin);

            Files.delete(ballast);
            Await.until("there is room", () -> info(admin).get("writable").booleanValue());
            try (TagmaClient client = client(server.port())) {
                final long order = sent.incrementAndGet();
                assertThat(client.update(order(order)).join().isApplied()).isTrue();
                acknowledged.add(order);
            }
            admin.post("/v1/snapshot", "").expect(200);

            final AtomicBoolean isOverAgain = new AtomicBoolean();
            final Thread more = load(server.port(), isOverAgain);
            final int before = acknowledged.size();
            Await.until("the load runs", () -> acknowledged.size() > before + 1_000);
            fill(ballast, Long.MAX_VALUE);
            // With writes refused, the log's last page has room for up to a minute's slices.
            final long deadlineNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
            while (server.isAlive() && System.nanoTime() - deadlineNs < 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            assertThat(server.exitStatus()).isEqualTo(Tagma.FAILED);
            isOverAgain.set(true);
            more.join();
            final String said = server.said();
            System.out.println("full: acknowledged=" + acknowledged.size() + ", " + said.lines()
                .filter(line -> line.startsWith("tagma: the log has failed")).findFirst().orElse("?"));
            assertThat(said).contains("writes are refused and look-ups go on", "the disk has room again",
                "tagma: the log has failed: the disk is full, and nothing acknowledged is lost: make room");
        }
        try (ServeProcess server = ServeProcess.launch(data, 0, 0)) {
            assertThat(server.exitStatus()).isEqualTo(Tagma.FAILED);
            final String said = server.said();
            System.out.println("start on a full disk: " + said.strip());
            assertThat(said).contains("tagma: cannot start: ").doesNotContain("\tat ");
        }
        Files.delete(ballast);
        try (ServeProcess server = ServeProcess.start(data)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            checkHeld(admin);
            System.out.println("started again: acknowledged=" + acknowledged.size() + ", lost=0, " + disk(admin));
            fill(ballast, info(admin).get("diskFreeBytes").longValue() - 60 * MB);
        }
        try (ServeProcess server = ServeProcess.start(data)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            checkHeld(admin);
            System.out.println("started with little room: " + disk(admin));
            admin.delete("/v1/subjects/c1").expect(507);
        }
    }

    @Test
    void shouldRunInASharedMemoryOf64MegabytesWithSnapshotsInARow() throws Exception {
        final Path data = directory.resolve("data");
        try (ServeProcess server = ServeProcess.start(data, SMALL_SHARED_MEMORY)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            admin.define("buyers", "{'condition':{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}}");
            final AtomicBoolean isOver = new AtomicBoolean();
            final Thread load = load(server.port(), isOver);
            assertThat(sharedMemory(server, "size")).isEqualTo(64 * MB);
            long used = 0;
            for (int i = 0; i < 12; i++) {
                final int before = acknowledged.size();
                admin.post("/v1/snapshot", "").expect(200);
                used = Math.max(used, sharedMemory(server, "used"));
                Await.until("the load runs", () -> acknowledged.size() > before + 2_000);
                used = Math.max(used, sharedMemory(server, "used"));
            }
            isOver.set(true);
            load.join();
            checkHeld(admin);
            assertThat(sharedMemory(server, "used")).as("the driver is there").isPositive();
            System.out.println("/dev/shm of 64 MB: acknowledged=" + acknowledged.size() + ", usedMostBytes=" + used);
        }
        try (ServeProcess server = ServeProcess.start(data, SMALL_SHARED_MEMORY)) {
            checkHeld(new AdminClient(server.adminPort()));
        }
    }

    private Thread load(final int port, final AtomicBoolean isOver) {
        final Thread load = new Thread(() -> {
            final Semaphore window = new Semaphore(WINDOW);
            try (TagmaClient client = client(port)) {
                while (!isOver.get()) {
                    if (window.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                        final long order = sent.incrementAndGet();
                        client.update(order(order)).whenComplete((result, failure) -> {
                            if (failure == null && result.isApplied()) {
                                acknowledged.add(order);
                            }
                            window.release();
                        });
                    }
                }
            } catch (final InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }, "load");
        load.start();
        return load;
    }

    private static TagmaClient client(final int port) {
        return TagmaClient.connect(ClientSettings.of("127.0.0.1:" + port).withTimeout(Duration.ofSeconds(5)));
    }

    /** Each number is an order of its own in a small set, so that a customer never has too many. */
    private static Command order(final long number) {
        return new Command.OrderUpsert("c" + number % CUSTOMERS, Long.toString(number % ORDERS), null,
            List.of(new NamedValue("grandTotal", Value.of(number))), List.of(), null);
    }

    /** Of each order the newest acknowledged write is there, or a later one that was sent. */
    private void checkHeld(final AdminClient admin) {
        final Set<Long> held = new HashSet<>();
        for (int i = 0; i < CUSTOMERS; i++) {
            admin.get("/v1/subjects/c" + i).expect(200).json().get("orders")
                .forEach(order -> held.add(new BigDecimal(order.get("grandTotal").asText()).longValueExact()));
        }
        final long[] newest = new long[ORDERS * CUSTOMERS];
        acknowledged.forEach(number -> {
            final int slot = slot(number);
            newest[slot] = Math.max(newest[slot], number);
        });
        final Set<Integer> slots = new HashSet<>();
        held.forEach(number -> {
            final int slot = slot(number);
            assertThat(slots.add(slot)).isTrue();
            assertThat(number).isBetween(newest[slot], sent.get());
        });
        for (int slot = 0; slot < newest.length; slot++) {
            assertThat(newest[slot] == 0 || slots.contains(slot)).as("order of slot %d", slot).isTrue();
        }
    }

    private static int slot(final long number) {
        return (int) (number % ORDERS) * CUSTOMERS + (int) (number % CUSTOMERS);
    }

    private static JsonNode info(final AdminClient admin) {
        return admin.get("/v1/info").expect(200).json();
    }

    private static String disk(final AdminClient admin) {
        final JsonNode info = info(admin);
        return "diskFreeBytes=" + info.get("diskFreeBytes") + ", diskReserveBytes=" + info.get("diskReserveBytes")
            + ", writable=" + info.get("writable");
    }

    /** Writes so many bytes, or as many as there is room for. */
    private static void fill(final Path file, final long length) {
        final byte[] block = new byte[64 * 1024];
        long left = length;
        try (OutputStream out = Files.newOutputStream(file)) {
            while (left > 0) {
                out.write(block, 0, (int) Math.min(left, block.length));
                left -= block.length;
            }
        } catch (final IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static void run(final String... command) throws Exception {
        final Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    /** Bytes of the shared memory that the process sees: its {@code size}, or how much is {@code used}. */
    private static long sharedMemory(final ServeProcess server, final String column) throws Exception {
        final Process df = new ProcessBuilder("nsenter", "-t", Long.toString(server.pid()), "-m", "df", "-B1",
            "--output=" + column, "/dev/shm").redirectErrorStream(true).start();
        final String said = new String(df.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(df.waitFor()).as(said).isZero();
        return Long.parseLong(said.lines().skip(1).findFirst().orElseThrow().trim());
    }
}
