package io.tagma.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.condition.Operator;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

class SetTestTest {
    private final FieldsWriter writer = new FieldsWriter();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();

    @Test
    void shouldAnswerAsSetsDoWhenSetsAreRandom() {
        final SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 20_000; i++) {
            final TreeSet<Integer> held = random(random, 0);
            final TreeSet<Integer> asked = random(random, -3);
            final TreeSet<Integer> shared = new TreeSet<>(held);
            shared.retainAll(asked);

            assertThat(test(Operator.CONTAINS_ANY, held, asked)).isEqualTo(!shared.isEmpty());
            assertThat(test(Operator.CONTAINS_NONE, held, asked)).isEqualTo(shared.isEmpty());
            assertThat(test(Operator.CONTAINS_ALL, held, asked)).isEqualTo(held.containsAll(asked));
            assertThat(test(Operator.EQ_SET, held, asked)).isEqualTo(held.equals(asked));
        }
    }

    @Test
    void shouldBeEqualWhenOperatorAndCodesAre() {
        assertThat(new SetTest(Operator.EQ_SET, List.of(1, 2))).isEqualTo(new SetTest(Operator.EQ_SET, List.of(1, 2)))
            .hasSameHashCodeAs(new SetTest(Operator.EQ_SET, List.of(1, 2)))
            .isNotEqualTo(new SetTest(Operator.EQ_SET, List.of(1)))
            .isNotEqualTo(new SetTest(Operator.CONTAINS_ALL, List.of(1, 2)));
    }

    private static TreeSet<Integer> random(final SplittableRandom random, final int least) {
        final TreeSet<Integer> codes = new TreeSet<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            codes.add(random.nextInt(least, 6));
        }
        return codes;
    }

    private boolean test(final Operator operator, final TreeSet<Integer> held, final TreeSet<Integer> asked) {
        writer.clear();
        writer.putCodes(1, held.stream().mapToInt(Integer::intValue).toArray(), held.size());
        writer.write(buffer, 0);
        final FieldsView fields = new FieldsView();
        fields.wrap(buffer, 0);
        return new SetTest(operator, new ArrayList<>(asked)).test(fields, fields.find(1));
    }
}
