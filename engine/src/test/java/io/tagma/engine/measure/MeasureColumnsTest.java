package io.tagma.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeasureColumnsTest {
    private static final long[] EDGES = {0, 1, -1, 127, 128, -127, -128, -129, 32_767, 32_768, -32_767, -32_768,
        -32_769, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Integer.MIN_VALUE, Integer.MIN_VALUE - 1L,
        Integer.MIN_VALUE + 1L, Long.MAX_VALUE, Long.MIN_VALUE + 1, MeasureColumns.NULL};
    private final MeasureColumns columns = new MeasureColumns();

    @AfterEach
    void close() {
        columns.close();
        assertThat(columns.memoryBytes()).isZero();
        assertThat(columns.openCount()).isZero();
    }

    @Test
    void shouldHoldWhatWasSetWhenSetAtRandom() {
        final SplittableRandom random = new SplittableRandom(21);
        final long[] defaults = {0, MeasureColumns.NULL, -1, 70_000, Long.MAX_VALUE};
        final Map<Long, Long> model = new HashMap<>();
        for (int measure = 0; measure < defaults.length; measure++) {
            columns.open(measure * 50, defaults[measure]);
        }
        for (int i = 0; i < 300_000; i++) {
            final int column = random.nextInt(defaults.length);
            final int ordinal = random.nextInt(4) * 65_536 + random.nextInt(2_000);
            final long value = random.nextInt(20_000) == 0 ? EDGES[random.nextInt(EDGES.length)]
                : random.nextInt(5) == 0 ? MeasureColumns.NULL : random.nextInt(200) - 100;
            columns.set(column * 50, ordinal, value);
            model.put((long) column << 32 | ordinal, value);
            final int probe = random.nextInt(5 * 65_536);
            assertThat(columns.get(column * 50, probe))
                .isEqualTo(model.getOrDefault((long) column << 32 | probe, defaults[column]));
        }
        model.forEach((cell, value) ->
            assertThat(columns.get((int) (cell >>> 32) * 50, (int) (long) cell)).isEqualTo(value));
    }

    @Test
    void shouldHoldEveryEdgeOfEveryWidthBesideItsNeighbours() {
        for (final long first : EDGES) {
            columns.open(1, MeasureColumns.NULL);
            columns.set(1, 65_535, first);
            for (int i = 0; i < EDGES.length; i++) {
                columns.set(1, i, EDGES[i]);
            }
            for (int i = 0; i < EDGES.length; i++) {
                assertThat(columns.get(1, i)).isEqualTo(EDGES[i]);
            }
            assertThat(columns.get(1, 65_535)).isEqualTo(first);
            assertThat(columns.get(1, 65_534)).isEqualTo(MeasureColumns.NULL);
            columns.close(1);
        }
    }

    @Test
    void shouldTakeNoMemoryForTheDefaultAndAByteAValueForSmallOnes() {
        columns.open(0, 0);
        for (int ordinal = 0; ordinal < 200_000; ordinal++) {
            columns.set(0, ordinal, 0);
        }
        assertThat(columns.memoryBytes()).isZero();

        columns.set(0, 70_000, 5);
        assertThat(columns.memoryBytes()).isEqualTo(4_096);
        columns.set(0, 70_000, 500);
        assertThat(columns.memoryBytes()).isEqualTo(2 * 4_096);
        columns.set(0, 70_001, 5_000_000_000L);
        assertThat(columns.memoryBytes()).isEqualTo(8 * 4_096);
        columns.set(0, 70_001, 0);
        assertThat(columns.memoryBytes()).isEqualTo(8 * 4_096);
        assertThat(columns.get(0, 70_000)).isEqualTo(500);
    }

    @Test
    void shouldHoldTheDefaultInEveryPlaceOfANewChunkWhateverItsWidth() {
        final long[] defaults = {0, -1, 7, -300, 70_000, -70_000, 1L << 40, MeasureColumns.NULL};
        for (int measure = 0; measure < defaults.length; measure++) {
            columns.open(measure, defaults[measure]);
            columns.set(measure, 5_000, 100);
            for (int ordinal = 0; ordinal < 10_000; ordinal++) {
                assertThat(columns.get(measure, ordinal)).isEqualTo(ordinal == 5_000 ? 100 : defaults[measure]);
            }
        }
    }

    @Test
    void shouldStartAnewWhenClosedAndOpened() {
        columns.open(3, 1);
        columns.set(3, 10, 7);
        assertThatThrownBy(() -> columns.open(3, 1)).isInstanceOf(IllegalStateException.class);
        columns.close(3);
        columns.close(3);
        columns.close(900);
        assertThat(columns.isOpen(3)).isFalse();
        assertThat(columns.memoryBytes()).isZero();

        columns.open(3, 2);
        assertThat(columns.get(3, 10)).isEqualTo(2);
        assertThat(columns.defaultValue(3)).isEqualTo(2);
        assertThat(columns.openCount()).isEqualTo(1);
    }

    @Test
    void shouldAnswerTheDefaultForTheGreatestOrdinal() {
        columns.open(0, 9);
        assertThat(columns.get(0, Integer.MAX_VALUE)).isEqualTo(9);
        columns.set(0, Integer.MAX_VALUE, 10);
        assertThat(columns.get(0, Integer.MAX_VALUE)).isEqualTo(10);
        assertThat(columns.get(0, Integer.MAX_VALUE - 1)).isEqualTo(9);
    }
}
