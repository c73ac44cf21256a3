package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.cluster.Durability;
import io.tagma.server.net.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three whole servers in this process, each with a directory of its own. */
class ThreeServersTest {
    private static final int COUNT = 3;
    private static final long START_SECONDS = 60;

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<String> peers = FreePorts.peers(COUNT);
    private final TagmaServer[] servers = new TagmaServer[COUNT];
    private final ExecutorService starters = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        for (int node = 0; node < COUNT; node++) {
            stop(node);
        }
        starters.shutdownNow();
        assertThat(failure.get()).isNull();
    }

    @Test
    void shouldAnswerAlikeWhicheverNodeIsAskedAndSeedOneThatLostItsDirectory() {
        startAll();
        admin(0).define("buyers", "{'condition':{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}}");
        long position = 0;
        for (int node = 0; node < COUNT; node++) {
            position = admin(node).ingest(order("c" + node, node));
        }
        final int leader = cluster(0).get("leader").intValue();
        final int wiped = (leader + 1) % COUNT;
        awaitPosition(position);
        for (int node = 0; node < COUNT; node++) {
            assertThat(admin(node).members("buyers")).containsExactlyInAnyOrder("c0", "c1", "c2");
            assertThat(admin(node).segmentsOf("c1")).containsExactly("buyers");
            assertThat(cluster(node).get("peers")).hasSize(COUNT - 1);
        }

        stop(wiped);
        IoUtil.delete(data(wiped).toFile(), false);
        position = admin(leader).ingest(order("c3", 3));
        start(wiped).join();
        awaitPosition(position);
        assertThat(admin(wiped).members("buyers")).containsExactlyInAnyOrder("c0", "c1", "c2", "c3");
        position = admin(wiped).ingest(order("c4", 4));
        awaitPosition(position);
        for (int node = 0; node < COUNT; node++) {
            assertThat(admin(node).count("buyers")).isEqualTo(5);
        }
        assertThat(cluster(wiped).get("logStart").longValue()).isPositive();
    }

    @Test
    void shouldKeepTheDataOfOneServerWhenItBecomesThree() {
        try (TagmaServer alone = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, data(0), null, 0, 1_000),
            failure::set)) {
            final AdminClient admin = new AdminClient(alone.adminPort());
            admin.define("buyers", "{'condition':{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}}");
            admin.ingest(order("c0", 0));
            admin.post("/v1/snapshot", "").expect(200);
            admin.ingest(order("c1", 1));
        }
        copy(data(0), data(1));
        copy(data(0), data(2));
        startAll();
        for (int node = 0; node < COUNT; node++) {
            assertThat(admin(node).members("buyers")).containsExactlyInAnyOrder("c0", "c1");
        }
        awaitPosition(admin(1).ingest(order("c2", 2)));
        for (int node = 0; node < COUNT; node++) {
            assertThat(admin(node).count("buyers")).isEqualTo(3);
        }
    }

    @Test
    void shouldNotStartAnEmptyNodeOnItsOwnAuthorityWhenAnotherHasALog() {
        startAll();
        admin(0).define("buyers", "{'condition':{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}}");
        final long position = admin(0).ingest(order("c0", 0));
        awaitPosition(position);
        for (int node = 0; node < COUNT; node++) {
            stop(node);
        }
        IoUtil.delete(data(1).toFile(), false);
        // Two of three are there, which is a majority: but one has forgotten what it agreed to.
        final CompletableFuture<Void> empty = start(1);
        final CompletableFuture<Void> first = start(0);
        final AdminClient waiting = new AdminClient(membership(1).self().adminPort());
        Await.until("the empty node says what it waits for", () -> {
            try {
                return waiting.get("/readyz").text().contains("an empty member waits for a leader");
            } catch (final UncheckedIOException notListeningYet) {
                return false;
            }
        });
        assertThat(empty).isNotDone();
        assertThat(first).isNotDone();
        start(2).join();
        first.join();
        empty.join();
        for (int node = 0; node < COUNT; node++) {
            assertThat(admin(node).segmentsOf("c0")).containsExactly("buyers");
        }
    }

    private void startAll() {
        final List<CompletableFuture<Void>> starting = new ArrayList<>();
        for (int node = 0; node < COUNT; node++) {
            starting.add(start(node));
        }
        starting.forEach(CompletableFuture::join);
    }

    private CompletableFuture<Void> start(final int node) {
        final Membership membership = membership(node);
        final ServerConfig config = new ServerConfig("127.0.0.1", membership.self().basePort(),
            membership.self().adminPort(), data(node), null, 0, 1_000, 0, null, membership, Durability.FLUSHED);
        return CompletableFuture.runAsync(() -> servers[node] = TagmaServer.start(config, failure::set), starters)
            .orTimeout(START_SECONDS, TimeUnit.SECONDS);
    }

    private Membership membership(final int node) {
        return Membership.of(node, peers, ServerConfig.PORT);
    }

    private void stop(final int node) {
        if (servers[node] != null) {
            servers[node].close();
            servers[node] = null;
        }
    }

    private Path data(final int node) {
        return directory.resolve("node" + node);
    }

    private AdminClient admin(final int node) {
        return new AdminClient(servers[node].adminPort());
    }

    private JsonNode cluster(final int node) {
        return admin(node).get("/v1/cluster").expect(200).json();
    }

    private void awaitPosition(final long position) {
        for (int node = 0; node < COUNT; node++) {
            final int asked = node;
            Await.until("node " + node + " applies position " + position,
                () -> cluster(asked).get("position").longValue() >= position);
        }
    }

    private static String order(final String key, final int id) {
        return "{'op':'order.upsert','key':'" + key + "','order':{'id':'" + id + "','grandTotal':'1'}}";
    }

    private static void copy(final Path from, final Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
