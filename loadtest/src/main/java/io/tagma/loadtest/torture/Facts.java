package io.tagma.loadtest.torture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Numbered things of one kind that a customer has by what was acknowledged, and those that it may have: added or taken
 * away by a command whose outcome is not known. What was acknowledged to be taken away is forgotten, and so is wrong to
 * be found like anything that was never sent. One thread.
 */
final class Facts {
    private final Set<Long> there = new HashSet<>();
    private final Set<Long> possible = new HashSet<>();
    private final ArrayDeque<Long> removable = new ArrayDeque<>();

    int size() {
        return there.size() + possible.size();
    }

    void adding(final long number) {
        possible.add(number);
    }

    void added(final long number) {
        possible.remove(number);
        there.add(number);
        removable.add(number);
    }

    /** The oldest one that is certainly there, to be taken away from now on; -1 where there is none. */
    long removing() {
        final Long number = removable.poll();
        if (number == null) {
            return -1;
        }
        there.remove(number);
        possible.add(number);
        return number;
    }

    void removed(final long number) {
        possible.remove(number);
    }

    /** What is wrong with what was found, in words. */
    List<String> faults(final String what, final List<Long> found) {
        final List<String> faults = new ArrayList<>();
        final Set<Long> seen = new HashSet<>();
        for (final Long number : found) {
            if (!seen.add(number)) {
                faults.add("applied twice: " + what + "=" + number);
            } else if (!there.contains(number) && !possible.contains(number)) {
                faults.add("taken away or never sent, but there: " + what + "=" + number);
            }
        }
        final Set<Long> lost = new TreeSet<>(there);
        lost.removeAll(seen);
        lost.forEach(number -> faults.add("acknowledged, but lost: " + what + "=" + number + ", of=" + there.size()
            + ", highest=" + Collections.max(there)));
        return faults;
    }
}
