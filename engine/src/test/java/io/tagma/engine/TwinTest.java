package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.RandomShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Two engines under the same log are the same after each command and each slice, though one of them is restored from a
 * snapshot of the other now and then, in the midst of builds and sweeps, and is asked questions between them. Traffic
 * as in the simulation, with patterns, retyped attributes, and groups and segments that come and go. More seeds:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=TwinTest -Dtwin.seed=42 -Dtwin.seeds=99 </pre>
 */
class TwinTest {
    private static final int STEPS = 1_500;
    private static final int SEGMENTS = 30;
    private static final int CROWD = 200;
    private static final List<String> PATTERNS = List.of("a+b?c*", "(ab|ba){1,9}", ".*x.*y", "[a-m]{2,20}z?",
        "(a?b?){1,30}", "\\\\p{L}+");
    private static final List<String> TYPES = List.of("STRING", "INT", "BOOL", "DATE", "ENUM");
    private static final List<String> ZONES = List.of("America/New_York", "Asia/Tokyo", "Europe/Berlin");

    @Test
    void shouldBeTheSameAsOneThatWasRestoredAndAsked() {
        run(2, STEPS / 2, false);
    }

    @Test
    void shouldBeTheSameAsOneThatWasRestoredAndAskedInTheWholeDomain() {
        run(1, STEPS / 4, true);
    }

    private static void run(final int usualSeeds, final int usualSteps, final boolean isWhole) {
        final long first = Long.getLong("twin.seed", 11);
        final int seeds = Integer.getInteger("twin.seeds", usualSeeds);
        for (long seed = first; seed < first + seeds; seed++) {
            try (Twins twins = new Twins(seed, isWhole)) {
                twins.run(Integer.getInteger("twin.steps", usualSteps));
                assertThat(twins.restoresUnderWay).as("restores while something was under way").isGreaterThan(5);
                assertThat(twins.questions).isGreaterThan(20);
            }
        }
    }

    /** The order in which aliases came is not that of their ordinals, which a snapshot has. */
    @Test
    void shouldGiveOrdinalsOfAliasesAgainInTheSameOrderAfterARestore() {
        final long now = 1_764_000_000_000L;
        try (EngineHarness running = EngineHarness.begin(now)) {
            running.apply(new Command.SubjectUpsert("42", null, null, null, List.of(), null, null), now);
            running.apply(new Command.View("v:2", "boot-1", null, null, null), now);
            running.apply(new Command.Login("v:1", "42", null), now);
            running.apply(new Command.Login("v:2", "42", null), now);
            try (EngineHarness restored = EngineHarness.restore(running)) {
                for (final EngineHarness engine : List.of(running, restored)) {
                    assertThat(engine.apply(new Command.SubjectDelete("42", null), now).isOk()).isTrue();
                    engine.apply(new Command.View("v:3", "boot-1", null, null, null), now);
                }
                assertThat(restored.engine().stateHash()).isEqualTo(running.engine().stateHash());
            }
        }
    }

    private static final class Twins implements AutoCloseable {
        private final long seed;
        private final SplittableRandom random;
        private final RandomShop shop;
        private final EngineTwins twins;
        private long now;
        private boolean isBegun;
        private int restoresUnderWay;
        private int questions;

        Twins(final long seed, final boolean isWhole) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            shop = isWhole ? RandomShop.whole(seed, SEGMENTS, new Coverage())
                : new RandomShop(seed, SEGMENTS, true, new Coverage());
            now = shop.startMs();
            twins = new EngineTwins(EngineHarness.begin(false, shop.visitorTtlMs(), now, SliceWork.USUAL));
            shop.declarations().forEach(this::apply);
            apply(attribute("t0", "STRING"));
            apply(attribute("t1", "STRING"));
            for (int i = 0; i < CROWD; i++) {
                apply(new Command.SubjectUpsert("crowd-" + i, SubjectKind.CUSTOMER, null, null, texts(), null, null));
            }
            if (isWhole) {
                shop.firstCommands(now).forEach(this::apply);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                apply(shop.nextDefinition(now));
            }
            isBegun = true;
            compare("at the beginning");
        }

        void run(final int steps) {
            for (int step = 0; step < steps; step++) {
                try {
                    step();
                } catch (final RuntimeException | AssertionError fault) {
                    throw new AssertionError("seed=" + seed + ", step=" + step + ", now=" + now, fault);
                }
            }
        }

        private void step() {
            final int dice = random.nextInt(100);
            if (dice < 22) {
                apply(shop.nextCommand(now));
            } else if (dice < 28) {
                now = shop.nextTime(now);
            } else if (dice < 52) {
                slice();
            } else if (dice < 58) {
                apply(shop.nextDefinition(now));
            } else if (dice < 66) {
                apply(ofPattern());
            } else if (dice < 72) {
                apply(new Command.SubjectUpsert("crowd-" + random.nextInt(CROWD), null, null, null, texts(), null,
                    null));
            } else if (dice < 76) {
                apply(new Command.GroupAssign("crowd-" + random.nextInt(CROWD), 10 + random.nextInt(6), null));
            } else if (dice < 80) {
                apply(ofGroup());
            } else if (dice < 83) {
                apply(website());
            } else if (dice < 85) {
                apply(attribute("t" + random.nextInt(2), pick(TYPES)));
            } else if (dice < 87) {
                upset();
            } else if (dice < 89) {
                restore();
            } else {
                ask();
            }
        }

        /** A build is given up whose measures another takes over, while a new zone is on its way to everybody. */
        private void upset() {
            final String shared = matches();
            apply(segment("p0", shared));
            slice();
            apply(segment("p1", shared));
            apply(segment("p0", isLetter()));
            apply(segment("p2", isLetter()));
            apply(zone());
            slice();
            slice();
            restore();
            slice();
        }

        private void apply(final Command command) {
            final CommandResult result = twins.apply(command, now);
            if (isBegun) {
                compare("after " + command);
                if (result.job() != 0 && random.nextInt(4) == 0) {
                    restore();
                }
            }
        }

        private void slice() {
            twins.slice(now);
            compare("after a slice");
        }

        private void compare(final String when) {
            compare(when, random.nextBoolean() ? "crowd-" + random.nextInt(CROWD) : pick(shop.subjectKeys()));
        }

        private void compare(final String when, final String key) {
            assertThat(twins.restored().lookup(key)).as(when).isEqualTo(twins.running().lookup(key));
            assertThat(twins.restored().group(key)).as(when).isEqualTo(twins.running().group(key));
        }

        private void restore() {
            restoresUnderWay += twins.running().isSettled() ? 0 : 1;
            twins.restore();
            compare("after a restore");
            for (int i = 0; i < CROWD; i++) {
                compare("after a restore", "crowd-" + i);
            }
        }

        /** Asks the one engine what the other is not asked. */
        private void ask() {
            questions++;
            final EngineView view = twins.restored().view();
            final String key = "crowd-" + random.nextInt(CROWD);
            try {
                final Query<EngineView.Preview> preview = view.preview("{\"condition\":" + matches() + "}", 3);
                for (int i = 0; i < 3 && preview.step(view) == null; i++) {
                    assertThat(view.position()).isEqualTo(twins.running().view().position());
                }
            } catch (final Refusal refused) {
                assertThat(refused.pointer()).startsWith("/condition");
            }
            for (final EngineView.SegmentStatus segment : view.segments()) {
                if (random.nextInt(4) == 0) {
                    view.explain(key, segment.definition().key());
                    view.members(segment.definition().key());
                }
            }
            view.subject(key);
            view.jobs();
            view.groupCount(1);
            twins.assertInStep();
            compare("after questions");
        }

        // ---- traffic that the shop does not have ---------------------------------------------------------------

        private List<NamedValue> texts() {
            return List.of(new NamedValue("c_string", Value.of(text())), new NamedValue("c_int", Value.of(
                random.nextInt(9))), new NamedValue("c_date", Value.of("2026-0" + (1 + random.nextInt(9)) + "-11")));
        }

        private String text() {
            if (random.nextInt(3) == 0) {
                return Character.toString((char)('a' + random.nextInt(26)));
            }
            final StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(600); i >= 0; i--) {
                text.append((char)('a' + random.nextInt(random.nextBoolean() ? 3 : 26)));
            }
            return text.toString();
        }

        private String matches() {
            return "{\"attr\":\"" + (random.nextInt(3) > 0 ? "c_string" : "t" + random.nextInt(2))
                + "\",\"op\":\"matches\",\"v\":\"" + pick(PATTERNS) + "\"}";
        }

        /** Segments that change their condition often, also to one of texts' codes, or are paused or deleted. */
        private Command ofPattern() {
            final String key = "p" + random.nextInt(6);
            final int dice = random.nextInt(10);
            if (dice == 0) {
                return new Command.DeleteDefinition(DefinitionKind.SEGMENT, key, -1, false);
            }
            final String status = dice == 1 ? "\"status\":\"PAUSED\"," : "";
            final String condition = dice < 6 ? matches() : dice < 8
                ? "{\"attr\":\"group\",\"op\":\"in\",\"v\":[" + (1 + random.nextInt(3)) + ",12]}"
                : "{\"any\":[{\"attr\":\"c_string\",\"op\":\"eq\",\"v\":\"" + (char)('a' + random.nextInt(26))
                    + "\"},{\"attr\":\"t0\",\"op\":\"isSet\"},"
                    + "{\"attr\":\"c_date\",\"op\":\"withinLast\",\"v\":\"P90D\"}]}";
            return new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1,
                "{" + status + "\"condition\":" + condition + "}");
        }

        private Command ofGroup() {
            final int id = 10 + random.nextInt(6);
            final int dice = random.nextInt(3);
            if (dice == 0) {
                return new Command.PutDefinition(DefinitionKind.GROUP, "", -1,
                    "{\"code\":\"g" + random.nextInt(1_000) + "\"}");
            }
            return dice == 1 ? new Command.DeleteDefinition(DefinitionKind.GROUP, Integer.toString(id), -1, false)
                : new Command.PutDefinition(DefinitionKind.GROUP, Integer.toString(id), -1,
                    "{\"code\":\"n" + id + "\"}");
        }

        private Command website() {
            final int id = 1 + random.nextInt(3);
            return new Command.PutDefinition(DefinitionKind.WEBSITE, List.of("base", "de", "us").get(id - 1), -1,
                "{\"id\":" + id + ",\"zone\":\"" + pick(ZONES) + "\",\"currency\":\"EUR\",\"defaultGroupId\":"
                    + (random.nextBoolean() ? 1 + random.nextInt(3) : 10 + random.nextInt(6)) + "}");
        }

        private Command zone() {
            return new Command.PutDefinition(DefinitionKind.WEBSITE, "base", -1, "{\"id\":1,\"zone\":\"" + pick(ZONES)
                + "\",\"currency\":\"EUR\",\"defaultGroupId\":1}");
        }

        private String isLetter() {
            return "{\"attr\":\"c_string\",\"op\":\"eq\",\"v\":\"" + (char)('a' + random.nextInt(26)) + "\"}";
        }

        private static Command segment(final String key, final String condition) {
            return new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, "{\"condition\":" + condition + "}");
        }

        private static Command attribute(final String key, final String type) {
            return new Command.PutDefinition(DefinitionKind.ATTRIBUTE, key, -1, "{\"type\":\"" + type + "\"}");
        }

        private <T> T pick(final List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        @Override
        public void close() {
            twins.close();
        }
    }
}
