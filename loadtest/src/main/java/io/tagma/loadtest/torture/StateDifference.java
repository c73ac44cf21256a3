package io.tagma.loadtest.torture;

import java.util.function.IntSupplier;

/**
 * Where two states differ beyond what a start changes by itself. A start opens a lane for what comes over HTTP, under
 * an id of its own: one more in the number of lanes, and a lane that has applied nothing. All else is equal. Constant.
 */
final class StateDifference {
    /** Of a lane that has applied nothing: id, last sequence, forgotten up to, number of results. */
    static final int LANE_LENGTH = 3 * Long.BYTES + Integer.BYTES;

    private StateDifference() {
    }

    /**
     * The first difference in words; null where there is none.
     *
     * @param before bytes of the state that was written; -1 behind the last
     * @param after  of what came of it
     */
    static String of(final IntSupplier before, final IntSupplier after) {
        boolean isCounted = false;
        boolean isOpened = false;
        for (long position = 0; true; position++) {
            final int old = before.getAsInt();
            int now = after.getAsInt();
            if (old >= 0 && old != now && !isCounted && now == old + 1) {
                isCounted = true;
                continue;
            }
            if (old != now && isCounted && !isOpened) {
                // Behind as much as is equal: the lane may begin with the bytes of what follows it.
                isOpened = true;
                for (int i = 0; i < LANE_LENGTH; i++) {
                    now = after.getAsInt();
                }
            }
            if (old != now || old < 0 && isCounted != isOpened) {
                return "position=" + position + ", before=" + old + ", after=" + now + ", isLaneCounted=" + isCounted
                    + ", isLaneOpened=" + isOpened;
            }
            if (old < 0) {
                return null;
            }
        }
    }
}
