package io.tagma.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.protocol.Command;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle gives the answers computed by hand. */
final class DomainScenariosTest {
    static List<Scenario> scenarios() {
        return DomainScenarios.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldAnswerAsComputedByHandWhenOracleRunsScenario(final Scenario scenario) {
        assertThat(scenario.steps()).anyMatch(step -> !(step instanceof Scenario.Step.Move));
        assertThatCode(() -> scenario.run(new OracleTarget())).doesNotThrowAnyException();
    }

    @Test
    void shouldNameEveryScenarioOnceWhenListed() {
        assertThat(DomainScenarios.all()).extracting(Scenario::name).doesNotHaveDuplicates();
        assertThat(DomainScenarios.all().size()).isGreaterThanOrEqualTo(60);
    }

    /** The oracle with its own shop. */
    private static final class OracleTarget implements Scenario.Target {
        private final NaiveShop shop = new NaiveShop();
        private final NaiveOracle oracle = new NaiveOracle();

        @Override
        public boolean apply(final Command command, final long at) {
            return shop.apply(command, at);
        }

        @Override
        public void moveTo(final long at) {
            shop.moveTo(at);
        }

        @Override
        public boolean isMember(final String subject, final String segment) {
            final SegmentDefinition definition = shop.segment(segment);
            return definition != null && oracle.isMember(shop, subject, definition, shop.now());
        }
    }
}
