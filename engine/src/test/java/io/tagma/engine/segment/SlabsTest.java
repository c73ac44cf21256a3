package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.agrona.UnsafeApi;
import org.agrona.collections.LongHashSet;
import org.junit.jupiter.api.Test;

class SlabsTest {
    @Test
    void shouldFitEveryLengthInTheSmallestClassThatHoldsIt() {
        for (int length = 1; length <= Slabs.LENGTH_MAX; length += length < 5_000 ? 1 : 97) {
            final int sizeClass = Slabs.classOf(length);
            assertThat(Slabs.lengthOf(sizeClass)).isGreaterThanOrEqualTo(length);
            if (sizeClass > 0) {
                assertThat(Slabs.lengthOf(sizeClass - 1)).isLessThan(length);
            }
        }
        assertThat(Slabs.lengthOf(Slabs.classOf(Slabs.LENGTH_MAX))).isEqualTo(Slabs.LENGTH_MAX);
    }

    @Test
    void shouldNeverGiveAByteTwiceWhenBlocksComeAndGo() {
        final Slabs slabs = new Slabs();
        final SplittableRandom random = new SplittableRandom(5);
        final long[] blocks = new long[500];
        final int[] lengths = new int[500];
        for (int i = 0; i < 50_000; i++) {
            final int b = random.nextInt(blocks.length);
            if (blocks[b] != 0) {
                for (int at = 0; at < lengths[b]; at++) {
                    assertThat(UnsafeApi.getByte(blocks[b] + at)).isEqualTo((byte) b);
                }
                slabs.free(blocks[b], lengths[b]);
            }
            lengths[b] = 1 + random.nextInt(random.nextInt(100) == 0 ? 20_000 : 300);
            blocks[b] = slabs.allocate(lengths[b]);
            assertThat(blocks[b] & 15).isZero();
            UnsafeApi.setMemory(blocks[b], lengths[b], (byte) b);
        }
        slabs.close();
        assertThat(slabs.memoryBytes()).isZero();
    }

    @Test
    void shouldUseFreedBlocksAgain() {
        final Slabs slabs = new Slabs();
        final LongHashSet first = new LongHashSet();
        final long[] blocks = new long[1_000];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = slabs.allocate(100);
            first.add(blocks[i]);
        }
        for (final long block : blocks) {
            slabs.free(block, 100);
        }
        for (int i = 0; i < blocks.length; i++) {
            assertThat(first.contains(slabs.allocate(112))).isTrue();
        }
        slabs.close();
    }
}
