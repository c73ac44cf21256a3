package io.tagma.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandDecoder;
import io.tagma.engine.protocol.CommandEncoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

/** The generators are deterministic, mostly valid, and reach what they should reach. */
final class RandomShopTest {
    private static final long SEEDS_MAX = 60;

    /** What the table of a run shows where a test fails. */
    private final Coverage coverage = new Coverage();

    @Test
    void shouldMakeTheSameCommandsWhenSeedIsTheSame() {
        assertThat(commands(7, 600)).isEqualTo(commands(7, 600))
            .isNotEqualTo(commands(8, 600));
    }

    @Test
    void shouldSurviveTheWireWhenCommandsAreEncoded() {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        for (final Command command : commands(9, 600)) {
            new CommandEncoder().encode(command, buffer, 0);
            assertThat(new CommandDecoder().decode(buffer, 0)).isEqualTo(command);
        }
    }

    @Test
    void shouldAcceptDeclarationsWhenShopIsFresh() {
        final NaiveShop shop = new NaiveShop();
        final RandomShop random = new RandomShop(1);
        for (final Command declaration : random.declarations()) {
            assertThat(shop.apply(declaration, random.startMs())).as(shop.refusal()).isTrue();
        }
    }

    @Test
    void shouldRefuseAFewAndReachEverythingWhenManySeedsRun() {
        for (long seed = 1; seed <= SEEDS_MAX && !coverage.missing().isEmpty(); seed++) {
            run(new RandomShop(seed), 800);
        }
        assertThat(coverage.missing()).as(coverage.table()).isEmpty();
        for (final String kind : List.of("SubjectUpsert", "OrderUpsert", "GroupAssign", "PutDefinition SEGMENT")) {
            final long refused = coverage.count("command " + kind, false);
            final long accepted = coverage.count("command " + kind, true);
            assertThat(refused).as("refused %s of %s", kind, accepted).isBetween(1L, accepted / 3);
        }
    }

    @Test
    void shouldSurviveTheWireWhenTheWholeDomainIsEncoded() {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final List<Command> commands = commands(RandomShop.whole(9, 40), 3_000);
        assertThat(commands).isEqualTo(commands(RandomShop.whole(9, 40), 3_000));
        for (final Command command : commands) {
            new CommandEncoder().encode(command, buffer, 0);
            assertThat(new CommandDecoder().decode(buffer, 0)).isEqualTo(command);
        }
    }

    @Test
    void shouldRefuseAFewAndReachEverythingWhenManySeedsRunTheWholeDomain() {
        for (long seed = 1; seed <= SEEDS_MAX && !coverage.missingWhole().isEmpty(); seed++) {
            run(RandomShop.whole(seed, 40), 800);
        }
        assertThat(coverage.missingWhole()).as(coverage.table()).isEmpty();
        long accepted = 0;
        long refused = 0;
        for (final String kind : List.of("SubjectUpsert", "OrderUpsert", "GroupAssign", "View", "CustomEvent",
            "CartPut", "CartClear", "WishlistAdd", "WishlistRemove", "ConsentSet", "Login", "Logout", "OrderDelete")) {
            accepted += coverage.count("command " + kind, true);
            refused += coverage.count("command " + kind, false);
        }
        assertThat(refused * 100 / (accepted + refused)).as(coverage.table()).isBetween(3L, 12L);
    }

    /** Commands, definitions and time; a few subjects are asked about a few segments after each step. */
    private void run(final RandomShop random, final int steps) {
        final NaiveShop shop = new NaiveShop(Math.min(random.visitorTtlMs(), NaiveShop.VISITOR_TTL_MS), coverage);
        final NaiveOracle oracle = new NaiveOracle(coverage);
        long now = random.startMs();
        for (final Command declaration : random.declarations()) {
            shop.apply(declaration, now);
        }
        for (int i = 0; i < steps; i++) {
            now = random.nextTime(now);
            final Command command = i % 3 == 0 ? random.nextDefinition(now) : random.nextCommand(now);
            shop.apply(command, now);
            final List<String> keys = new ArrayList<>(shop.keys(now));
            for (int k = 0; k < Math.min(2, keys.size()); k++) {
                oracle.segmentsOf(shop, keys.get((i * 31 + k * 17) % keys.size()), now);
            }
        }
    }

    private static List<Command> commands(final long seed, final int count) {
        return commands(new RandomShop(seed), count);
    }

    private static List<Command> commands(final RandomShop random, final int count) {
        final List<Command> commands = new ArrayList<>();
        long now = random.startMs();
        for (int i = 0; i < count; i++) {
            now = random.nextTime(now);
            commands.add(i % 6 == 0 ? random.nextDefinition(now) : random.nextCommand(now));
        }
        return commands;
    }
}
