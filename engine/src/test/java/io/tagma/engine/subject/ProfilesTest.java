package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ProfilesTest {
    private static final StoreSizes SIZES = new StoreSizes(10_000, 200, 10_000, 100);

    private final UnsafeBuffer wrap = new UnsafeBuffer(0, 0);

    @Test
    void shouldReturnWhatWasPutWhenProfilesGrowShrinkAndGo() {
        final SplittableRandom random = new SplittableRandom(42);
        final Map<Integer, byte[]> model = new HashMap<>();
        long bytes = 0;
        try (Profiles profiles = new Profiles(SIZES)) {
            int ordinal = 0;
            for (int step = 0; step < 60_000; step++) {
                // Half of the time the same one again: what was got last is written and read where it lies.
                ordinal = random.nextBoolean() ? ordinal : random.nextInt(4_000);
                if (random.nextInt(5) == 0) {
                    final byte[] removed = model.remove(ordinal);
                    bytes -= removed == null ? 0 : removed.length;
                    assertThat(profiles.remove(ordinal)).isEqualTo(removed != null);
                } else if (random.nextInt(3) == 0) {
                    assertProfile(profiles, ordinal, model.get(ordinal));
                } else {
                    final byte[] present = model.get(ordinal);
                    final byte[] profile = new byte[present != null && random.nextBoolean() ? present.length
                        : length(random)];
                    random.nextBytes(profile);
                    final byte[] before = model.put(ordinal, profile);
                    bytes += profile.length - (before == null ? 0 : before.length);
                    profiles.put(ordinal, new UnsafeBuffer(profile), 0, profile.length);
                }
            }
            for (int each = 0; each < 4_000; each++) {
                assertProfile(profiles, each, model.get(each));
            }
            assertThat(profiles.entries()).isEqualTo(model.size());
            assertThat(profiles.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void shouldKeepOtherProfilesInPlaceWhenOneIsPut() {
        final byte[] profile = new byte[100];
        try (Profiles profiles = new Profiles(SIZES)) {
            profiles.put(1, new UnsafeBuffer(profile), 0, 100);
            profiles.get(1, wrap);
            final long address = wrap.addressOffset();
            for (int ordinal = 2; ordinal < 5_000; ordinal++) {
                profiles.put(ordinal, new UnsafeBuffer(profile), 0, 100);
            }
            profiles.get(1, wrap);
            assertThat(wrap.addressOffset()).isEqualTo(address);
        }
    }

    @Test
    void shouldRefuseWhenProfileIsOverTheLimit() {
        try (Profiles profiles = new Profiles(SIZES)) {
            final UnsafeBuffer source = new UnsafeBuffer(new byte[Profiles.LENGTH_MAX + 1]);
            assertThatThrownBy(() -> profiles.put(0, source, 0, Profiles.LENGTH_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("length=65537");
            profiles.put(0, source, 0, Profiles.LENGTH_MAX);
            assertThat(profiles.get(0, wrap)).isEqualTo(Profiles.LENGTH_MAX);
        }
    }

    @Test
    void shouldTakeFarMoreThanExpectedWhenSizesWereGuessedTooLow() {
        final byte[] profile = new byte[600];
        try (Profiles profiles = new Profiles(new StoreSizes(1, 1, 1, 1))) {
            for (int ordinal = 0; ordinal < 300_000; ordinal++) {
                profiles.put(ordinal, new UnsafeBuffer(profile), 0, profile.length);
            }
            assertThat(profiles.entries()).isEqualTo(300_000);
            assertThat(profiles.get(299_999, wrap)).isEqualTo(600);
        }
    }

    @Test
    void shouldStartWithWhatTheMachineGivesWhenSizedForMoreThanItHas() {
        final byte[] profile = new byte[600];
        try (Profiles profiles = new Profiles(new StoreSizes(1L << 32, Profiles.LENGTH_MAX, 1, 1))) {
            for (int ordinal = 0; ordinal < 1_000; ordinal++) {
                profiles.put(ordinal, new UnsafeBuffer(profile), 0, profile.length);
            }
            assertThat(profiles.bytes()).isEqualTo(600_000);
            assertThat(profiles.get(999, wrap)).isEqualTo(600);
        }
    }

    @Test
    void shouldCloseOnceWhenClosedTwice() {
        final Profiles profiles = new Profiles(SIZES);
        profiles.put(0, new UnsafeBuffer(new byte[8]), 0, 8);
        profiles.get(0, wrap);
        profiles.close();
        profiles.close();
        assertThatThrownBy(() -> profiles.get(0, wrap)).isInstanceOf(IllegalStateException.class);
    }

    private void assertProfile(final Profiles profiles, final int ordinal, final byte[] expected) {
        final int length = profiles.get(ordinal, wrap);
        if (expected == null) {
            assertThat(length).isEqualTo(-1);
        } else {
            final byte[] actual = new byte[length];
            wrap.getBytes(0, actual);
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static int length(final SplittableRandom random) {
        switch (random.nextInt(20)) {
            case 0:
                return random.nextInt(Profiles.LENGTH_MAX + 1);
            case 1:
                return 0;
            case 2:
                return 4_000 + random.nextInt(200);
            default:
                return random.nextInt(600);
        }
    }
}
