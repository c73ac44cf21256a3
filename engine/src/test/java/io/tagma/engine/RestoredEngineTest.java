package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** An engine restored from a snapshot goes on exactly as the one that went on without. */
class RestoredEngineTest {
    private static final long START = 1_764_000_000_000L;
    private static final String LAST_HOUR = """
        {"condition":{"agg":{"fn":"count","source":"order","window":{"last":"PT1H"}},"op":"ge","v":2}}""";
    private static final String LAST_DAYS = """
        {"condition":{"agg":{"fn":"sum","source":"order","field":"grandTotal",
        "window":{"last":"P3D","align":"day"}},"op":"gt","v":100}}""";

    private final SplittableRandom random = new SplittableRandom(31);
    private long now = START;

    @Test
    void shouldGoOnLikeTheOneThatWasNotRestored() {
        try (EngineHarness engine = EngineHarness.begin(now)) {
            put(engine, "hour", LAST_HOUR);
            put(engine, "days", LAST_DAYS);
            engine.settle(now);
            for (int i = 0; i < 600; i++) {
                step(engine, engine);
            }
            for (int round = 0; round < 3; round++) {
                try (EngineHarness restored = EngineHarness.restore(engine)) {
                    assertAlike(engine, restored);
                    for (int i = 0; i < 300; i++) {
                        step(engine, restored);
                        assertAlike(engine, restored);
                    }
                    assertThat(restored.engine().stateHash()).isEqualTo(engine.engine().stateHash());
                }
            }
            assertThat(engine.view().changesNext()).isGreaterThan(300);
        }
    }

    private void step(final EngineHarness engine, final EngineHarness other) {
        now += random.nextInt(40) == 0 ? random.nextInt(40_000_000) : random.nextInt(60_000);
        if (random.nextInt(3) == 0) {
            engine.slice(now);
            if (other != engine) {
                other.slice(now);
            }
            return;
        }
        final String key = "c-" + random.nextInt(60);
        final Command command = random.nextInt(30) == 0
            ? new Command.SubjectDelete(key, null)
            : new Command.OrderUpsert(key, "o-" + random.nextInt(20), now - random.nextInt(7_200_000),
                List.of(new NamedValue("grandTotal", new Value.Decimal(random.nextInt(2_000_000)))), List.of(), null);
        final CommandResult result = engine.apply(command, now);
        assertThat(result.isOk()).as("%s", result).isTrue();
        if (other != engine) {
            assertThat(other.apply(command, now)).isEqualTo(result);
        }
    }

    private void put(final EngineHarness engine, final String key, final String json) {
        final CommandResult result = engine.apply(
            new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, json), now);
        assertThat(result.isOk()).as("%s", result).isTrue();
    }

    private static void assertAlike(final EngineHarness engine, final EngineHarness restored) {
        assertThat(restored.view().asOf()).isEqualTo(engine.view().asOf());
        assertThat(restored.engine().nextSliceDelayMs()).isEqualTo(engine.engine().nextSliceDelayMs());
        assertThat(restored.view().changesNext()).isEqualTo(engine.view().changesNext());
    }
}
