package io.tagma.server.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Streams of lines that are being read, for whoever watches. Thread-safe. */
final class Streams {
    private final AtomicLong numbers = new AtomicLong();
    private final Set<Progress> open = ConcurrentHashMap.newKeySet();

    /** How far a stream is. Its event loop writes; any thread reads. */
    static final class Progress {
        private final long number;
        private final String name;
        private final long bodyLength;
        private long taken;
        private volatile long lines;
        private volatile long applied;
        private volatile long failed;
        private volatile double fraction;

        private Progress(final long number, final String name, final long bodyLength) {
            this.number = number;
            this.name = name;
            this.bodyLength = bodyLength;
        }

        /** So many bytes of the body more have come. */
        void took(final int length) {
            taken += length;
            fraction = bodyLength <= 0 ? 0 : Math.min(1.0, (double)taken / bodyLength);
        }

        /** So far. */
        void at(final long linesNow, final long appliedNow, final long failedNow) {
            lines = linesNow;
            applied = appliedNow;
            failed = failedNow;
        }

        String name() {
            return name;
        }

        long lines() {
            return lines;
        }

        long applied() {
            return applied;
        }

        long failed() {
            return failed;
        }

        /** Part of the body that has come, 0 where its length is not known. */
        double fraction() {
            return fraction;
        }
    }

    /** A stream begins. */
    Progress open(final String name, final long bodyLength) {
        final Progress progress = new Progress(numbers.incrementAndGet(), name, bodyLength);
        if (name != null) {
            open.add(progress);
        }
        return progress;
    }

    /** A stream is over. */
    void close(final Progress progress) {
        open.remove(progress);
    }

    /** Those that are listed, oldest first. */
    List<Progress> all() {
        final List<Progress> all = new ArrayList<>(open);
        all.sort(Comparator.comparingLong(progress -> progress.number));
        return all;
    }
}
