package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OrdinalsByHashTest {
    private final OrdinalsByHash index = new OrdinalsByHash();

    @Test
    void shouldFindNothingWhereNothingIs() {
        index.add(5, 1);

        assertThat(ordinals(5L << 54)).isEmpty();
        assertThat(ordinals(6)).isEmpty();
    }

    @Test
    void shouldFindEveryOrdinalOfAHashOnce() {
        index.add(13, 1);
        index.add(13, 2);
        index.add(5, 3);
        index.add(13, 1);
        index.add(13 + 8, 4);

        assertThat(ordinals(13)).containsExactlyInAnyOrder(1, 2);
        assertThat(ordinals(5)).containsExactly(3);
        assertThat(ordinals(21)).containsExactly(4);
        assertThat(index.size()).isEqualTo(4);
    }

    @Test
    void shouldFindAllAfterItHasGrown() {
        final SplittableRandom random = new SplittableRandom(11);
        final long[] hashes = new long[200_000];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = i % 4 == 3 ? hashes[i - 1] : random.nextLong();
            index.add(hashes[i], i);
        }

        for (int i = 0; i < hashes.length; i++) {
            assertThat(ordinals(hashes[i])).contains(i).hasSize(i % 4 < 2 ? 1 : 2);
        }
        assertThat(index.size()).isEqualTo(hashes.length);
        assertThat(index.memoryBytes()).isBetween(24L * hashes.length, 48L * hashes.length);
    }

    private List<Integer> ordinals(final long hash) {
        final List<Integer> found = new ArrayList<>();
        for (int ordinal = index.first(hash); ordinal != OrdinalsByHash.NONE; ordinal = index.next()) {
            found.add(ordinal);
        }
        return found;
    }
}
