package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.client.LookupResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private final Violations violations = new Violations();
    private final Probe before = new Probe(Map.of("s0", 3L, "s1", 4L), List.of("c1"), List.of(row(true, 1, 2, 5)));

    @Test
    void shouldFindNothingWrongWhenOnlyThePositionIsAnother() {
        before.compare(new Probe(Map.of("s1", 4L, "s0", 3L), List.of("c1"),
            List.of(new LookupResult(1, new int[] {5, 2, 1}, 77, 1, 1_000, 999, true, false))), violations);
        assertThat(violations.first()).isEmpty();
    }

    @Test
    void shouldTellASegmentWithAnotherCountAndOneThatIsGone() {
        before.compare(new Probe(Map.of("s0", 2L), before.keys(), before.rows()), violations);
        assertThat(violations.first()).hasSize(3).anySatisfy(each -> assertThat(each)
            .contains("segment=s0, before=3, after=2")).anySatisfy(each -> assertThat(each).contains("segment=s1"));
    }

    @Test
    void shouldTellASubjectWithAnotherRowOrNone() {
        before.compare(new Probe(before.counts(), before.keys(), List.of(row(true, 1, 2))), violations);
        before.compare(new Probe(before.counts(), before.keys(), List.of(row(false, 1, 2, 5))), violations);
        assertThat(violations.first()).hasSize(2).allSatisfy(each -> assertThat(each).contains("another row", "c1"));
    }

    private static LookupResult row(final boolean isKnown, final int... segments) {
        return new LookupResult(1, segments, 77, 1, 1_000, 10, isKnown, false);
    }
}
