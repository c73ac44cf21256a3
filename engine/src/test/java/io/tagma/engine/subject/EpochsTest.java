package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EpochsTest {
    private final Epochs epochs = new Epochs();

    @Test
    void shouldFreeWhatWasRetiredWhenNobodyIsPinned() {
        epochs.register();
        final long retired = epochs.current();
        epochs.advance();

        assertThat(retired).isLessThan(epochs.safe());
    }

    @Test
    void shouldKeepWhatAPinnedReaderMayHold() {
        final int cell = epochs.register();
        epochs.pin(cell);
        final long retired = epochs.current();
        epochs.advance();
        epochs.advance();
        assertThat(epochs.isPinned(cell)).isTrue();
        assertThat(retired).isGreaterThanOrEqualTo(epochs.safe());

        epochs.unpin(cell);
        assertThat(epochs.isPinned(cell)).isFalse();
        assertThat(retired).isLessThan(epochs.safe());
    }

    @Test
    void shouldNotKeepWhatWasRetiredBeforeAReaderPinned() {
        final int old = epochs.register();
        final int young = epochs.register();
        final long retiredFirst = epochs.current();
        epochs.advance();
        epochs.pin(old);
        final long retiredSecond = epochs.current();
        epochs.advance();
        epochs.pin(young);

        assertThat(retiredFirst).isLessThan(epochs.safe());
        assertThat(retiredSecond).isGreaterThanOrEqualTo(epochs.safe());
        epochs.unpin(old);
        assertThat(retiredSecond).isLessThan(epochs.safe());
        assertThat(epochs.current()).isGreaterThanOrEqualTo(epochs.safe());
    }

    @Test
    void shouldRefuseAReaderWhenAllCellsAreOwnedAndTakeItWhenOneIsGivenBack() {
        int last = 0;
        for (int i = 0; i < Epochs.READERS_MAX; i++) {
            last = epochs.register();
        }
        assertThatThrownBy(epochs::register).isInstanceOf(IllegalStateException.class).hasMessageContaining("max=256");

        epochs.pin(last);
        epochs.release(last);

        assertThat(epochs.safe()).isEqualTo(Long.MAX_VALUE);
        assertThat(epochs.register()).isEqualTo(last);
    }
}
