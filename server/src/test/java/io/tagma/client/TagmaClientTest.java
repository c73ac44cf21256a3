package io.tagma.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import io.tagma.server.net.Await;
import io.tagma.server.net.BinaryServer;
import io.tagma.server.net.BinarySettings;
import io.tagma.server.net.StubEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TagmaClientTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final BinarySettings SETTINGS = new BinarySettings(2, 1_000, 30_000, 30_000, 30_000, 50);

    private final StubEngine engine = new StubEngine(20_000);
    private final BinaryServer server =
        new BinaryServer(engine, engine.router(), engine::lookups, UnaryOperator.identity(), SETTINGS);
    private final CuttingProxy proxy = new CuttingProxy(server.start("127.0.0.1", 0));
    private final TagmaClient client = TagmaClient.connect(
        ClientSettings.of("127.0.0.1:" + proxy.port()).withConnections(2).withTimeout(LONG));

    @AfterEach
    void close() {
        client.close();
        proxy.close();
        server.close();
        engine.close();
    }

    @Test
    void shouldLookUpGroupAndSegments() {
        engine.row("Zoë", 3, 7, 8);
        final LookupResult result = client.lookup("Zoë").join();
        assertThat(result.customerGroup()).isEqualTo(3);
        assertThat(result.segments()).containsExactly(7, 8);
        assertThat(result.isKnown()).isTrue();
        assertThat(result.hasSegment(8)).isTrue();
        assertThat(result.hasSegment(9)).isFalse();
        assertThat(client.lookup("nobody", 1).join().isKnown()).isFalse();
        assertThat(client.isMember("Zoë", 7).join()).isTrue();
        assertThat(client.isMember("Zoë", 9).join()).isFalse();
        assertThat(client.ping().join().asOf()).isPositive();
    }

    @Test
    void shouldLookUpMoreKeysThanFitARequestInTheirOrder() {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            engine.row("k" + i, i, i + 1);
            keys.add("k" + i);
        }
        final List<LookupResult> results = client.lookupMany(keys).join();
        assertThat(results).hasSize(2_500);
        for (int i = 0; i < 2_500; i++) {
            assertThat(results.get(i).customerGroup()).isEqualTo(i);
            assertThat(results.get(i).segments()).containsExactly(i + 1);
        }
    }

    @Test
    void shouldFailWithTheServersCode() {
        assertCode(client.lookup("a", 77), ResultCode.UNKNOWN_WEBSITE);
        assertCode(client.lookup(""), ResultCode.INVALID);
        assertCode(client.lookup("k".repeat(65)), ResultCode.INVALID);
        assertCode(client.lookupAtLeast("a", 0, 1_000_000), ResultCode.STALE_POSITION);
    }

    @Test
    void shouldSeeItsOwnWriteAtItsPosition() {
        final UpdateResult applied = client.update(assign("42", 9)).join();
        assertThat(applied.isApplied()).isTrue();
        assertThat(client.lookupAtLeast("42", 0, applied.position()).join().customerGroup()).isEqualTo(9);
    }

    @Test
    void shouldReturnRefusalsAsResults() {
        final UpdateResult refused = client.update(assign("42", 32_000)).join();
        assertThat(refused.isApplied()).isFalse();
        assertThat(refused.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refused.pointer()).isEqualTo("/group");
        assertThat(client.update(assign("42", 1)).join().isApplied()).isTrue();
    }

    @Test
    void shouldApplyABatchInOrderAndNameItsFailures() {
        final List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            commands.add(assign("42", i == 1_234 || i == 4_999 ? 32_000 : i));
        }
        final BatchResult result = client.updateAll(commands).join();
        assertThat(result.applied()).isEqualTo(4_998);
        assertThat(result.failures()).extracting(BatchResult.Failure::index).containsExactly(1_234, 4_999);
        assertThat(result.failures()).extracting(BatchResult.Failure::code).containsOnly(ResultCode.INVALID);
        assertThat(engine.history("42")).containsExactly(
            IntStream.range(0, 5_000).filter(i -> i != 1_234 && i != 4_999).toArray());
        assertThat(client.updateAll(List.of()).join().applied()).isZero();
    }

    @Test
    void shouldApplyEachCommandOnceAndInOrderWhenTheLogIsBusy() {
        engine.busyEvery(7);
        assertExactlyOnce(1_000, () -> { });
    }

    @Test
    void shouldApplyEachCommandOnceAndInOrderWhenConnectionsAreCut() {
        assertExactlyOnce(20_000, proxy::cut);
        assertThat(proxy.accepted()).isGreaterThan(4);
    }

    @Test
    void shouldApplyEachCommandOnceAndInOrderWhenConnectionsAreCutAndTheLogIsBusy() {
        engine.busyEvery(311);
        assertExactlyOnce(10_000, proxy::cut);
    }

    @Test
    void shouldSendCommandsAgainThatWereLostInTheLog() {
        client.update(assign("42", 0)).join();
        engine.lose(3);
        final List<CompletableFuture<UpdateResult>> updates = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            updates.add(client.update(assign("42", i)));
        }
        updates.forEach(update -> assertThat(update.join().isApplied()).isTrue());
        assertThat(engine.history("42")).containsExactly(IntStream.range(0, 20).toArray());
    }

    @Test
    void shouldSendALoneCommandAgainThatWasLostInTheLog() {
        client.update(assign("42", 0)).join();
        engine.lose(1);
        assertThat(client.update(assign("42", 1)).join().isApplied()).isTrue();
        assertThat(engine.history("42")).containsExactly(0, 1);
    }

    @Test
    void shouldGoOnInANewLaneWhenTheServerForgotItsLane() {
        client.update(assign("42", 0)).join();
        engine.forgetLanes();
        final UpdateResult result = client.update(assign("42", 1)).join();
        assertThat(result.isApplied()).isTrue();
        assertThat(client.update(assign("42", 2)).join().isApplied()).isTrue();
        assertThat(engine.history("42")).containsExactly(0, 1, 2);
    }

    @Test
    void shouldGoOnWhenACommandIsRefusedBeforeTheLog() {
        final Command folded = new Command.SubjectUpsert("42", null, null, null,
            List.of(new NamedValue("email", new Value.Text("A", "a"))), null, null);
        final CompletableFuture<UpdateResult> first = client.update(assign("42", 1));
        final CompletableFuture<UpdateResult> bad = client.update(folded);
        final CompletableFuture<UpdateResult> last = client.update(assign("42", 2));
        assertThat(first.join().isApplied()).isTrue();
        assertThat(bad.join().code()).isEqualTo(ResultCode.MALFORMED);
        assertThat(bad.join().detail()).isEqualTo("folded texts are the server's to add");
        assertThat(last.join().isApplied()).isTrue();
        assertThat(engine.history("42")).containsExactly(1, 2);

        final BatchResult batch = client.updateAll(List.of(assign("42", 3), folded, assign("42", 4))).join();
        assertThat(batch.applied()).isEqualTo(2);
        assertThat(batch.failures()).extracting(BatchResult.Failure::index).containsExactly(1);
        assertThat(engine.history("42")).containsExactly(1, 2, 3, 4);
    }

    @Test
    void shouldRefuseACommandOverTheServersLimitWithoutSendingIt() {
        assertCode(client.update(new Command.PutDefinition(DefinitionKind.SEGMENT, "a", -1, "x".repeat(70_000))),
            ResultCode.TOO_LARGE);
        assertThat(client.update(assign("42", 1)).join().isApplied()).isTrue();
    }

    @Test
    void shouldCompleteADefinitionWhenItsJobIsDone() {
        final UpdateResult atOnce = client.defineSegment("vip", "{}", false).join();
        assertThat(atOnce.value()).isEqualTo(42);
        assertThat(atOnce.job()).isNotZero();
        final CompletableFuture<UpdateResult> waiting = client.defineSegment("vip", "{}", true);
        assertThat(client.update(assign("42", 1)).join().isApplied()).isTrue();
        assertThat(waiting).isNotDone();
        engine.finishJobs();
        assertThat(waiting.join().value()).isEqualTo(42);
    }

    @Test
    void shouldLookUpAgainOnAnotherConnectionWhenOneIsCut() {
        engine.row("42", 3, 7);
        client.lookup("42").join();
        proxy.deaf(true);
        final List<CompletableFuture<LookupResult>> lookups = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lookups.add(client.lookup("42"));
        }
        proxy.cut();
        proxy.deaf(false);
        lookups.forEach(lookup -> assertThat(lookup.join().customerGroup()).isEqualTo(3));
    }

    @Test
    void shouldFailWithDeadlineWhenNoAnswerComesAndFallBackWhereAskedTo() {
        try (TagmaClient hasty = TagmaClient.connect(
            ClientSettings.of("127.0.0.1:" + proxy.port()).withTimeout(Duration.ofMillis(100)))) {
            Await.until("it is connected", () -> hasty.ping().handle((pong, failure) -> failure == null).join());
            proxy.deaf(true);
            assertCode(hasty.lookup("42"), ResultCode.DEADLINE);
            assertCode(hasty.update(assign("42", 1)), ResultCode.DEADLINE);
            assertThat(hasty.segmentsOrDefault("42", new int[] {5}).join()).containsExactly(5);
            assertThat(hasty.segmentsOrDefault("k".repeat(99), new int[] {6}).join()).containsExactly(6);
            Await.until("nothing is in flight", () -> hasty.inFlight() == 0);
        }
    }

    @Test
    void shouldEndACallInTimeThoughOneBeforeItMayTakeLonger() {
        final CompletableFuture<UpdateResult> patient =
            client.defineSegment("vip", "{}", true, Duration.ofMinutes(10));
        client.update(assign("42", 1)).join();
        engine.pause(true);
        final CompletableFuture<UpdateResult> hasty = client.update(assign("42", 2), Duration.ofMillis(50));
        Await.until("its time is up", hasty::isDone);
        assertCode(hasty, ResultCode.DEADLINE);
        assertThat(patient).isNotDone();
        engine.pause(false);
    }

    @Test
    void shouldWaitForAConnectionUntilTheDeadline() {
        proxy.close();
        try (TagmaClient lonely = TagmaClient.connect(
            ClientSettings.of("127.0.0.1:" + proxy.port()).withTimeout(Duration.ofMillis(100)))) {
            assertCode(lonely.lookup("42"), ResultCode.DEADLINE);
            assertCode(lonely.update(assign("42", 1)), ResultCode.DEADLINE);
        }
    }

    @Test
    void shouldNameTheFullDiskAtTheDeadlineAndGoOnWhenThereIsRoom() {
        try (TagmaClient hasty = TagmaClient.connect(
            ClientSettings.of("127.0.0.1:" + proxy.port()).withTimeout(Duration.ofMillis(300)))) {
            engine.withoutSpace(true);
            assertThatThrownBy(() -> hasty.update(assign("42", 1)).join())
                .hasMessageContaining("DEADLINE").hasMessageContaining("NO_SPACE");
            client.lookup("42").join();
            final CompletableFuture<UpdateResult> patient = client.update(assign("43", 2));
            engine.withoutSpace(false);
            assertThat(patient.join().isApplied()).isTrue();
        }
    }

    @Test
    void shouldFailAtOnceWithBusyWhenItsWindowIsFull() {
        try (TagmaClient narrow = TagmaClient.connect(
            ClientSettings.of("127.0.0.1:" + proxy.port()).withTimeout(LONG).withInFlightMax(3))) {
            narrow.update(assign("42", 0)).join();
            engine.pause(true);
            final List<CompletableFuture<UpdateResult>> taken = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                taken.add(narrow.update(assign("42", i)));
            }
            assertCode(narrow.update(assign("42", 4)), ResultCode.BUSY);
            engine.pause(false);
            taken.forEach(CompletableFuture::join);
            assertThat(engine.history("42")).containsExactly(0, 1, 2, 3);
            Await.until("the window is empty", () -> narrow.inFlight() == 0);
            assertThat(narrow.update(assign("42", 5)).join().isApplied()).isTrue();
        }
    }

    @Test
    void shouldFailWhatIsOpenWhenItIsClosed() {
        client.update(assign("42", 0)).join();
        engine.pause(true);
        final CompletableFuture<UpdateResult> open = client.update(assign("42", 1));
        client.close();
        assertCode(open, ResultCode.SHUTTING_DOWN);
        assertCode(client.lookup("42"), ResultCode.SHUTTING_DOWN);
        client.close();
    }

    @Test
    void shouldRefuseSettingsOutOfRange() {
        assertThatThrownBy(() -> ClientSettings.of("nohost")).hasMessageContaining("server=nohost");
        assertThatThrownBy(() -> ClientSettings.of("h:1").withConnections(0)).hasMessageContaining("connections=0");
        assertThatThrownBy(() -> ClientSettings.of("h:1").withTimeout(Duration.ZERO))
            .hasMessageContaining("timeout=PT0S");
        assertThatThrownBy(() -> ClientSettings.of("h:1").withInFlightMax(0)).hasMessageContaining("inFlightMax=0");
        assertThatThrownBy(() -> ClientSettings.of("h:1", "i:1").withPreferred(2))
            .hasMessageContaining("preferred=2, min=-1, max=1");
        assertThatThrownBy(() -> ClientSettings.of("h:1").withHedgePercent(101))
            .hasMessageContaining("hedgePercent=101");
        assertThatThrownBy(() -> ClientSettings.of("h:1").withSilenceMax(Duration.ofMillis(99)))
            .hasMessageContaining("silenceMax=PT0.099S");
        final ClientSettings settings = ClientSettings.of("h:1", "i:1").withPreferred(1).withConnections(2)
            .withTimeout(LONG).withSilenceMax(LONG).withInFlightMax(3).withHedgePercent(4).withToken("t");
        assertThat(settings).isEqualTo(
            new ClientSettings(settings.servers(), 1, 2, LONG, LONG, 3, 4, "t"));
    }

    /** Single updates and batches mixed, disturbed five times on the way. */
    private void assertExactlyOnce(final int count, final Runnable disturbance) {
        final List<CompletableFuture<?>> all = new ArrayList<>();
        int i = 0;
        int disturbed = 0;
        while (i < count) {
            final int batch = i % 3 == 0 ? Math.min(count - i, 1 + i % 97) : 1;
            if (batch == 1) {
                all.add(client.update(assign("42", i % 30_000))
                    .thenAccept(result -> assertThat(result.isApplied()).isTrue()));
            } else {
                final List<Command> commands = new ArrayList<>();
                for (int k = 0; k < batch; k++) {
                    commands.add(assign("42", (i + k) % 30_000));
                }
                all.add(client.updateAll(commands).thenAccept(result -> assertThat(result.failures()).isEmpty()));
            }
            i += batch;
            if (i * 6L / count > disturbed) {
                disturbed++;
                final int reached = (i - batch) / 2;
                Await.until("half of it is applied", () -> engine.history("42").length > reached / 2);
                disturbance.run();
            }
        }
        all.forEach(CompletableFuture::join);
        assertThat(engine.history("42")).containsExactly(IntStream.range(0, count).map(k -> k % 30_000).toArray());
    }

    private static void assertCode(final CompletableFuture<?> future, final ResultCode code) {
        assertThatThrownBy(future::join)
            .isInstanceOfSatisfying(CompletionException.class, failure -> assertThat(failure.getCause())
                .isInstanceOfSatisfying(TagmaException.class, cause -> assertThat(cause.code()).isEqualTo(code)));
    }

    private static Command assign(final String key, final int group) {
        return new Command.GroupAssign(key, group, null);
    }
}
