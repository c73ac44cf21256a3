package io.tagma.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.server.net.Await;
import io.tagma.server.net.StubEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three nodes with ids 1, 2, 3 before one log; the client prefers the first and hedges nothing unless it is said. */
class SeveralNodesTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final StubEngine engine = new StubEngine(20_000);
    private final StubNode first = new StubNode(engine, 1);
    private final StubNode second = new StubNode(engine, 2);
    private final StubNode third = new StubNode(engine, 3);
    private final ClientSettings settings = ClientSettings.of(first.name(), second.name(), third.name())
        .withPreferred(0).withTimeout(LONG).withHedgePercent(0);
    private TagmaClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        first.close();
        second.close();
        third.close();
        engine.close();
    }

    @Test
    void shouldStayOnOneNodeWhileItIsWell() {
        connect(settings);
        int changes = 0;
        int node = client.lookup("42").join().epoch();
        for (int i = 0; i < 300; i++) {
            final int next = client.lookup("42").join().epoch();
            changes += next == node ? 0 : 1;
            node = next;
        }
        assertThat((long)changes).isLessThanOrEqualTo(client.stats().failovers());
        assertThat(client.stats().hedges()).isZero();
        Await.until("all nodes are connected", () -> first.proxy.accepted() > 0 && second.proxy.accepted() > 0
            && third.proxy.accepted() > 0);
    }

    @Test
    void shouldSpreadClientsOverTheNodes() {
        final Set<String> used = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            try (TagmaClient any = TagmaClient.connect(settings.withPreferred(ClientSettings.ANY))) {
                used.add(any.server());
            }
        }
        assertThat(used).hasSizeGreaterThan(1);
    }

    @Test
    void shouldBeginOnAnotherNodeWhenThePreferredCannotBeReached() {
        first.kill();
        connect(settings);
        assertThat(client.lookup("42").join().epoch()).isIn(2, 3);
        assertThat(client.server()).isIn(second.name(), third.name());
    }

    @Test
    void shouldConnectAnewToANodeThatIsKeptWarmAndLeadsNowhere() {
        connect(settings.withSilenceMax(Duration.ofMillis(100)));
        client.lookup("42").join();
        connectedToAll();
        final StubNode idle = used() == second ? third : second;
        final long accepted = idle.proxy.accepted();
        idle.proxy.deaf(true);
        Await.until("another connection is tried", () -> idle.proxy.accepted() > accepted);
        idle.proxy.deaf(false);
        connectedToAll();
    }

    @Test
    void shouldBeginOnAnotherNodeWhenThePreferredHasNoAddress() {
        connect(ClientSettings.of("no.such.host.invalid:7070", second.name()).withPreferred(0).withTimeout(LONG));
        assertThat(client.lookup("42").join().epoch()).isEqualTo(2);
        assertThat(client.update(assign(1)).join().isApplied()).isTrue();
    }

    @Test
    void shouldUseANodeAgainThatWasAwayWhenAllOthersFail() {
        connect(settings.withSilenceMax(Duration.ofMillis(100)));
        client.lookup("42").join();
        for (int i = 0; i < 4; i++) {
            connectedToAll();
            final StubNode silent = used();
            silent.proxy.deaf(true);
            assertThat(client.update(assign(i)).join().isApplied()).isTrue();
            silent.proxy.deaf(false);
            silent.proxy.cut();
        }
        assertThat(client.lookupFresh("42").join().segments()).containsExactly(0, 1, 2, 3);
        assertThat(client.stats().failovers()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void shouldGoToAnotherNodeAndStayThereWhenItsConnectionsBreak() {
        connect(settings);
        client.update(assign(0)).join();
        connectedToAll();
        used().proxy.cut();
        assertThat(client.update(assign(1)).join().isApplied()).isTrue();
        assertThat(client.lookup("42").join().segments()).containsExactly(0, 1);
        Await.until("it has moved", () -> client.stats().failovers() > 0);
    }

    @Test
    void shouldLookUpElsewhereWhenTheNodeFallsSilent() {
        connect(settings.withSilenceMax(LONG));
        client.lookup("42").join();
        connectedToAll();
        final StubNode silent = used();
        silent.proxy.deaf(true);
        final List<CompletableFuture<LookupResult>> lookups = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lookups.add(client.lookup("42"));
        }
        lookups.forEach(CompletableFuture::join);
        assertThat(client.stats().failovers()).isPositive();
        assertThat(client.lookupMany(List.of("a", "b")).join()).hasSize(2);
        assertThat(client.isMember("42", 9_999).join()).isTrue();
        assertThat(silent.proxy.accepted()).isEqualTo(1);
    }

    @Test
    void shouldMoveUpdatesWhenASilentNodeIsGivenUp() {
        connect(settings.withSilenceMax(Duration.ofMillis(100)));
        client.update(assign(0)).join();
        connectedToAll();
        used().proxy.deaf(true);
        final List<CompletableFuture<UpdateResult>> updates = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            updates.add(client.update(assign(i)));
        }
        updates.forEach(update -> assertThat(update.join().isApplied()).isTrue());
        assertThat(engine.history("42")).containsExactly(IntStream.rangeClosed(0, 100).toArray());
        assertThat(client.stats().resends()).isPositive();
    }

    @Test
    void shouldTakeTheAnswerOfASecondNodeWhenTheFirstIsSlow() {
        connect(settings.withHedgePercent(100));
        client.lookup("42").join();
        connectedToAll();
        final StubNode slow = used();
        slow.proxy.deaf(true);
        client.lookup("42").join();
        assertThat(client.stats().hedges()).isPositive();
        assertThat(client.stats().hedgesWon()).isPositive();
    }

    @Test
    void shouldWaitForTheFirstNodeWhenTheSecondRefusesTheHedge() {
        int attempts = 1;
        while (!waitedForTheFirst()) {
            assertThat(attempts++).as("a machine that starves the nodes each time").isLessThan(10);
        }
    }

    /** False where the first node was so late that it was taken for dead, which is another story. */
    private static boolean waitedForTheFirst() {
        try (ScriptedServer slow = new ScriptedServer(); ScriptedServer refusing =
            new ScriptedServer(ResultCode.INTERNAL); TagmaClient hedging = TagmaClient.connect(
                ClientSettings.of(slow.name(), refusing.name()).withPreferred(0).withTimeout(LONG)
                    .withHedgePercent(100))) {
            Await.until("both are connected", () -> hedging.readyNodes() == 2);
            final CompletableFuture<LookupResult> lookup = hedging.lookup("42");
            Await.until("the hedge is refused", () -> refusing.refused.get() > 0);
            // The hedge of another one is sent when that refusal has been read.
            final CompletableFuture<LookupResult> another = hedging.lookup("43");
            Await.until("another hedge is refused", () -> refusing.refused.get() > 1);
            Await.until("both look-ups are there", () -> slow.held() > 1 || hedging.stats().failovers() > 0);
            if (hedging.stats().failovers() > 0) {
                return false;
            }
            slow.answerAll();
            final boolean isAnswered = lookup.handle((result, failure) -> failure == null).join()
                && another.handle((result, failure) -> failure == null).join();
            if (hedging.stats().failovers() > 0) {
                return false;
            }
            assertThat(isAnswered).as("answered by the first").isTrue();
            assertThat(hedging.stats().hedges()).isEqualTo(2);
            assertThat(hedging.stats().hedgesWon()).isZero();
            return true;
        }
    }

    @Test
    void shouldTakeTheLaneToTheNodeOfTheLookupsWhenNothingIsUnderWay() {
        connect(settings.withSilenceMax(LONG));
        client.update(assign(0)).join();
        connectedToAll();
        final StubNode left = used();
        // What it is asked still comes to it, and its connections stay.
        left.proxy.deaf(true);
        client.lookup("42").join();
        final int before = left.offered.get();

        assertThat(client.update(assign(1)).join().isApplied()).isTrue();

        assertThat(left.offered.get()).isEqualTo(before);
        assertThat(engine.history("42")).containsExactly(0, 1);
    }

    @Test
    void shouldAskTheNodeThatIsNamedWhenThePositionIsMissing() {
        connect(settings);
        final UpdateResult applied = client.update(assign(5)).join();
        connectedToAll();
        first.appliedMax = 0;
        second.appliedMax = 0;
        first.named = third.name();
        second.named = third.name();
        final LookupResult result = client.lookupAtLeast("42", 0, applied.position()).join();
        assertThat(result.epoch()).isEqualTo(3);
        assertThat(result.customerGroup()).isEqualTo(5);
        assertThat(client.stats().staleRetries()).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldKnowANamedNodeByItsAddressWhenItIsListedByName() {
        connect(ClientSettings.of("localhost:" + first.proxy.port(), "localhost:" + second.proxy.port(),
            "localhost:" + third.proxy.port()).withPreferred(0).withTimeout(LONG).withHedgePercent(0));
        shouldFollow(third.name());
        assertThat(client.stats().staleRetries()).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldAskTheOthersInTurnWhenNoneOrAnUnknownNodeIsNamed() {
        connect(settings);
        shouldFollow("");
        assertThat(client.stats().staleRetries()).isPositive();
        shouldFollow("192.0.2.1:7070");
        shouldFollow("nonsense");
        shouldFollow("127.0.0.1:99999999999");
    }

    @Test
    void shouldAskUntilTheDeadlineAndThenSayThatThePositionIsMissing() {
        connect(settings.withTimeout(Duration.ofMillis(300)));
        Await.until("it is connected", () -> client.ping().handle((pong, failure) -> failure == null).join());
        assertThatThrownBy(() -> client.lookupAtLeast("42", 0, 1_000_000).join())
            .isInstanceOfSatisfying(CompletionException.class, failure -> assertThat(failure.getCause())
                .isInstanceOfSatisfying(TagmaException.class, cause -> {
                    assertThat(cause.code()).isEqualTo(ResultCode.STALE_POSITION);
                    assertThat(cause.getMessage()).contains("asked=1000000");
                }));
        assertThat(client.stats().staleRetries()).isGreaterThan(2);
    }

    @Test
    void shouldWaitForANodeToCatchUp() {
        connect(settings);
        final long position = client.update(assign(5)).join().position();
        for (final StubNode node : List.of(first, second, third)) {
            node.appliedMax = 0;
        }
        final CompletableFuture<LookupResult> lookup = client.lookupAtLeast("42", 0, position);
        Await.until("all are behind", () -> client.stats().staleRetries() > 3);
        assertThat(lookup).isNotDone();
        second.appliedMax = Long.MAX_VALUE;
        assertThat(lookup.join().epoch()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheHighestPositionOfAllAnswers() {
        connect(settings);
        assertThat(client.position()).isZero();
        final long updated = client.update(assign(1)).join().position();
        assertThat(client.position()).isEqualTo(updated);
        final long batch = client.updateAll(List.of(assign(2), assign(3))).join().position();
        assertThat(client.position()).isEqualTo(batch).isGreaterThan(updated);
        try (TagmaClient other = TagmaClient.connect(settings)) {
            assertThat(other.ping().join().position()).isEqualTo(batch);
            assertThat(other.position()).isEqualTo(batch);
            other.update(assign(4)).join();
            assertThat(client.position()).isEqualTo(batch);
            assertThat(client.lookup("42").join().position()).isEqualTo(other.position());
            assertThat(client.position()).isEqualTo(other.position());
            other.update(assign(5)).join();
            client.isMember("42", 5).join();
            assertThat(client.position()).isEqualTo(other.position());
            other.update(assign(6)).join();
            client.lookupMany(List.of("42")).join();
            assertThat(client.position()).isEqualTo(other.position());
        }
    }

    @Test
    void shouldReadItsOwnWriteOnWhateverNode() {
        connect(settings);
        for (int i = 0; i < 20; i++) {
            client.update(assign(i)).join();
            second.appliedMax = i % 3 == 0 ? 0 : Long.MAX_VALUE;
            first.appliedMax = i % 3 == 1 ? 0 : Long.MAX_VALUE;
            if (i % 5 == 4) {
                used().proxy.cut();
            }
            final LookupResult fresh = client.lookupFresh("42").join();
            assertThat(fresh.position()).isEqualTo(engine.position());
            assertThat(fresh.customerGroup()).isEqualTo(i);
        }
    }

    @Test
    void shouldGoToAnotherNodeWhenOneSaysThatItShutsDown() {
        try (ScriptedServer leaving = new ScriptedServer(ResultCode.SHUTTING_DOWN)) {
            connect(ClientSettings.of(leaving.name(), second.name(), third.name()).withPreferred(0)
                .withTimeout(LONG).withHedgePercent(0));
            final CompletableFuture<LookupResult> lookup = client.lookup("42");
            final CompletableFuture<UpdateResult> update = client.update(assign(1));
            assertThat(lookup.join().epoch()).isIn(2, 3);
            assertThat(update.join().isApplied()).isTrue();
            assertThat(client.lookupMany(List.of("42")).join().get(0).segments()).containsExactly(1);
            assertThat(client.server()).isNotEqualTo(leaving.name());
        }
    }

    @Test
    void shouldOpenItsLaneElsewhereWhenANodeRefusesTo() {
        try (ScriptedServer isolated = new ScriptedServer(ResultCode.NOT_LEADER)) {
            connect(ClientSettings.of(isolated.name(), second.name(), third.name()).withPreferred(0)
                .withTimeout(LONG).withHedgePercent(0));
            assertThat(client.update(assign(1)).join().isApplied()).isTrue();
            assertThat(client.server()).isNotEqualTo(isolated.name());
        }
    }

    @Test
    void shouldFailWithWhatTheOnlyNodeSays() {
        try (ScriptedServer only = new ScriptedServer(ResultCode.STALE_POSITION)) {
            connect(ClientSettings.of(only.name()).withTimeout(LONG));
            assertThatThrownBy(() -> client.lookupAtLeast("42", 0, 7).join()).hasMessageContaining("STALE_POSITION")
                .hasMessageContaining("refused by the script");
            assertThat(only.refused).hasValue(1);
        }
        try (ScriptedServer only = new ScriptedServer(ResultCode.SHUTTING_DOWN);
            TagmaClient lonely = TagmaClient.connect(ClientSettings.of(only.name()).withTimeout(LONG))) {
            assertThatThrownBy(() -> lonely.lookup("42").join()).hasMessageContaining("SHUTTING_DOWN");
        }
    }

    @Test
    void shouldMoveUpdatesFromANodeThatHasNoWayToTheLeaderAndBack() {
        connect(settings);
        client.update(assign(0)).join();
        connectedToAll();
        for (int i = 1; i < 6; i++) {
            final StubNode isolated = List.of(first, second, third).get(i % 3);
            final StubNode too = List.of(first, second, third).get((i + 1) % 3);
            isolated.isCutOff = true;
            too.isCutOff = true;
            assertThat(client.updateAll(List.of(assign(2 * i - 1), assign(2 * i))).join().failures()).isEmpty();
            isolated.isCutOff = false;
            too.isCutOff = false;
        }
        assertThat(engine.history("42")).containsExactly(IntStream.rangeClosed(0, 10).toArray());
        assertThat(client.stats().failovers()).isPositive();
    }

    @Test
    void shouldMoveUpdatesFromANodeThatLivesButLeavesThemWithoutAnAnswer() {
        connect(settings);
        client.update(assign(0)).join();
        connectedToAll();
        final StubNode losing = used();
        losing.isLosing = true;
        assertThat(client.update(assign(1)).join().isApplied()).isTrue();
        assertThat(client.update(assign(2)).join().isApplied()).isTrue();
        assertThat(engine.history("42")).containsExactly(0, 1, 2);
        assertThat(client.server()).isNotEqualTo(losing.name());
    }

    @Test
    void shouldApplyEachCommandOnceAndInOrderWhenNodesFailInTurn() {
        connect(settings.withSilenceMax(Duration.ofMillis(200)));
        final int count = 12_000;
        final List<CompletableFuture<?>> all = new ArrayList<>();
        int disturbed = 0;
        int i = 0;
        while (i < count) {
            final int batch = i % 3 == 0 ? Math.min(count - i, 1 + i % 97) : 1;
            final List<Command> commands = new ArrayList<>();
            for (int k = 0; k < batch; k++) {
                commands.add(assign((i + k) % 30_000));
            }
            all.add(batch == 1
                ? client.update(commands.get(0)).thenAccept(result -> assertThat(result.isApplied()).isTrue())
                : client.updateAll(commands).thenAccept(result -> assertThat(result.failures()).isEmpty()));
            i += batch;
            if (i * 7L / count > disturbed) {
                final int reached = i / 3;
                Await.until("some of it is applied", () -> engine.history("42").length > reached);
                disturb(disturbed++);
            }
        }
        all.forEach(CompletableFuture::join);
        assertThat(engine.history("42")).containsExactly(IntStream.range(0, count).map(k -> k % 30_000).toArray());
        assertThat(client.stats().resends()).isPositive();
        assertThat(client.stats().failovers()).isPositive();
    }

    @Test
    void shouldSayThatAResultIsForgottenWhenADefinitionWaitedForTooLong() {
        connect(settings);
        final CompletableFuture<UpdateResult> waiting = client.defineSegment("vip", "{}", true);
        final List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            commands.add(assign(i));
        }
        assertThat(client.updateAll(commands).join().applied()).isEqualTo(1_100);
        assertThat(waiting).isNotDone();
        List.of(first, second, third).forEach(node -> node.proxy.cut());
        assertThat(waiting.join().code()).isEqualTo(ResultCode.RESULT_FORGOTTEN);
        assertThat(client.update(assign(1_100)).join().isApplied()).isTrue();
    }

    @Test
    void shouldGoOnWaitingForADefinitionOnAnotherNode() {
        connect(settings);
        final CompletableFuture<UpdateResult> waiting = client.defineSegment("vip", "{}", true);
        assertThat(client.update(assign(0)).join().isApplied()).isTrue();
        connectedToAll();
        final StubNode losing = used();
        losing.isLosing = true;
        assertThat(client.update(assign(1)).join().isApplied()).isTrue();
        final long resends = client.stats().resends();
        losing.proxy.cut();
        for (int i = 2; i < 100; i++) {
            assertThat(client.update(assign(i)).join().isApplied()).isTrue();
        }
        assertThat(client.stats().resends()).isEqualTo(resends);
        assertThat(waiting).isNotDone();
        engine.finishJobs();
        assertThat(waiting.join().isApplied()).isTrue();
        assertThat(engine.history("42")).containsExactly(IntStream.range(0, 100).toArray());
    }

    /** The first two nodes are behind, the one in use names this: the third has to answer. */
    private void shouldFollow(final String named) {
        first.appliedMax = Long.MAX_VALUE;
        second.appliedMax = Long.MAX_VALUE;
        final long position = client.update(assign(1)).join().position();
        connectedToAll();
        first.named = named;
        second.named = named;
        first.appliedMax = 0;
        second.appliedMax = 0;
        assertThat(client.lookupAtLeast("42", 0, position).join().epoch()).isEqualTo(3);
    }

    private void disturb(final int turn) {
        final StubNode node = used();
        switch (turn % 4) {
            case 0 -> node.proxy.cut();
            case 1 -> {
                for (final StubNode each : List.of(first, second, third)) {
                    each.isCutOff = each == node;
                }
            }
            case 2 -> {
                for (final StubNode each : List.of(first, second, third)) {
                    each.isCutOff = false;
                    each.proxy.deaf(each == node);
                }
            }
            default -> {
                for (final StubNode each : List.of(first, second, third)) {
                    each.proxy.deaf(false);
                }
                engine.lose(3);
            }
        }
    }

    private void connect(final ClientSettings with) {
        client = TagmaClient.connect(with);
    }

    private void connectedToAll() {
        Await.until("all nodes are connected", () -> client.readyNodes() == 3);
    }

    private StubNode used() {
        final String name = client.server();
        return List.of(first, second, third).stream()
            .filter(node -> name.endsWith(":" + node.proxy.port())).findFirst().orElseThrow();
    }

    private static Command assign(final int group) {
        return new Command.GroupAssign("42", group, null);
    }
}
