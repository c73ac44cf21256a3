package io.tagma.engine;

import io.tagma.engine.model.Cause;
import io.tagma.engine.oracle.DomainScenarios;
import io.tagma.engine.oracle.Scenario;
import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sentences of DOMAIN, run against the engine: the same stories that the oracle tells. */
class ScenariosTest {
    private static final int CHANGES_MAX = 1_000_000;

    static List<Scenario> scenarios() {
        final List<Scenario> scenarios = new ArrayList<>(DomainScenarios.all());
        scenarios.addAll(DomainScenarios.whole());
        return scenarios;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldMeanWhatDomainSays(final Scenario scenario) {
        try (EngineTarget target = new EngineTarget()) {
            scenario.run(target);
        }
    }

    /** The engine with nothing under way between two steps. */
    private static final class EngineTarget implements Scenario.Target, AutoCloseable {
        private EngineHarness engine;

        private EngineHarness at(final long instant) {
            if (engine == null) {
                engine = EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0), instant);
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
        public boolean isShown(final String subject, final String website, final String segment) {
            final EngineView.SegmentStatus status = engine.view().segment(segment);
            return status != null && engine.lookup(subject, website).contains(status.id());
        }

        @Override
        public int group(final String subject) {
            return engine.group(subject);
        }

        @Override
        public boolean isTold(final String subject, final String segment, final boolean isEnter, final Cause cause) {
            EngineView.Change last = null;
            for (final EngineView.Change change : engine.view().changes(engine.view().changesFloor(), CHANGES_MAX)) {
                if (subject.equals(change.subject()) && segment.equals(change.segment())) {
                    last = change;
                }
            }
            return last != null && last.isEnter() == isEnter && last.cause() == cause;
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
