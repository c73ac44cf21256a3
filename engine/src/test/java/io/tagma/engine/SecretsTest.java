package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.secrets.AnswerLog;
import io.tagma.engine.secrets.AnswerLog.Who;
import io.tagma.engine.secrets.SecretShop;
import io.tagma.engine.secrets.SecretShop.Deed;
import io.tagma.engine.segment.LookupReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Nobody is ever shown what is another's, whatever happens to keys, aliases, ordinals and slots between the loads of a
 * look-up. More, or from another seed:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=SecretsTest -Dsecrets.seed=42 -Dsecrets.acts=5000000 </pre>
 */
class SecretsTest {
    private static final long START = 1_764_000_000_000L;
    private static final long TTL_MS = 10_000;
    private static final int CUSTOMERS = 20;
    private static final int VISITORS = 30;
    private static final int READERS = 2;
    private static final int USUAL_ACTS = 50_000;
    private static final int BATCH_MAX = 8;
    private static final int SEGMENTS_MAX = 256;

    private final AnswerLog log = new AnswerLog(CUSTOMERS + VISITORS);
    private final SecretShop shop = new SecretShop(Long.getLong("secrets.seed", 77), CUSTOMERS, VISITORS, TTL_MS,
        START, true, log);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isOver;

    @Test
    void shouldShowNobodyWhatIsAnothersWhateverHappensDuringALookup() throws Exception {
        final int acts = Integer.getInteger("secrets.acts", USUAL_ACTS);
        final AnswerLog.Tally sum = new AnswerLog.Tally();
        try (EngineHarness engine = EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0, TTL_MS, 0), START)) {
            for (final SecretShop.Sent sent : shop.declarations()) {
                apply(engine, sent, START);
                engine.settle(START);
            }
            final List<Thread> threads = new ArrayList<>();
            final List<AnswerLog.Tally> tallies = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                final long seed = i;
                final AnswerLog.Tally tally = new AnswerLog.Tally();
                tallies.add(tally);
                threads.add(new Thread(() -> read(engine.engine(), seed, tally)));
            }
            threads.forEach(Thread::start);
            try {
                for (int i = 0; i < acts && failure.get() == null; i++) {
                    act(engine, shop.next());
                }
            } finally {
                isOver = true;
                for (final Thread thread : threads) {
                    thread.join();
                }
            }
            tallies.forEach(sum::add);
        }
        System.out.println("secrets: " + shop.deeds() + ", ordinals taken=" + shop.ordinalsTaken() + ", looked up: "
            + sum);
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        // Fewer keys than that were ever there at once: each ordinal had many owners.
        assertThat(shop.ordinalsTaken()).isGreaterThan(100L * shop.keys());
        assertThat(shop.deeds().keySet()).containsExactlyInAnyOrder(Deed.values());
        assertThat(shop.deeds().values()).allMatch(times -> times >= 15);
        for (final Who who : Who.values()) {
            assertThat(sum.of(who)).as("look-ups that found: %s", who).isGreaterThan(10_000);
        }
        assertThat(sum.contested()).as("look-ups of keys that changed meanwhile").isGreaterThan(500);
    }

    private void act(final EngineHarness engine, final SecretShop.Act act) {
        log.begin(act.number());
        for (final SecretShop.Sent sent : act.commands()) {
            apply(engine, sent, act.now());
        }
        if (act.isSettling()) {
            engine.settle(act.now());
        }
        log.done(act.number());
    }

    private void apply(final EngineHarness engine, final SecretShop.Sent sent, final long now) {
        final CommandResult result = engine.apply(sent.command(), now);
        if (result.isOk() != sent.isAccepted()) {
            throw new AssertionError("expected=" + sent.isAccepted() + ", " + result + ", command=" + sent.command());
        }
        if (sent.defines() >= 0) {
            shop.id(sent.defines(), (int)result.value());
        }
    }

    /** One by one, or many keys expected at once. */
    private void read(final Engine engine, final long seed, final AnswerLog.Tally tally) {
        final SplittableRandom random = new SplittableRandom(seed);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[shop.keys() * Limits.KEY_LENGTH_MAX]);
        final int[] offsets = new int[shop.keys()];
        final int[] lengths = new int[shop.keys()];
        for (int i = 0; i < shop.keys(); i++) {
            offsets[i] = i * Limits.KEY_LENGTH_MAX;
            lengths[i] = bytes.putStringWithoutLengthUtf8(offsets[i], shop.key(i));
        }
        final int[] keys = new int[BATCH_MAX];
        final int[] keyOffsets = new int[BATCH_MAX];
        final int[] keyLengths = new int[BATCH_MAX];
        final int[] segments = new int[SEGMENTS_MAX];
        try (LookupReader reader = engine.newReader()) {
            while (!isOver) {
                final int count = 1 + random.nextInt(BATCH_MAX);
                for (int i = 0; i < count; i++) {
                    keys[i] = shop.pick(random);
                    keyOffsets[i] = offsets[keys[i]];
                    keyLengths[i] = lengths[keys[i]];
                }
                final boolean isExpected = random.nextBoolean();
                reader.begin();
                if (isExpected) {
                    reader.expect(bytes, keyOffsets, keyLengths, count);
                }
                for (int i = 0; i < count; i++) {
                    final long doneBefore = log.done();
                    final boolean isKnown = isExpected ? reader.lookupExpected(i, 0)
                        : reader.lookup(bytes, keyOffsets[i], keyLengths[i], 0);
                    for (int s = 0; s < reader.count(); s++) {
                        segments[s] = reader.segmentId(s);
                    }
                    shop.numbers(segments, reader.count());
                    log.check(keys[i], doneBefore, isKnown, reader.customerGroup(), segments, reader.count(), tally);
                }
                reader.end();
            }
        } catch (final Throwable fault) {
            failure.compareAndSet(null, fault);
        }
    }
}
