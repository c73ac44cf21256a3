package io.tagma.engine.ordinals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private final Columns columns = new Columns();

    @Test
    void shouldHoldWhatFlippedInWhenFlippedAtRandom() {
        final SplittableRandom random = new SplittableRandom(7);
        final int[] slots = {0, 3, 200};
        final List<Set<Integer>> models = new ArrayList<>();
        for (final int slot : slots) {
            columns.open(slot);
            models.add(new HashSet<>());
        }
        for (int i = 0; i < 200_000; i++) {
            final int column = random.nextInt(100) == 0 ? 2 : random.nextInt(2);
            final Set<Integer> model = models.get(column);
            final int ordinal = random.nextInt(10) == 0
                ? Integer.MAX_VALUE - random.nextInt(500) : random.nextInt(column == 0 ? 500 : 300_000);
            final boolean isMember = model.add(ordinal);
            if (!isMember) {
                model.remove(ordinal);
            }
            columns.flip(slots[column], ordinal, isMember);
            if (random.nextInt(3_000) == 0) {
                assertSame(slots[column], model);
            }
        }
        for (int column = 0; column < slots.length; column++) {
            assertSame(slots[column], models.get(column));
        }
        assertThat(columns.flips()).isEqualTo(200_000);
    }

    @Test
    void shouldCountAtOnceAndLeaveTheSetAloneWhenFlipped() {
        columns.open(5);
        for (int ordinal = 0; ordinal < Columns.FLIPS_MAX; ordinal++) {
            columns.flip(5, ordinal, true);
        }

        assertThat(columns.count(5)).isEqualTo(Columns.FLIPS_MAX);
        assertThat(columns.drains()).isZero();

        columns.flip(5, Columns.FLIPS_MAX, true);
        assertThat(columns.drains()).isEqualTo(1);
        assertThat(columns.members(5).cardinality()).isEqualTo(Columns.FLIPS_MAX + 1);
        assertThat(columns.drains()).isEqualTo(2);
    }

    @Test
    void shouldKeepACopyAsItWasWhenFlipsGoOn() {
        columns.open(1);
        columns.flip(1, 10, true);
        final OrdinalSet copy = columns.copy(1);

        columns.flip(1, 11, true);
        columns.flip(1, 10, false);

        assertThat(copy.cardinality()).isEqualTo(1);
        assertThat(copy.contains(10)).isTrue();
        assertThat(columns.members(1).contains(10)).isFalse();
    }

    @Test
    void shouldStartFromTheGivenMembersWhenOpenedWithSome() {
        final OrdinalSet members = new OrdinalSet();
        members.add(4);
        columns.open(9, members);

        columns.flip(9, 4, false);
        columns.flip(9, 6, true);

        assertThat(columns.count(9)).isEqualTo(1);
        assertThat(columns.members(9).next(0)).isEqualTo(6);
    }

    @Test
    void shouldForgetAColumnWhenClosed() {
        columns.open(1);
        columns.flip(1, 10, true);
        assertThatThrownBy(() -> columns.open(1)).isInstanceOf(IllegalStateException.class);

        columns.close(1);
        columns.close(1);
        columns.close(10_000);

        assertThat(columns.isOpen(1)).isFalse();
        assertThat(columns.openCount()).isZero();
        columns.open(1);
        assertThat(columns.count(1)).isZero();
        assertThat(columns.members(1).isEmpty()).isTrue();
    }

    @Test
    void shouldNoticeWhenFlipsDoNotAlternate() {
        columns.open(1);
        columns.flip(1, 10, true);
        columns.flip(1, 10, true);

        assertThatThrownBy(() -> columns.members(1)).isInstanceOf(AssertionError.class)
            .hasMessageContaining("alternate");
    }

    @Test
    void shouldGrowInMemoryWithItsMembers() {
        columns.open(1);
        final long before = columns.memoryBytes();
        for (int i = 0; i < 100_000; i++) {
            columns.flip(1, i * 7, true);
        }
        assertThat(columns.memoryBytes()).isGreaterThan(before + 50_000);
    }

    private void assertSame(final int slot, final Set<Integer> model) {
        final List<Integer> members = new ArrayList<>();
        columns.members(slot).forEach(members::add);
        assertThat(members).isEqualTo(new ArrayList<>(new TreeSet<>(model)));
        assertThat(columns.count(slot)).isEqualTo(model.size());
    }
}
