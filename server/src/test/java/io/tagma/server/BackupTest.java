package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.SnapshotSummary;
import io.tagma.server.backup.BackupFile;
import io.tagma.server.cluster.EngineNode;
import io.tagma.server.net.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagma backup}, {@code verify} and {@code restore}, with a server that goes on meanwhile. */
class BackupTest {
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    private static final int CUSTOMERS = 3_000;

    @TempDir
    private static Path shared;

    private static TagmaServer server;
    private static AdminClient admin;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = start(shared.resolve("data"));
        admin = new AdminClient(server.adminPort());
        admin.put("/v1/attributes/points", "{'type':'INT'}").expect(201);
        admin.define("rich", "{'condition':{'attr':'points','op':'ge','v':1000}}");
        admin.define("even-richer", "{'condition':{'attr':'points','op':'ge','v':2500}}");
        ingest("c", 0, CUSTOMERS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Ended(int status, String out, String err) {
        String value(final String name) {
            final int at = out.indexOf(name + "=") + name.length() + 1;
            return out.substring(at).split("[,\\s]")[0];
        }
    }

    @Test
    void shouldRestoreWhatWasAcknowledgedBeforeTheBackupBeganWhileLoadGoesOn() throws IOException {
        final AtomicBoolean isLoading = new AtomicBoolean(true);
        final AtomicInteger acknowledged = new AtomicInteger();
        final CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (isLoading.get()) {
                final int from = acknowledged.get();
                ingest("load", from, from + 50);
                acknowledged.set(from + 50);
            }
        });
        await(() -> acknowledged.get() >= 200);
        final int before = acknowledged.get();
        final Path file = directory.resolve("one.backup");
        final Ended backup = backup(file);
        isLoading.set(false);
        load.join();
        final int after = acknowledged.get();

        assertThat(backup.err()).isEmpty();
        assertThat(backup.status()).isZero();
        assertThat(Files.size(file)).isEqualTo(Long.parseLong(backup.value("bytes")));
        assertThat(directory).isDirectoryNotContaining("glob:**.partial");
        final Ended verified = run(new VerifyCommand(), file.toString());
        assertThat(verified.status()).isZero();
        for (final String name : new String[] {"bytes", "checksum", "position", "stateHash", "clock"}) {
            assertThat(verified.value(name)).as(name).isEqualTo(backup.value(name));
        }

        final Path data = directory.resolve("restored");
        final Ended restored = run(new RestoreCommand(), file.toString(), "--data", data.toString());
        assertThat(restored.err()).isEmpty();
        assertThat(restored.status()).isZero();
        assertThat(restored.value("stateHash")).isEqualTo(backup.value("stateHash"));
        try (EngineNode node = new EngineNode(data, 10_000, 99)) {
            assertThat(String.format("%016x", node.stop())).isEqualTo(backup.value("stateHash"));
        }
        try (TagmaServer other = start(data)) {
            final AdminClient there = new AdminClient(other.adminPort());
            final long loaded = there.members("rich").stream().filter(key -> key.startsWith("load-")).count();
            assertThat(loaded).isBetween((long)before, (long)after);
            for (int i = 0; i < loaded; i++) {
                there.get("/v1/subjects/load-" + i).expect(200);
            }
            assertThat(there.count("even-richer")).isEqualTo(CUSTOMERS - 2_500 + loaded);
            assertThat(there.count("rich")).isEqualTo(CUSTOMERS - 1_000 + loaded);
            assertAlike(there, "/v1/subjects/c-2700");
            assertAlike(there, "/v1/subjects/c-2700/explain?segment=rich");
            assertAlike(there, "/v1/subjects/c-12/explain?segment=rich");
            assertAlike(there, "/v1/segments/rich");
            assertThat(there.segmentsOf("c-2700")).isEqualTo(admin.segmentsOf("c-2700"));
            ingestTo(there, "after", 0, 10);
            assertThat(there.get("/v1/subjects/after-9").expect(200).json()).isNotNull();
        }
        try (TagmaServer again = start(data)) {
            new AdminClient(again.adminPort()).get("/v1/subjects/after-9").expect(200);
        }
    }

    /** Counts are loads' as well. */
    private static void assertAlike(final AdminClient there, final String target) {
        assertThat(strip(there.get(target).expect(200).json())).as(target)
            .isEqualTo(strip(admin.get(target).expect(200).json()));
    }

    private static JsonNode strip(final JsonNode node) {
        for (final String name : new String[] {"position", "count"}) {
            ((ObjectNode)node).remove(name);
        }
        return node;
    }

    @Test
    void shouldReuseTheNewestSnapshotWhenThatWillDo() {
        final Ended first = backup(directory.resolve("first"));
        ingest("reuse", 0, 1);
        final Ended newest = run(new BackupCommand(), directory.resolve("second").toString(), "--from", url(),
            "--newest");
        assertThat(newest.status()).isZero();
        assertThat(newest.value("position")).isEqualTo(first.value("position"));
        assertThat(newest.value("checksum")).isEqualTo(first.value("checksum"));
        assertThat(Long.parseLong(backup(directory.resolve("third")).value("position")))
            .isGreaterThan(Long.parseLong(first.value("position")));
    }

    @Test
    void shouldTellWhatASnapshotCosts() {
        backup(directory.resolve("file"));
        final JsonNode figures = admin.get("/v1/info").expect(200).json().get("snapshot");
        assertThat(figures.get("count").longValue()).isPositive();
        assertThat(figures.get("bytes").longValue()).isPositive();
        assertThat(figures.get("position").longValue()).isPositive();
        assertThat(figures.get("lastStallMs").doubleValue()).isPositive();
        assertThat(figures.get("maxStallMs").doubleValue())
            .isGreaterThanOrEqualTo(figures.get("lastStallMs").doubleValue());
        assertThat(figures.get("ageMs").longValue()).isNotNegative();
        assertThat(admin.get("/metrics").expect(200).text()).contains("# TYPE tagma_snapshot_last_stall_ms gauge",
            "tagma_snapshot_bytes ", "tagma_snapshot_count ");
    }

    @Test
    void shouldRefuseADamagedOrTruncatedBackup() throws IOException {
        final Path whole = directory.resolve("whole");
        backup(whole);
        final byte[] bytes = Files.readAllBytes(whole);
        for (final int at : new int[] {20, bytes.length / 2, bytes.length - 10, bytes.length - 1}) {
            final byte[] flipped = bytes.clone();
            flipped[at] ^= 16;
            assertRefused(flipped, "damaged or cut off");
        }
        for (final int length : new int[] {bytes.length - 1, bytes.length - 17, bytes.length / 2, 40}) {
            assertRefused(Arrays.copyOf(bytes, length), "damaged or cut off");
        }
        assertRefused(new byte[0], "too short");
        assertRefused(Arrays.copyOf(bytes, bytes.length + 4), "damaged or cut off");
        final byte[] other = bytes.clone();
        other[0] = 'X';
        assertRefused(other, "not a backup");
        final byte[] newer = bytes.clone();
        newer[8] = 2;
        assertRefused(newer, "another format: version=2");
        final Ended missing = run(new VerifyCommand(), directory.resolve("nowhere").toString());
        assertThat(missing.status()).isEqualTo(Tagma.FAILED);
        assertThat(missing.err()).contains("cannot be read");
    }

    private void assertRefused(final byte[] bytes, final String words) throws IOException {
        final Path file = directory.resolve("damaged");
        Files.write(file, bytes);
        final Path data = directory.resolve("never");
        for (final Ended ended : new Ended[] {run(new VerifyCommand(), file.toString()),
            run(new RestoreCommand(), file.toString(), "--data", data.toString())}) {
            assertThat(ended.status()).isEqualTo(Tagma.FAILED);
            assertThat(ended.out()).isEmpty();
            assertThat(ended.err()).contains(words).contains(file.toString());
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void shouldRefuseADirectoryThatIsNotEmptyAndAFileThatExists() throws IOException {
        final Path file = directory.resolve("file");
        backup(file);
        final byte[] bytes = Files.readAllBytes(file);
        final Ended again = backup(file);
        assertThat(again.status()).isEqualTo(Tagma.FAILED);
        assertThat(again.err()).contains("exists already");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);

        final Path data = Files.createDirectory(directory.resolve("full"));
        Files.createFile(data.resolve("something"));
        final Ended restored = run(new RestoreCommand(), file.toString(), "--data", data.toString());
        assertThat(restored.status()).isEqualTo(Tagma.FAILED);
        assertThat(restored.err()).contains("not empty");
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldRefuseToStartWhereARestoreWasNotFinished() throws IOException {
        final Path data = Files.createDirectory(directory.resolve("half"));
        Files.writeString(data.resolve("restored.txt"), "restored from a backup");
        final CompletableFuture<TagmaServer> start = CompletableFuture.supplyAsync(() -> start(data));
        assertThat(start.handle((running, failure) -> failure == null ? "started" : failure.getCause().getMessage())
            .join()).contains("restored from a backup").contains("tagma restore");
    }

    @Test
    void shouldLeaveNothingBehindWhenThereIsNoServerOrItRefuses() throws IOException {
        final Path file = directory.resolve("file");
        final Ended none = run(new BackupCommand(), file.toString(), "--from", "http://127.0.0.1:1");
        assertThat(none.status()).isEqualTo(Tagma.FAILED);
        assertThat(none.err()).contains("the backup failed");
        final Ended wrong = run(new BackupCommand(), file.toString(), "--from", "nonsense");
        assertThat(wrong.status()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(admin.get("/v1/backup?fresh=maybe").status()).isEqualTo(400);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void shouldBackUpAServerThatKeepsNothingAsWell() {
        final Path file = directory.resolve("memory");
        try (TagmaServer memory = start(null)) {
            final AdminClient there = new AdminClient(memory.adminPort());
            there.put("/v1/attributes/points", "{'type':'INT'}").expect(201);
            ingestTo(there, "m", 0, 10);
            assertThat(run(new BackupCommand(), file.toString(), "--from", "http://127.0.0.1:" + memory.adminPort())
                .status()).isZero();
        }
        final SnapshotSummary summary;
        try (BackupFile backup = new BackupFile(file)) {
            summary = backup.summary();
        }
        assertThat(summary.nowMs()).isEqualTo(START);
        final Path data = directory.resolve("kept");
        assertThat(run(new RestoreCommand(), file.toString(), "--data", data.toString()).status()).isZero();
        try (TagmaServer kept = start(data)) {
            new AdminClient(kept.adminPort()).get("/v1/subjects/m-9").expect(200);
        }
    }

    private static TagmaServer start(final Path data) {
        return TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, data, START, 0, 10_000), failure -> {
            throw new AssertionError("the log has failed", failure);
        });
    }

    private static void ingest(final String prefix, final int from, final int to) {
        ingestTo(admin, prefix, from, to);
    }

    /** Those of the load are as rich as can be. */
    private static void ingestTo(final AdminClient client, final String prefix, final int from, final int to) {
        client.ingest(IntStream.range(from, to).mapToObj(i -> "{'op':'subject.upsert','key':'" + prefix + "-" + i
            + "','attributes':{'points':" + (prefix.equals("load") ? 9_999 : i) + "}}").toArray(String[]::new));
    }

    private static String url() {
        return "http://127.0.0.1:" + server.adminPort();
    }

    private static Ended backup(final Path file) {
        return run(new BackupCommand(), file.toString(), "--from", url());
    }

    private static Ended run(final Object command, final String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int status = new CommandLine(command).setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true)).execute(arguments);
        return new Ended(status, out.toString(), err.toString());
    }

    private static void await(final BooleanSupplier condition) {
        Await.until("condition", condition);
    }
}
