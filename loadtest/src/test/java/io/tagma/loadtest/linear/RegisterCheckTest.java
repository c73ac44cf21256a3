package io.tagma.loadtest.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.loadtest.linear.Operation.Kind;
import org.junit.jupiter.api.Test;

class RegisterCheckTest {
    private static void accepted(final History history) {
        assertThat(history.check()).isNull();
    }

    private static Violation refused(final History history, final int operations) {
        final Violation violation = history.check();
        assertThat(violation).isNotNull();
        assertThat(violation.window()).hasSize(operations);
        return violation;
    }

    @Test
    void shouldAcceptWhenNothingHappened() {
        accepted(new History());
        accepted(new History().linearizable(0, 1, 2));
    }

    @Test
    void shouldAcceptWhenConcurrentWritesAreReadInEitherOrder() {
        accepted(new History().write(1, 0, 10, 1).write(2, 0, 10, 2).linearizable(2, 11, 12));
        accepted(new History().write(1, 0, 10, 2).write(2, 0, 10, 1).linearizable(1, 11, 12));
        accepted(new History().write(1, 0, 20, 1).linearizable(1, 2, 3).linearizable(1, 4, 5));
        accepted(new History().write(1, 0, 20, 1).linearizable(0, 2, 3).linearizable(1, 4, 5));
    }

    @Test
    void shouldRefuseAStaleReadWithTheSmallestWindow() {
        final Violation violation = refused(new History().write(1, 0, 1, 1).linearizable(1, 2, 3)
            .write(2, 4, 5, 2).linearizable(2, 6, 7).linearizable(1, 8, 9).linearizable(2, 10, 11), 3);
        assertThat(violation.key()).isEqualTo("k");
        assertThat(violation.reason()).startsWith("no order of the writes fits: ");
        assertThat(violation.toString()).contains("LINEARIZABLE_READ").contains("WRITE");
    }

    @Test
    void shouldRefuseWhenAReadGoesBackBetweenConcurrentWrites() {
        refused(new History().write(1, 0, 100, 1).write(2, 0, 100, 2).linearizable(1, 10, 11).linearizable(2, 12, 13)
            .linearizable(1, 14, 15), 5);
        refused(new History().write(1, 0, 100, 1).linearizable(1, 10, 11).linearizable(0, 12, 13), 3);
    }

    @Test
    void shouldRefuseALostWrite() {
        refused(new History().write(1, 0, 1, 1).linearizable(0, 2, 3), 2);
        refused(new History().write(1, 0, 1, 1).write(2, 2, 3, 2).linearizable(1, 4, 5), 3);
    }

    @Test
    void shouldRefuseAReadFromTheFuture() {
        assertThat(refused(new History().linearizable(1, 0, 1).write(1, 2, 3, 1), 2).reason())
            .isEqualTo("a value was read before it was written: value=1");
        assertThat(refused(new History().local(0, 1, 0, 1).unknown(1, 2), 2).reason())
            .isEqualTo("a value was read before it was written: value=1");
        assertThat(refused(new History().write(1, 0, 1, 1).linearizable(7, 2, 3), 1).reason())
            .isEqualTo("a value was read that nobody wrote: value=7");
    }

    @Test
    void shouldAcceptAWriteOfUnknownOutcomeWhetherItHappenedOrNotOrLater() {
        accepted(new History().write(1, 0, 1, 1).unknown(2, 2).linearizable(1, 10, 11).linearizable(1, 12, 13));
        accepted(new History().write(1, 0, 1, 1).unknown(2, 2).linearizable(2, 10, 11).linearizable(2, 12, 13));
        accepted(new History().write(1, 0, 1, 1).unknown(2, 2).linearizable(1, 10, 11).linearizable(2, 12, 13));
        accepted(new History().unknown(2, 2).write(1, 3, 4, 1).linearizable(1, 10, 11).linearizable(2, 12, 13));
    }

    @Test
    void shouldRefuseAWriteOfUnknownOutcomeThatHappensTwiceOrIsTakenBack() {
        refused(new History().write(1, 0, 1, 1).unknown(2, 2).linearizable(2, 10, 11).linearizable(1, 12, 13), 4);
        refused(new History().write(1, 0, 1, 1).unknown(2, 2).linearizable(2, 10, 11).write(3, 12, 13, 3)
            .linearizable(2, 14, 15), 4);
    }

    @Test
    void shouldRefuseWhatOneNodeShowedAndTheClusterTookBack() {
        refused(new History().write(1, 0, 1, 1).unknown(2, 2).local(0, 2, 3, 4).linearizable(1, 5, 6), 4);
    }

    @Test
    void shouldHoldReadsToThePositionTheyContain() {
        accepted(new History().write(1, 0, 1, 10).write(2, 2, 3, 20).atLeast(10, 1, 4, 5).atLeast(20, 2, 4, 5));
        refused(new History().write(1, 0, 1, 10).write(2, 2, 3, 20).atLeast(20, 1, 4, 5), 3);
        refused(new History().write(1, 0, 1, 10).atLeast(10, 0, 4, 5), 2);
        accepted(new History().write(1, 0, 1, 10).write(2, 2, 3, 20).atLeast(10, 2, 4, 5));
        assertThat(refused(new History().atLeast(1, 20, 10, 0, 4, 5), 1).reason())
            .isEqualTo("an answer is older than asked for: atLeast=20, position=10");
    }

    @Test
    void shouldHoldAnyReadToThePositionItAnswers() {
        refused(new History().write(1, 0, 1, 10).write(2, 2, 3, 20)
            .add(new Operation(Kind.LOCAL_READ, 9, 1, 0, 1, 4, 5, 0, 25)), 3);
    }

    @Test
    void shouldRefuseWhenAClientGoesBackWithAGrowingPosition() {
        final History twoWrites = new History().write(1, 0, 100, 10).write(2, 0, 100, 10);
        refused(twoWrites.atLeast(9, 5, 5, 1, 10, 11).atLeast(9, 5, 5, 2, 12, 13).atLeast(9, 5, 6, 1, 14, 15), 5);
    }

    @Test
    void shouldAcceptWhenAClientGoesBackBelowItsPosition() {
        accepted(new History().write(1, 0, 100, 10).atLeast(9, 5, 10, 1, 10, 11).atLeast(9, 5, 6, 0, 12, 13));
    }

    @Test
    void shouldAcceptLocalReadsThatAreOldAndDifferBetweenNodes() {
        accepted(new History().write(1, 0, 1, 1).write(2, 2, 3, 2).local(0, 0, 10, 11).local(1, 2, 10, 11)
            .local(0, 1, 12, 13).local(0, 2, 14, 15));
    }

    @Test
    void shouldRefuseLocalReadsThatGoBackOnOneNode() {
        refused(new History().write(1, 0, 1, 1).local(0, 1, 10, 11).local(0, 0, 12, 13), 3);
        accepted(new History().write(1, 0, 1, 1).local(0, 1, 10, 12).local(0, 0, 11, 13));
    }

    @Test
    void shouldRefuseALocalReadThatMissesWhatItsNodeHasAcknowledged() {
        refused(new History().add(new Operation(Kind.WRITE, 1, 0, 0, 1, 0, 1, 0, 9)).local(0, 0, 2, 3), 2);
        accepted(new History().add(new Operation(Kind.WRITE, 1, 0, 0, 1, 0, 1, 0, 9)).local(1, 0, 2, 3));
    }

    @Test
    void shouldRefuseAHistoryItCannotJudge() {
        assertThatThrownBy(new History().write(1, 0, 1, 1).write(1, 2, 3, 2)::check)
            .isInstanceOf(IllegalArgumentException.class).hasMessage("written twice: value=1");
        assertThatThrownBy(() -> new History().linearizable(1, 3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new History().linearizable(1, 3, Operation.NEVER))
            .isInstanceOf(IllegalArgumentException.class);
    }
}
