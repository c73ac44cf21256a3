package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.StateBytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OrdinalsTest {
    @Test
    void shouldCountUpWhenNoneIsFree() {
        final Ordinals ordinals = new Ordinals();
        assertThat(ordinals.allocate()).isZero();
        assertThat(ordinals.allocate()).isEqualTo(1);
        assertThat(ordinals.highWater()).isEqualTo(2);
    }

    @Test
    void shouldReuseTheOneFreedFirstWhenSeveralAreFree() {
        final SplittableRandom random = new SplittableRandom(1);
        final Ordinals ordinals = new Ordinals();
        final ArrayDeque<Integer> free = new ArrayDeque<>();
        final List<Integer> used = new ArrayList<>();
        int highWater = 0;
        for (int step = 0; step < 200_000; step++) {
            // Phases of growth and of shrinking, so that the list is often empty and often long.
            final boolean isGrowing = (step / 20_000 & 1) == 0;
            if (used.isEmpty() || random.nextInt(10) < (isGrowing ? 7 : 3)) {
                final int expected = free.isEmpty() ? highWater++ : free.poll();
                assertThat(ordinals.allocate()).isEqualTo(expected);
                used.add(expected);
            } else {
                final int index = random.nextInt(used.size());
                final int freed = used.set(index, used.get(used.size() - 1));
                used.remove(used.size() - 1);
                ordinals.free(freed);
                free.add(freed);
            }
            assertThat(ordinals.freeCount()).isEqualTo(free.size());
        }
        assertThat(ordinals.snapshot()).containsExactly(free.stream().mapToInt(i -> i).toArray());
        assertThat(ordinals.highWater()).isEqualTo(highWater);
        assertThat(ordinals.allocatedCount()).isEqualTo(used.size());
        used.forEach(ordinal -> assertThat(ordinals.isAllocated(ordinal)).isTrue());
        free.forEach(ordinal -> assertThat(ordinals.isAllocated(ordinal)).isFalse());
    }

    @Test
    void shouldGoOnAlikeWhenRestored() {
        final Ordinals ordinals = new Ordinals();
        for (int i = 0; i < 20_000; i++) {
            ordinals.allocate();
        }
        for (int i = 0; i < 10_000; i++) {
            ordinals.free(i * 7_919 % 20_000);
        }
        for (int i = 0; i < 100; i++) {
            ordinals.allocate();
        }
        final StateBytes state = new StateBytes();
        ordinals.write(state);
        final Ordinals restored = new Ordinals();
        restored.read(state.reader());
        final StateBytes again = new StateBytes();
        restored.write(again);
        assertThat(again.toArray()).isEqualTo(state.toArray());
        for (int i = 0; i < 10_000; i++) {
            assertThat(restored.allocate()).isEqualTo(ordinals.allocate());
        }
    }

    @Test
    void shouldRefuseWhenAnOrdinalIsNotInUse() {
        final Ordinals ordinals = new Ordinals();
        ordinals.allocate();
        ordinals.free(0);
        assertThatThrownBy(() -> ordinals.free(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ordinals.free(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ordinals.free(-1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ordinals.restore(3, new int[] {1, 1})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ordinals.restore(1, new int[] {1})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldGiveNoneWhenAllAreInUse() {
        final Ordinals ordinals = new Ordinals(2);
        ordinals.allocate();
        ordinals.allocate();
        assertThat(ordinals.allocate()).isEqualTo(Ordinals.NONE);
        ordinals.free(1);
        assertThat(ordinals.allocate()).isEqualTo(1);
    }
}
