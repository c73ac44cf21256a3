package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.MeasureColumns;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.Measures;
import io.tagma.engine.measure.ValueSet;
import io.tagma.engine.subject.Dictionary;
import io.tagma.engine.subject.FieldIds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PredicateIndexTest {
    private final PredicateIndex index = new PredicateIndex();
    private final Measure measure = new Measures(new Dictionary(), new FieldIds(new Dictionary()),
        new MeasureColumns()).acquire(new MeasureSpec.Group());

    @Test
    void shouldFindEveryFlippedPredicateWhilePredicatesComeAndGo() {
        final SplittableRandom random = new SplittableRandom(4);
        final List<Predicate> present = new ArrayList<>();
        int flips = 0;
        for (int i = 0; i < 20_000; i++) {
            final boolean isGoing = !present.isEmpty() && random.nextInt(present.size() + 60) > 60;
            if (isGoing) {
                index.release(present.remove(random.nextInt(present.size())));
            } else {
                final Predicate predicate = index.acquire(measure, values(random));
                if (!present.contains(predicate)) {
                    present.add(predicate);
                }
            }
            final long before = value(random);
            final long after = value(random);
            final List<Predicate> flipped = new ArrayList<>();
            index.flips(measure, before, after, flipped);
            flips += flipped.size();
            assertThat(flipped).as("%d -> %d", before, after).containsExactlyInAnyOrderElementsOf(present.stream()
                .filter(each -> each.values().contains(before) != each.values().contains(after)).toList());
        }
        assertThat(flips).isGreaterThan(20_000);
    }

    @Test
    void shouldVisitWhatIsCrossedOnlyWhenTenThousandOthersCameBeforeAndBehind() {
        final List<Predicate> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(index.acquire(measure, ValueSet.range(10L * (i * 7_919 % 10_000), ValueSet.MAX)));
        }
        for (int i = 0; i < 10_000; i += 2) {
            index.release(all.get(i));
        }
        final List<Predicate> flipped = new ArrayList<>();

        index.flips(measure, 10_001, 10_099, flipped);

        assertThat(index.visited()).isEqualTo(flipped.size()).isBetween(3L, 6L);
    }

    private static ValueSet values(final SplittableRandom random) {
        switch (random.nextInt(6)) {
            case 0:
                return ValueSet.point(value(random));
            case 1:
                return ValueSet.point(value(random)).butNot();
            case 2:
                return ValueSet.range(random.nextInt(1_000), ValueSet.MAX);
            case 3:
                return ValueSet.range(ValueSet.MIN, random.nextInt(1_000));
            case 4:
                return ValueSet.points(value(random), value(random), value(random));
            default:
                final long low = random.nextInt(1_000);
                return ValueSet.range(low, low + random.nextInt(600)).butNot();
        }
    }

    private static long value(final SplittableRandom random) {
        return random.nextInt(20) == 0 ? ValueSet.MISSING : random.nextInt(1_000);
    }
}
