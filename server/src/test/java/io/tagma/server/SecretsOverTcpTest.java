package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.client.ClientSettings;
import io.tagma.client.LookupResult;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.secrets.AnswerLog;
import io.tagma.engine.secrets.AnswerLog.Who;
import io.tagma.engine.secrets.SecretShop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the engine's adversary does, over TCP: keys are logged in and out, erased and taken again through one
 * connection, while others look them up, many requests and many keys at a time. Segments and time stand still here.
 */
class SecretsOverTcpTest {
    private static final int CUSTOMERS = 20;
    private static final int VISITORS = 30;
    private static final int ACTS = 12_000;
    private static final int UNANSWERED_MAX = 16;
    private static final int PIPELINED = 24;
    private static final int KEYS_AT_ONCE = 40;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path data;
    private final AnswerLog log = new AnswerLog(CUSTOMERS + VISITORS);
    private final SecretShop shop = new SecretShop(78, CUSTOMERS, VISITORS, Long.MAX_VALUE, 0, false, log);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isOver;

    private record Sent(SecretShop.Act act, CompletableFuture<UpdateResult> result) {
    }

    private record Asked(int key, long doneBefore, CompletableFuture<LookupResult> answer) {
    }

    @Test
    void shouldShowNobodyWhatIsAnothersWhenManyAskOverTcp() throws Exception {
        final AnswerLog.Tally one = new AnswerLog.Tally();
        final AnswerLog.Tally many = new AnswerLog.Tally();
        try (TagmaServer server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, data, null, 0, 1_000),
            fault -> failure.compareAndSet(null, fault)); TagmaClient writer = connect(server)) {
            declare(writer);
            final List<Thread> threads = List.of(new Thread(() -> read(server, one, this::askOneByOne)),
                new Thread(() -> read(server, many, this::askMany)));
            threads.forEach(Thread::start);
            try {
                write(writer);
            } finally {
                isOver = true;
                for (final Thread thread : threads) {
                    thread.join();
                }
            }
        }
        System.out.println("secrets over TCP: " + shop.deeds() + ", ordinals taken=" + shop.ordinalsTaken()
            + ", looked up alone: " + one + ", with others: " + many);
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        assertThat(shop.ordinalsTaken()).isGreaterThan(30L * shop.keys());
        for (final Who who : Who.values()) {
            assertThat(one.of(who)).as("look-ups that found: %s", who).isGreaterThan(100);
            assertThat(many.of(who)).as("look-ups with others that found: %s", who).isGreaterThan(100);
        }
        assertThat(one.contested() + many.contested()).as("of keys that changed meanwhile").isGreaterThan(200);
    }

    private static TagmaClient connect(final TagmaServer server) {
        return TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port()).withConnections(1)
            .withTimeout(LONG));
    }

    private void declare(final TagmaClient client) {
        for (final SecretShop.Sent sent : shop.declarations()) {
            final Command.PutDefinition put = (Command.PutDefinition)sent.command();
            final UpdateResult result = (put.kind() == DefinitionKind.SEGMENT
                ? client.defineSegment(put.key(), put.json(), true) : client.update(put)).join();
            assertThat(result.isApplied()).as("%s", result).isTrue();
            if (sent.defines() >= 0) {
                shop.id(sent.defines(), (int)result.value());
            }
        }
    }

    /** Sends act after act, some of them unanswered; they are applied, and answered, in their order. */
    private void write(final TagmaClient client) {
        final Queue<Sent> unanswered = new ArrayDeque<>();
        for (int i = 0; i < ACTS && failure.get() == null; i++) {
            final SecretShop.Act act = shop.next();
            assertThat(act.commands()).hasSize(1);
            log.begin(act.number());
            unanswered.add(new Sent(act, client.update(act.commands().get(0).command())));
            while (unanswered.size() >= UNANSWERED_MAX) {
                await(unanswered.remove());
            }
        }
        unanswered.forEach(this::await);
    }

    private void await(final Sent sent) {
        final UpdateResult result = sent.result().join();
        final SecretShop.Sent command = sent.act().commands().get(0);
        assertThat(result.isApplied()).as("%s of %s", result, command).isEqualTo(command.isAccepted());
        log.done(sent.act().number());
    }

    private interface Questions {
        List<Asked> ask(TagmaClient client, SplittableRandom random);
    }

    private List<Asked> askOneByOne(final TagmaClient client, final SplittableRandom random) {
        final List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < PIPELINED; i++) {
            final int key = shop.pick(random);
            final long doneBefore = log.done();
            asked.add(new Asked(key, doneBefore, client.lookup(shop.key(key))));
        }
        return asked;
    }

    private List<Asked> askMany(final TagmaClient client, final SplittableRandom random) {
        final List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < KEYS_AT_ONCE; i++) {
            keys.add(shop.pick(random));
        }
        final long doneBefore = log.done();
        final CompletableFuture<List<LookupResult>> answers = client.lookupMany(keys.stream().map(shop::key).toList());
        final List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < KEYS_AT_ONCE; i++) {
            final int index = i;
            asked.add(new Asked(keys.get(i), doneBefore, answers.thenApply(all -> all.get(index))));
        }
        return asked;
    }

    private void read(final TagmaServer server, final AnswerLog.Tally tally, final Questions questions) {
        final SplittableRandom random = new SplittableRandom(5);
        try (TagmaClient client = connect(server)) {
            while (!isOver) {
                for (final Asked asked : questions.ask(client, random)) {
                    check(asked, tally);
                }
            }
        } catch (final CompletionException | AssertionError fault) {
            failure.compareAndSet(null, fault);
        }
    }

    private void check(final Asked asked, final AnswerLog.Tally tally) {
        final LookupResult answer = asked.answer().join();
        final int[] segments = answer.segments().clone();
        shop.numbers(segments, segments.length);
        log.check(asked.key(), asked.doneBefore(), answer.isKnown(), answer.customerGroup(), segments,
            segments.length, tally);
    }
}
