package io.tagma.loadtest.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.loadtest.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Histories by the thousand: of a register that works, the same made wrong, and any, judged by exhaustion as well. */
class RegisterCheckFuzzTest {
    private static final long SEED = Long.getLong("linear.seed", 1);
    private static final Kind[] READS = {Kind.LINEARIZABLE_READ, Kind.POSITION_READ, Kind.LOCAL_READ};

    @Test
    void shouldJudgeSmallHistoriesAsExhaustionDoes() {
        int explained = 0;
        final int count = 40_000;
        for (int i = 0; i < count; i++) {
            final List<Operation> history = any(new SplittableRandom(SEED * count + i));
            final Violation violation = RegisterCheck.check("k", history);
            assertThat(violation == null).as("seed %d, history %d: %s", SEED, i, history)
                .isEqualTo(OrderSearch.isExplained(history));
            if (violation == null) {
                explained++;
            } else {
                assertThat(OrderSearch.isExplained(violation.window())).isFalse();
            }
        }
        assertThat(explained).isBetween(count / 20, count * 19 / 20);
    }

    @Test
    void shouldAcceptWhatAWorkingRegisterAnsweredAndFindWhatWasMadeWrong() {
        int stale = 0;
        int lost = 0;
        int future = 0;
        for (int i = 0; i < 200; i++) {
            final SplittableRandom random = new SplittableRandom(SEED * 1_000 + i);
            final List<Operation> good = new WorkingRegister(random).history(400);
            assertThat(RegisterCheck.check("k", good)).as("seed %d, history %d", SEED, i).isNull();
            stale += found(good, stale(good, random), i);
            lost += found(good, lost(good, random), i);
            future += found(good, future(good, random), i);
        }
        assertThat(List.of(stale, lost, future)).allMatch(count -> count > 100);
    }

    private static int found(final List<Operation> good, final List<Operation> bad, final int i) {
        if (bad == null) {
            return 0;
        }
        final Violation violation = RegisterCheck.check("k", bad);
        assertThat(violation).as("seed %d, history %d", SEED, i).isNotNull();
        assertThat(violation.window()).as("the window shows it, and the change").isSubsetOf(bad)
            .hasSizeBetween(1, 12).anyMatch(each -> !good.contains(each));
        return 1;
    }

    /** A linearizable read answers what was replaced by a whole write before it began. */
    private static List<Operation> stale(final List<Operation> good, final SplittableRandom random) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            final Operation read = good.get(random.nextInt(good.size()));
            final Operation old = good.get(random.nextInt(good.size()));
            if (read.kind() == Kind.LINEARIZABLE_READ && old.isWrite() && good.stream().anyMatch(write ->
                write.isWrite() && write.invokedNs() > old.returnedNs() && write.returnedNs() < read.invokedNs())) {
                return with(good, read, old.value());
            }
        }
        return null;
    }

    /** All reads that saw an acknowledged write see an older one, as if it had been lost. */
    private static List<Operation> lost(final List<Operation> good, final SplittableRandom random) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            final Operation write = good.get(random.nextInt(good.size()));
            final Operation old = good.get(random.nextInt(good.size()));
            if (write.isWrite() && write.isAnswered() && old.isWrite() && old.returnedNs() < write.invokedNs()
                && good.stream().anyMatch(read -> read.kind() == Kind.LINEARIZABLE_READ
                && read.value() == write.value() && read.invokedNs() > write.returnedNs())) {
                List<Operation> bad = good;
                for (final Operation read : good) {
                    bad = !read.isWrite() && read.value() == write.value() ? with(bad, read, old.value()) : bad;
                }
                return bad;
            }
        }
        return null;
    }

    /** A read of any kind sees a write that begins after it has ended. */
    private static List<Operation> future(final List<Operation> good, final SplittableRandom random) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            final Operation read = good.get(random.nextInt(good.size()));
            final Operation write = good.get(random.nextInt(good.size()));
            if (!read.isWrite() && write.isWrite() && write.invokedNs() > read.returnedNs()) {
                return with(good, read, write.value());
            }
        }
        return null;
    }

    private static List<Operation> with(final List<Operation> good, final Operation read, final long value) {
        final List<Operation> bad = new ArrayList<>(good);
        bad.set(good.indexOf(read), new Operation(read.kind(), read.client(), read.node(), read.life(), value,
            read.invokedNs(), read.returnedNs(), read.atLeast(), read.position()));
        return bad;
    }

    private static List<Operation> any(final SplittableRandom random) {
        final List<Operation> history = new ArrayList<>();
        final int writes = random.nextInt(1, 5);
        for (int value = 1; value <= writes; value++) {
            final long begin = random.nextInt(60);
            final boolean isUnknown = random.nextInt(5) == 0;
            history.add(new Operation(Kind.WRITE, value, random.nextInt(2), random.nextInt(-1, 2), value, begin,
                isUnknown ? Operation.NEVER : begin + random.nextInt(1, 60), 0, isUnknown ? 0 : random.nextInt(1, 9)));
        }
        final int reads = random.nextInt(1, 5);
        for (int i = 0; i < reads; i++) {
            final long begin = random.nextInt(60);
            final long position = random.nextInt(6);
            final Kind kind = READS[random.nextInt(READS.length)];
            history.add(new Operation(kind, 10 + random.nextInt(2), random.nextInt(2), random.nextInt(-1, 2),
                random.nextInt(writes + 1), 100 * i / reads + begin, 100 * i / reads + begin + random.nextInt(1, 40),
                kind == Kind.POSITION_READ ? random.nextInt((int) position + 1) : 0, position));
        }
        return history;
    }
}
