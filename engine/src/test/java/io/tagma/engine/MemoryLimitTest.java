package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLimitTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long BYTES_MAX = 50_000;

    @Test
    void shouldRefuseWhatWouldExceedTheLimitAndTakeItOnceSomethingIsDeleted() {
        try (EngineHarness engine = begin()) {
            final int filled = fill(engine, "ann");

            final CommandResult refused = engine.apply(order("ann", filled), NOW);

            assertThat(refused.code()).isEqualTo(ResultCode.LIMIT);
            assertThat(refused.detail()).contains("memory full", "max=" + BYTES_MAX);
            assertThat(engine.view().subject("ann").orders()).hasSize(filled);
            assertThat(stored(engine)).isLessThanOrEqualTo(BYTES_MAX);
            assertThat(engine.apply(new Command.SubjectUpsert("bob", null, null, null,
                List.of(new NamedValue("lastname", Value.of("x".repeat(4_000)))), null, null), NOW).code())
                .isEqualTo(ResultCode.LIMIT);
            assertThat(engine.apply(new Command.ProductUpsert("p", List.of(
                new NamedValue("sku", Value.of("x".repeat(4_000)))), null), NOW).code()).isEqualTo(ResultCode.LIMIT);

            for (int i = 0; i < 10; i++) {
                assertThat(engine.apply(new Command.OrderDelete("ann", "o" + i, null), NOW).isOk()).isTrue();
            }
            assertThat(engine.apply(order("ann", filled), NOW).isOk()).isTrue();
            assertThat(engine.apply(new Command.SubjectDelete("ann", null), NOW).isOk()).isTrue();
            assertThat(stored(engine)).isZero();
        }
    }

    @Test
    void shouldCountAlikeWhenRestored() {
        try (EngineHarness engine = begin()) {
            final int filled = fill(engine, "ann");
            engine.apply(new Command.OrderDelete("ann", "o3", null), NOW);
            try (EngineHarness restored = EngineHarness.restore(engine)) {
                assertThat(stored(restored)).isEqualTo(stored(engine));
                assertThat(restored.view().info()).containsEntry("storedBytesMax", BYTES_MAX);
                for (int i = filled; i < filled + 3; i++) {
                    assertThat(restored.apply(order("ann", i), NOW)).isEqualTo(engine.apply(order("ann", i), NOW));
                }
            }
        }
    }

    private static EngineHarness begin() {
        return EngineHarness.begin(new Command.Genesis(false, 0, 0, 0, 0, 0, BYTES_MAX), NOW);
    }

    /** Orders until one is refused; how many there are. */
    private static int fill(final EngineHarness engine, final String key) {
        int filled = 0;
        while (engine.apply(order(key, filled), NOW).isOk()) {
            filled++;
        }
        assertThat(filled).isBetween(50, 200);
        return filled;
    }

    private static long stored(final EngineHarness engine) {
        return (long)engine.view().info().get("storedBytes");
    }

    private static Command order(final String key, final int number) {
        return new Command.OrderUpsert(key, "o" + number, NOW,
            List.of(new NamedValue("coupon", Value.of("c".repeat(300)))), List.of(), null);
    }
}
