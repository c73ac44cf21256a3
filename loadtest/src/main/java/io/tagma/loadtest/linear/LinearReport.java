package io.tagma.loadtest.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What ran, and what was found. Immutable.
 *
 * @param seed              of the run
 * @param rounds            that were judged
 * @param keys              whose histories were judged
 * @param writes            acknowledged
 * @param unknown           writes of unknown outcome
 * @param linearizableReads answered
 * @param positionReads     answered
 * @param localReads        answered
 * @param unanswered        reads
 * @param leaderKills       SIGKILLs to the leader
 * @param followerKills     to another
 * @param leaderPauses      SIGSTOPs of the leader
 * @param followerPauses    of another
 * @param lossRate          of the packets between nodes
 * @param resumedMs         after each fault of a leader, until a write asked for since was acknowledged
 * @param violations        histories without an order
 * @param mishaps           what must not happen besides: a node that ended, a call that never returned, a write refused
 */
public record LinearReport(long seed, int rounds, int keys, long writes, long unknown, long linearizableReads,
                           long positionReads, long localReads, long unanswered, int leaderKills, int followerKills,
                           int leaderPauses, int followerPauses, double lossRate, List<Long> resumedMs,
                           List<Violation> violations, List<String> mishaps) {
    /** Copies the lists. */
    public LinearReport {
        resumedMs = List.copyOf(resumedMs);
        violations = List.copyOf(violations);
        mishaps = List.copyOf(mishaps);
    }

    /** Whether nothing was found. */
    public boolean isGood() {
        return violations.isEmpty() && mishaps.isEmpty();
    }

    /** Operations with an answer, and writes without. */
    public long operations() {
        return writes + unknown + linearizableReads + positionReads + localReads;
    }

    /** For people. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(String.format(Locale.ROOT,
            "seed %d, %d rounds, %d keys, %,d operations: %,d writes acknowledged, %,d of unknown outcome, "
                + "%,d linearizable reads, %,d reads at a position, %,d local reads (%,d reads unanswered)%n"
                + "faults: %d leaders killed, %d followers killed, %d leaders paused, %d followers paused, "
                + "loss %.1f %%%nwrites went on after a leader's fault in ms: median %s, max %s%n"
                + "violations: %d, mishaps: %d",
            seed, rounds, keys, operations(), writes, unknown, linearizableReads, positionReads, localReads,
            unanswered, leaderKills, followerKills, leaderPauses, followerPauses, lossRate * 100, resumed(0.5),
            resumed(1), violations.size(), mishaps.size()));
        violations.forEach(each -> text.append(System.lineSeparator()).append(each));
        mishaps.forEach(each -> text.append(System.lineSeparator()).append("mishap: ").append(each));
        return text.toString();
    }

    private String resumed(final double share) {
        if (resumedMs.isEmpty()) {
            return "-";
        }
        final List<Long> sorted = new ArrayList<>(resumedMs);
        sorted.sort(null);
        return Long.toString(sorted.get((int) Math.round(share * (sorted.size() - 1))));
    }
}
