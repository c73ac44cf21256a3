package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class StateDifferenceTest {
    private static final int LANES = 10;
    private static final int LANES_END = 15;

    private final byte[] before = new byte[100];

    StateDifferenceTest() {
        for (int i = 0; i < before.length; i++) {
            before[i] = (byte) (i % 7);
        }
    }

    @Test
    void shouldFindNoneWhenAllBytesAreEqual() {
        assertThat(difference(before.clone())).isNull();
    }

    @Test
    void shouldLetAStartOpenALane() {
        final byte[] lane = new byte[StateDifference.LANE_LENGTH];
        lane[0] = 99;
        assertThat(difference(withLane(lane))).isNull();
    }

    @Test
    void shouldLetTheLaneBeginWithTheBytesThatFollowIt() {
        final byte[] lane = new byte[StateDifference.LANE_LENGTH];
        System.arraycopy(before, LANES_END, lane, 0, 8);
        assertThat(difference(withLane(lane))).isNull();
    }

    @Test
    void shouldTellAnyOtherByteThatDiffers() {
        final byte[] after = before.clone();
        after[60] += 3;
        assertThat(difference(after)).contains("position=60");
        final byte[] grown = before.clone();
        grown[60]++;
        assertThat(difference(grown)).contains("isLaneCounted=true, isLaneOpened=false");
        final byte[] opened = withLane(new byte[StateDifference.LANE_LENGTH]);
        opened[90]++;
        assertThat(difference(opened)).contains("position=" + (90 - StateDifference.LANE_LENGTH));
    }

    @Test
    void shouldTellWhatIsMissingOrTooMuch() {
        assertThat(difference(Arrays.copyOf(before, 99))).contains("position=99", "after=-1");
        assertThat(difference(Arrays.copyOf(before, 101))).contains("position=100", "before=-1");
    }

    private byte[] withLane(final byte[] lane) {
        final byte[] after = new byte[before.length + lane.length];
        System.arraycopy(before, 0, after, 0, LANES_END);
        System.arraycopy(lane, 0, after, LANES_END, lane.length);
        System.arraycopy(before, LANES_END, after, LANES_END + lane.length, before.length - LANES_END);
        after[LANES]++;
        return after;
    }

    private String difference(final byte[] after) {
        return StateDifference.of(bytes(before), bytes(after));
    }

    private static IntSupplier bytes(final byte[] of) {
        final int[] at = new int[1];
        return () -> at[0] == of.length ? -1 : of[at[0]++] & 0xFF;
    }
}
