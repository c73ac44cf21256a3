package io.tagma.engine;

import io.tagma.engine.oracle.DomainScenarios;
import io.tagma.engine.oracle.Scenario;
import io.tagma.engine.protocol.Command;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sentences of DOMAIN, run against the engine: the same stories that the oracle tells. */
class ScenariosTest {
    static List<Scenario> scenarios() {
        return DomainScenarios.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldMeanWhatDomainSays(final Scenario scenario) {
        try (EngineTarget target = new EngineTarget()) {
            scenario.run(target);
        }
    }

    /** The engine with nothing under way between two steps. */
    static final class EngineTarget implements Scenario.Target, AutoCloseable {
        private EngineHarness engine;

        private EngineHarness at(final long instant) {
            if (engine == null) {
                engine = EngineHarness.begin(instant);
            }
            return engine;
        }

        @Override
        public boolean apply(final Command command, final long at) {
            final CommandResult result = at(at).apply(command, at);
            engine.settle(at);
            return result.isOk();
        }

        @Override
        public void moveTo(final long at) {
            at(at).settle(at);
        }

        @Override
        public boolean isMember(final String subject, final String segment) {
            final EngineView.SegmentStatus status = engine.view().segment(segment);
            return status != null && engine.view().subject(subject) != null
                && engine.lookup(subject).contains(status.id());
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
