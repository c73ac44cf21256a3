package io.tagma.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("whole")
    void shouldAnswerAsComputedByHandWhenOracleRunsTheWholeDomain(final Scenario scenario) {
        assertThat(scenario.steps()).anyMatch(step -> !(step instanceof Scenario.Step.Move));
        assertThatCode(() -> scenario.run(new OracleTarget())).doesNotThrowAnyException();
    }

    static List<Scenario> whole() {
        return DomainScenarios.whole();
    }

    @Test
    void shouldNameEveryScenarioOfTheWholeDomainOnceWhenListed() {
        final List<Scenario> both = new ArrayList<>(DomainScenarios.all());
        both.addAll(DomainScenarios.whole());
        assertThat(both).extracting(Scenario::name).doesNotHaveDuplicates();
        assertThat(DomainScenarios.whole().size()).isGreaterThanOrEqualTo(90);
    }

    /** The oracle with its own shop. */
    private static final class OracleTarget implements Scenario.Target {
        private final NaiveShop shop = new NaiveShop();
        private final NaiveOracle oracle = new NaiveOracle();
        private final NaiveChanges changes = new NaiveChanges(shop, oracle);

        @Override
        public boolean apply(final Command command, final long at) {
            return changes.apply(command, at);
        }

        @Override
        public void moveTo(final long at) {
            changes.moveTo(at);
        }

        @Override
        public boolean isMember(final String subject, final String segment) {
            final SegmentDefinition definition = shop.segment(segment);
            return definition != null && oracle.isMember(shop, subject, definition, shop.now());
        }

        @Override
        public boolean isShown(final String subject, final String website, final String segment) {
            return oracle.lookup(shop, subject, website, shop.now()).contains(segment);
        }

        @Override
        public int group(final String subject) {
            return shop.group(subject, shop.now());
        }

        @Override
        public boolean isTold(final String subject, final String segment, final boolean isEnter, final Cause cause) {
            return new NaiveChanges.Change(subject, segment, isEnter, cause)
                .equals(changes.latest(subject, segment));
        }
    }
}
