package io.tagma.engine.oracle;

import io.tagma.engine.protocol.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Everything random of a simulation, from one seed: the same seed and the same times asked give the same commands,
 * definitions and steps. What is to be refused is not marked: the oracle says.
 */
public final class RandomShop {
    private static final List<String> STARTS = List.of("2026-03-06T12:00:00Z", "2026-03-27T12:00:00Z",
        "2026-10-23T12:00:00Z", "2026-10-30T12:00:00Z", "2028-02-26T12:00:00Z", "2026-12-29T12:00:00Z",
        "2026-06-15T12:00:00Z");
    private static final long WHOLE_TTL_MS = Duration.ofDays(7).toMillis();

    private final boolean isWhole;
    private final long startMs;
    private final RandomCommands commands;
    private final RandomDefinitions definitions;
    private final RandomTimes times;

    /** A shop with forty segment keys. */
    public RandomShop(final long seed) {
        this(seed, 40, false, new Coverage());
    }

    /**
     * A shop whose definitions share so many keys; for the engine: few that it refuses as not supported yet. What the
     * coverage has not seen comes more often.
     */
    public RandomShop(final long seed, final int segmentCount, final boolean isForEngine, final Coverage coverage) {
        this(seed, segmentCount, isForEngine ? Grammar.KEPT : Grammar.ANYTHING, coverage);
    }

    private RandomShop(final long seed, final int segmentCount, final Grammar grammar, final Coverage coverage) {
        isWhole = grammar.isWhole();
        final SplittableRandom random = new SplittableRandom(seed);
        final RandomValues values = new RandomValues(random);
        startMs = Story.ms(values.pick(STARTS)) + values.below(3_600_000);
        commands = new RandomCommands(values, isWhole);
        definitions = new RandomDefinitions(values, segmentCount, grammar, coverage);
        times = new RandomTimes(values);
    }

    /** A shop of the whole domain: visitors who log in and expire, every collection, every node of the grammar. */
    public static RandomShop whole(final long seed, final int segmentCount) {
        return whole(seed, segmentCount, new Coverage());
    }

    /**
     * The same. What the coverage has not seen comes more often.
     */
    public static RandomShop whole(final long seed, final int segmentCount, final Coverage coverage) {
        return new RandomShop(seed, segmentCount, Grammar.WHOLE, coverage);
    }

    /** What Genesis should say, so that visitors expire now and then; {@code Long.MAX_VALUE}: never. */
    public long visitorTtlMs() {
        return isWhole ? WHOLE_TTL_MS : Long.MAX_VALUE;
    }

    /** When it begins: a few days before something odd happens to the clocks. */
    public long startMs() {
        return startMs;
    }

    /** Attributes, groups and websites to be declared first; all are accepted. */
    public List<Command> declarations() {
        return RandomCatalog.declarations();
    }

    /** A first command about every subject, and orders of every second customer. */
    public List<Command> firstCommands(final long now) {
        return commands.first(now);
    }

    /** The first put of the segment of that number. */
    public Command firstDefinition(final int number, final long now) {
        return definitions.first(number, now);
    }

    /** The group that comes and goes: deleted where it is there, else made and given members. */
    public List<Command> passingGroup(final boolean isThere) {
        return commands.passingGroup(isThere);
    }

    /** Its id. */
    public static int passingGroupId() {
        return RandomCatalog.PASSING_GROUP;
    }

    /** The next command about subjects, products, groups or websites; about one in twenty is to be refused. */
    public Command nextCommand(final long now) {
        return commands.next(now);
    }

    /** The next segment put (as JSON) or deleted; a few are to be refused. */
    public Command nextDefinition(final long now) {
        return definitions.next(now);
    }

    /** The next instant, not before now. */
    public long nextTime(final long now) {
        return times.next(now);
    }

    /** Every subject's key that commands may name. */
    public List<String> subjectKeys() {
        final List<String> keys = new ArrayList<>(RandomCommands.CUSTOMERS);
        keys.addAll(RandomCommands.VISITORS);
        return keys;
    }

    /** Every segment's key that definitions may name. */
    public static List<String> segmentKeys(final int segmentCount) {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < segmentCount; i++) {
            keys.add(RandomDefinitions.key(i));
        }
        return keys;
    }
}
