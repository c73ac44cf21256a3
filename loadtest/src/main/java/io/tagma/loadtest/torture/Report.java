package io.tagma.loadtest.torture;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What was found, for people. Constant. */
final class Report {
    private Report() {
    }

    /** A round in a line. */
    static String line(final Round round) {
        return String.format(Locale.ROOT, "%s %d: %s; %,d writes acknowledged, %,d/s, %d unknown; %s, longest "
            + "time without a write %,d ms, worst writer %,d ms; back after %,d ms; look-ups p99.9 %.1f ms, "
            + "max %.1f ms, at a position p99.9 %.1f ms, %,d failed, %,d named another node; lost 0, twice 0, "
            + "replicas equal",
            round.scenario(), round.number(), round.fault(), round.acknowledged(), round.perSecond(), round.unknown(),
            round.resumeMs() == Round.WENT_ON ? "writes went on"
                : "writes resumed " + ms(round.resumeMs()) + " ms after the fault",
            round.gapMs(), round.ownGapMs(), round.backMs(), round.p999Us() / 1e3, round.maxUs() / 1e3,
            round.ownP999Us() / 1e3, round.failures(), round.stale());
    }

    /** A start on a large snapshot in a line. */
    static String line(final Restoration one) {
        return String.format(Locale.ROOT, "%s %d: %,d subjects, %,d segments, %,d memberships, loaded in %,d ms, %,d "
            + "commands/s; a snapshot of %,d bytes in %,d ms, engine held up %,.1f ms; look-ups p99.9 %.1f ms before, "
            + "%.1f ms meanwhile, max %.1f ms, %,d of %,d failed; SIGKILL, ready after %,d ms; state hash %s, all "
            + "bytes of the state, all counts and %,d rows equal",
            Scenario.SNAPSHOT, one.number(), one.subjects(), one.segments(), one.memberships(), one.loadMs(),
            one.perSecond(), one.bytes(), one.takenMs(), one.stallMs(), one.quietUs() / 1e3, one.p999Us() / 1e3,
            one.maxUs() / 1e3, one.failures(), one.lookups() + one.failures(), one.readyMs(), one.stateHash(),
            one.rows());
    }

    /** Starts on large snapshots as a Markdown table. */
    static String restorations(final List<Restoration> all) {
        final StringBuilder out = new StringBuilder("| snapshot | subjects | segments | memberships | loaded in s, "
            + "commands a second | snapshot bytes | taken in ms | engine held up ms | look-up p99.9 before / meanwhile "
            + "ms | max ms | failed of look-ups | ready after SIGKILL in s | counts, rows and bytes of the state; its "
            + "hash |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        all.forEach(one -> out.append(String.format(Locale.ROOT,
            "| %d | %,d | %,d | %,d | %.1f, %,d | %,d | %,d | %,.1f | %.1f / %.1f | %.1f | %,d of %,d | %.1f | %,d, "
                + "%,d, all equal; %s |%n",
            one.number(), one.subjects(), one.segments(), one.memberships(), one.loadMs() / 1e3, one.perSecond(),
            one.bytes(), one.takenMs(), one.stallMs(), one.quietUs() / 1e3, one.p999Us() / 1e3, one.maxUs() / 1e3,
            one.failures(), one.lookups() + one.failures(), one.readyMs() / 1e3, one.segments(), one.rows(),
            one.stateHash())));
        return out.toString();
    }

    /** All of them as a Markdown table, a line a scenario. Only what was checked and found right is in it. */
    static String table(final List<Round> rounds, final long seed) {
        final StringBuilder out = new StringBuilder("| scenario | rounds | seed | writes acknowledged | a second "
            + "| lost | twice | unknown | resume p50 / max ms | without writes p50 / max ms | worst writer ms "
            + "| back p50 / max ms | look-up p99.9 p50 / max ms | look-up max ms | at a position p99.9 max ms "
            + "| failed of look-ups |\n"
            + "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        final Map<Scenario, List<Round>> byScenario = new EnumMap<>(Scenario.class);
        rounds.forEach(round -> byScenario.computeIfAbsent(round.scenario(), any -> new ArrayList<>()).add(round));
        byScenario.forEach((scenario, of) -> out.append(String.format(Locale.ROOT,
            "| %s | %d | %d | %,d | %,d | 0 | 0 | %d | %s / %s | %,d / %,d | %,d | %,d / %,d | %.1f / %.1f | %.1f "
                + "| %.1f | %,d of %,d |%n",
            scenario, of.size(), seed, sum(of, Round::acknowledged), sum(of, Round::perSecond) / of.size(),
            sum(of, Round::unknown), ms(median(stopped(of), Round::resumeMs)), ms(max(stopped(of), Round::resumeMs)),
            median(of, Round::gapMs), max(of, Round::gapMs), max(of, Round::ownGapMs),
            median(of, Round::backMs), max(of, Round::backMs), median(of, Round::p999Us) / 1e3,
            max(of, Round::p999Us) / 1e3, max(of, Round::maxUs) / 1e3, max(of, Round::ownP999Us) / 1e3,
            sum(of, Round::failures), sum(of, Round::lookups) + sum(of, Round::failures))));
        return out.toString();
    }

    /** Each round as a line of a Markdown table. */
    static String details(final List<Round> rounds) {
        final StringBuilder out = new StringBuilder("| scenario | round | fault | acknowledged | resume ms | without "
            + "writes ms | back ms | look-up p99.9 ms | max ms |\n|---|---|---|---|---|---|---|---|---|\n");
        rounds.forEach(round -> out.append(String.format(Locale.ROOT,
            "| %s | %d | %s | %,d | %s | %,d | %,d | %.1f | %.1f |%n", round.scenario(), round.number(), round.fault(),
            round.acknowledged(), ms(round.resumeMs()), round.gapMs(), round.backMs(), round.p999Us() / 1e3,
            round.maxUs() / 1e3)));
        return out.toString();
    }

    private static String ms(final long milliseconds) {
        return milliseconds == Round.WENT_ON ? "-" : String.format(Locale.ROOT, "%,d", milliseconds);
    }

    private static List<Round> stopped(final List<Round> rounds) {
        return rounds.stream().filter(round -> round.resumeMs() != Round.WENT_ON).toList();
    }

    private static long sum(final List<Round> rounds, final ToLongFunction<Round> of) {
        return rounds.stream().mapToLong(of).sum();
    }

    private static long max(final List<Round> rounds, final ToLongFunction<Round> of) {
        return rounds.stream().mapToLong(of).max().orElse(Round.WENT_ON);
    }

    /** The upper one of two. */
    private static long median(final List<Round> rounds, final ToLongFunction<Round> of) {
        return rounds.isEmpty() ? Round.WENT_ON : rounds.stream().mapToLong(of).sorted().toArray()[rounds.size() / 2];
    }
}
