package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.StateBytes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventIdsTest {
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long START = 1_700_000_123_456L;

    @Test
    void shouldForgetAtExactly24HoursWhenTimePasses() {
        final EventIds ids = new EventIds();
        final byte[] key = bytes("c:1");
        final byte[] id = bytes("e-1");
        assertThat(ids.seen(key, id, START)).isFalse();
        ids.add(key, id, START);
        assertThat(ids.seen(key, id, START)).isTrue();
        assertThat(ids.seen(key, id, START + DAY - 1)).isTrue();
        assertThat(ids.seen(key, id, START + DAY)).isFalse();
        assertThat(ids.seen(key, id, START + DAY + 1)).isFalse();
    }

    @Test
    void shouldRememberForAnotherDayWhenAnIdComesAgainAfterOne() {
        final EventIds ids = new EventIds();
        final byte[] key = bytes("c:1");
        final byte[] id = bytes("e-1");
        ids.add(key, id, START);
        ids.add(key, id, START + DAY);
        assertThat(ids.seen(key, id, START + 2 * DAY - 1)).isTrue();
        assertThat(ids.seen(key, id, START + 2 * DAY)).isFalse();
    }

    @Test
    void shouldTellPairsApartWhenTheirBytesRunTogether() {
        final EventIds ids = new EventIds();
        ids.add(bytes("ab"), bytes("c"), START);
        assertThat(ids.seen(bytes("a"), bytes("bc"), START)).isFalse();
        assertThat(ids.seen(bytes("abc"), bytes(""), START)).isFalse();
        assertThat(ids.seen(bytes("ab"), bytes("c"), START)).isTrue();
    }

    @Test
    void shouldAgreeWithAModelWhenDaysPass() {
        final SplittableRandom random = new SplittableRandom(3);
        final EventIds ids = new EventIds();
        final Map<String, Long> model = new HashMap<>();
        long now = START;
        long repeats = 0;
        for (int step = 0; step < 300_000; step++) {
            now += random.nextInt(20_000) == 0 ? random.nextLong(3 * DAY) : random.nextLong(5_000);
            final String key = "k" + random.nextInt(50);
            final String id = "e" + random.nextInt(2_000);
            final Long before = model.get(key + "/" + id);
            final boolean isRepeat = before != null && now - before < DAY;
            assertThat(ids.seen(bytes(key), bytes(id), now)).isEqualTo(isRepeat);
            if (isRepeat) {
                repeats++;
            } else {
                ids.add(bytes(key), bytes(id), now);
                model.put(key + "/" + id, now);
            }
        }
        assertThat(repeats).isBetween(1_000L, 299_000L);
        final long held = now / HOUR - 24;
        assertThat((long) ids.count()).isGreaterThanOrEqualTo(
            model.values().stream().filter(instant -> instant / HOUR >= held).count());
    }

    @Test
    void shouldBeFullUntilAnHourIsForgottenWhenTheLimitIsReached() {
        final int max = 20_000;
        final EventIds ids = new EventIds(max);
        final byte[] key = bytes("c:1");
        long now = START / HOUR * HOUR;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < max; i++) {
                assertThat(ids.isFull()).isFalse();
                ids.add(key, bytes(round + "-" + i), now + i);
            }
            assertThat(ids.isFull()).isTrue();
            final long at = now;
            assertThatThrownBy(() -> ids.add(key, bytes("one more"), at + max))
                .isInstanceOf(IllegalStateException.class);
            ids.seen(key, bytes("x"), now + 25 * HOUR - 1);
            assertThat(ids.isFull()).isTrue();
            ids.seen(key, bytes("x"), now + 25 * HOUR);
            assertThat(ids.isFull()).isFalse();
            assertThat(ids.count()).isZero();
            now += 25 * HOUR;
        }
    }

    @Test
    void shouldWriteTheSameBytesAndGoOnAlikeWhenRestored() {
        final SplittableRandom random = new SplittableRandom(5);
        final EventIds ids = new EventIds();
        long now = START;
        for (int i = 0; i < 60_000; i++) {
            now += random.nextLong(4_000);
            ids.add(bytes("k" + i % 7), bytes("e" + random.nextInt(20_000)), now);
        }
        final StateBytes state = new StateBytes();
        ids.write(state);
        final EventIds restored = new EventIds();
        restored.read(state.reader());
        final StateBytes again = new StateBytes();
        restored.write(again);
        assertThat(again.toArray()).isEqualTo(state.toArray());
        for (int i = 0; i < 60_000; i++) {
            now += random.nextLong(4_000);
            final byte[] key = bytes("k" + i % 7);
            final byte[] id = bytes("e" + random.nextInt(20_000));
            final boolean isRepeat = ids.seen(key, id, now);
            assertThat(restored.seen(key, id, now)).isEqualTo(isRepeat);
            if (!isRepeat) {
                ids.add(key, id, now);
                restored.add(key, id, now);
            }
            assertThat(restored.count()).isEqualTo(ids.count());
        }
        final StateBytes left = new StateBytes();
        final StateBytes right = new StateBytes();
        ids.write(left);
        restored.write(right);
        assertThat(right.toArray()).isEqualTo(left.toArray());
    }

    @Test
    void shouldRefuseWhenTheStateReadIsDamaged() {
        final EventIds ids = new EventIds();
        ids.add(bytes("k"), bytes("e"), START);
        final StateBytes state = new StateBytes();
        state.putLong(START / HOUR);
        state.putInt(1);
        state.putLong(1);
        state.putLong(2);
        state.putLong(START - 26 * HOUR);
        assertThatThrownBy(() -> new EventIds().read(state.reader())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ids.read(state.reader())).isInstanceOf(IllegalStateException.class);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
