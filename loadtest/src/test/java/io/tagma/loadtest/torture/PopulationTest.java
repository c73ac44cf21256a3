package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PopulationTest {
    @Test
    void shouldMakeTheSameSubjectAgainFromItsNumberAndTheSeed() {
        assertThat(subject(7, 41)).isEqualTo(subject(7, 41)).isNotEqualTo(subject(8, 41));
    }

    @Test
    void shouldGiveEveryFourthSubjectAnOrder() {
        assertThat(subject(7, 40)).hasSize(2).last().isInstanceOf(Command.OrderUpsert.class);
        assertThat(subject(7, 41)).singleElement().isInstanceOf(Command.SubjectUpsert.class);
    }

    @Test
    void shouldMakeSegmentsThatDiffer() {
        final Set<String> segments = new HashSet<>();
        for (int i = 0; i < Population.KINDS * 40; i++) {
            segments.add(Population.segment(i));
        }
        assertThat(segments).hasSize(Population.KINDS * 40);
    }

    private static List<Command> subject(final long seed, final int number) {
        final List<Command> commands = new ArrayList<>();
        new Population(seed).subject(number, commands);
        return commands;
    }
}
