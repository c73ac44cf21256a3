package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.StateBytes;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final CommandResult REFUSED = CommandResult.refused(ResultCode.INVALID, "/a", "d".repeat(400));

    @Test
    void shouldForgetTheResultsOfTheLongestUnusedLaneWhenAllTogetherAreTooLarge() {
        final Lanes lanes = new Lanes(64_000);
        for (long client = 1; client <= 8; client++) {
            for (long sequence = 1; sequence <= 20; sequence++) {
                apply(lanes, client, sequence);
            }
        }

        assertThat(lanes.bytes()).isLessThanOrEqualTo(64_000);
        assertThat(lanes.get(8).result(1)).isEqualTo(REFUSED);
        assertThat(lanes.get(1).result(20).code()).isEqualTo(ResultCode.RESULT_FORGOTTEN);
        assertThat(lanes.get(1).lastSequence()).isEqualTo(20);
        apply(lanes, 1, 21);
        assertThat(lanes.get(1).result(21)).isEqualTo(REFUSED);
        assertThat(lanes.get(1).result(20).code()).isEqualTo(ResultCode.RESULT_FORGOTTEN);
    }

    @Test
    void shouldForgetAndCountAlikeWhenRead() {
        final Lanes lanes = new Lanes(64_000);
        for (long client = 1; client <= 5; client++) {
            for (long sequence = 1; sequence <= 20; sequence++) {
                apply(lanes, client, sequence);
            }
        }
        final Lanes read = new Lanes(64_000);
        final StateBytes bytes = new StateBytes();
        lanes.write(bytes);
        read.read(bytes.reader());

        assertThat(read.bytes()).isEqualTo(lanes.bytes());
        assertThat(read.get(5).result(20).code()).isEqualTo(lanes.get(5).result(20).code());
        assertThat(read.get(5).result(20).pointer()).isEqualTo(lanes.get(5).result(20).pointer());
        for (long client = 6; client <= 12; client++) {
            apply(lanes, client, 1);
            apply(read, client, 1);
            assertThat(read.bytes()).isEqualTo(lanes.bytes());
        }
    }

    @Test
    void shouldForgetTheLongestUnusedWhenLanesAreUsedInTurns() {
        final Lanes lanes = new Lanes(1);
        for (long client = 0; client < Limits.LANES_MAX; client++) {
            lanes.open(client);
        }
        lanes.get(0);
        lanes.get(1);
        lanes.get(0);
        lanes.open(Limits.LANES_MAX);
        lanes.open(Limits.LANES_MAX + 1);

        assertThat(lanes.get(2)).isNull();
        assertThat(lanes.get(3)).isNull();
        assertThat(lanes.get(0)).isNotNull();
        assertThat(lanes.get(1)).isNotNull();
        assertThat(lanes.get(4)).isNotNull();
    }

    private static void apply(final Lanes lanes, final long client, final long sequence) {
        lanes.applied(lanes.open(client), sequence, REFUSED);
    }
}
