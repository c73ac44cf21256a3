package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FactsTest {
    private final Facts facts = new Facts();

    @Test
    void shouldFindNothingWrongWhenWhatIsUnknownIsThereOrNot() {
        facts.adding(1);
        facts.added(1);
        facts.adding(2);
        assertThat(facts.faults("order", List.of(1L))).isEmpty();
        assertThat(facts.faults("order", List.of(2L, 1L))).isEmpty();
    }

    @Test
    void shouldTellWhatWasAcknowledgedAndIsLost() {
        facts.adding(7);
        facts.added(7);
        assertThat(facts.faults("order", List.of())).singleElement().asString()
            .contains("acknowledged, but lost: order=7");
    }

    @Test
    void shouldTellWhatIsThereTwice() {
        facts.adding(7);
        facts.added(7);
        assertThat(facts.faults("event", List.of(7L, 7L))).containsExactly("applied twice: event=7");
    }

    @Test
    void shouldTellWhatIsThereThoughItWasTakenAway() {
        facts.adding(7);
        facts.added(7);
        assertThat(facts.removing()).isEqualTo(7);
        assertThat(facts.faults("order", List.of(7L))).isEmpty();
        facts.removed(7);
        assertThat(facts.faults("order", List.of(7L))).containsExactly("taken away or never sent, but there: order=7");
        assertThat(facts.removing()).isEqualTo(-1);
    }

    @Test
    void shouldTellWhatWasNeverSent() {
        assertThat(facts.faults("visitor", List.of(3L)))
            .containsExactly("taken away or never sent, but there: visitor=3");
    }
}
