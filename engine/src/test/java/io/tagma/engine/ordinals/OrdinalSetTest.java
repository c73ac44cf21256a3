package io.tagma.engine.ordinals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class OrdinalSetTest {
    private final SplittableRandom random = new SplittableRandom(42);

    @Test
    void shouldDoWhatATreeSetDoesWhenChangedAtRandom() {
        final OrdinalSet set = new OrdinalSet();
        final TreeSet<Integer> model = new TreeSet<>();
        for (int i = 0; i < 50_000; i++) {
            final int ordinal = randomOrdinal();
            if (random.nextInt(3) > 0) {
                assertThat(set.add(ordinal)).isEqualTo(model.add(ordinal));
            } else {
                assertThat(set.remove(ordinal)).isEqualTo(model.remove(ordinal));
            }
            final int probe = randomOrdinal();
            assertThat(set.contains(probe)).isEqualTo(model.contains(probe));
            final Integer next = model.ceiling(probe);
            assertThat(set.next(probe)).isEqualTo(next == null ? -1 : next);
            assertThat(set.isEmpty()).isEqualTo(model.isEmpty());
        }
        assertThat(set.cardinality()).isEqualTo(model.size());
        assertThat(members(set)).isEqualTo(new ArrayList<>(model));
    }

    @Test
    void shouldHoldTheGreatestOrdinalWhenAdded() {
        final OrdinalSet set = new OrdinalSet();
        set.add(Integer.MAX_VALUE);
        set.add(0);

        assertThat(set.next(1)).isEqualTo(Integer.MAX_VALUE);
        assertThat(set.next(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(members(set)).containsExactly(0, Integer.MAX_VALUE);
    }

    @Test
    void shouldCombineWithAnotherSet() {
        final TreeSet<Integer> modelA = new TreeSet<>();
        final TreeSet<Integer> modelB = new TreeSet<>();
        final OrdinalSet a = randomSet(modelA);
        final OrdinalSet b = randomSet(modelB);

        final TreeSet<Integer> both = new TreeSet<>(modelA);
        both.retainAll(modelB);
        final TreeSet<Integer> either = new TreeSet<>(modelA);
        either.addAll(modelB);
        final TreeSet<Integer> onlyA = new TreeSet<>(modelA);
        onlyA.removeAll(modelB);
        final TreeSet<Integer> one = new TreeSet<>(either);
        one.removeAll(both);

        final OrdinalSet and = a.copy();
        and.and(b);
        final OrdinalSet or = a.copy();
        or.or(b);
        final OrdinalSet andNot = a.copy();
        andNot.andNot(b);
        final OrdinalSet xor = a.copy();
        xor.xor(b);
        assertThat(members(and)).isEqualTo(new ArrayList<>(both));
        assertThat(members(or)).isEqualTo(new ArrayList<>(either));
        assertThat(members(andNot)).isEqualTo(new ArrayList<>(onlyA));
        assertThat(members(xor)).isEqualTo(new ArrayList<>(one));
        assertThat(OrdinalSet.intersectionCardinality(a, b)).isEqualTo(both.size());
        assertThat(members(a)).isEqualTo(new ArrayList<>(modelA));
    }

    @Test
    void shouldShareNothingWithItsCopy() {
        final OrdinalSet set = randomSet(new TreeSet<>());
        final OrdinalSet copy = set.copy();
        final List<Integer> before = members(copy);

        for (final int ordinal : before) {
            set.remove(ordinal);
        }

        assertThat(set.isEmpty()).isTrue();
        assertThat(members(copy)).isEqualTo(before);
    }

    @Test
    void shouldComeBackWhenSerialized() {
        for (int round = 0; round < 20; round++) {
            final OrdinalSet set = randomSet(new TreeSet<>());
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[set.serializedLength() + 20]);

            final int length = set.serialize(buffer, 7);

            assertThat(length).isEqualTo(set.serializedLength());
            assertThat(OrdinalSet.deserialize(buffer, 7, length)).isEqualTo(set).hasSameHashCodeAs(set);
        }
        final byte[] empty = new OrdinalSet().toBytes();
        assertThat(OrdinalSet.deserialize(new UnsafeBuffer(empty), 0, empty.length).isEmpty()).isTrue();
    }

    @Test
    void shouldRefuseBytesThatAreNoSet() {
        final byte[] bytes = randomSet(new TreeSet<>()).toBytes();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes.length + 4]);
        buffer.putBytes(0, bytes);

        assertThatThrownBy(() -> OrdinalSet.deserialize(buffer, 0, bytes.length - 1))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OrdinalSet.deserialize(buffer, 0, bytes.length + 4))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("length=");
        assertThatThrownBy(() -> OrdinalSet.deserialize(buffer, 1, bytes.length - 1))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> OrdinalSet.deserialize(buffer, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldEitherRefuseOrHoldOrdinalsWhenBytesAreDamaged() {
        final byte[] bytes = randomSet(new TreeSet<>()).toBytes();
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            final byte[] damaged = bytes.clone();
            damaged[i < 1_000 ? random.nextInt(64) : random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            try {
                final OrdinalSet set = OrdinalSet.deserialize(new UnsafeBuffer(damaged), 0, damaged.length);
                assertThat(members(set)).isSorted().doesNotHaveDuplicates().allMatch(o -> o >= 0);
            } catch (final IllegalArgumentException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    private int randomOrdinal() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(3_000);
            case 1 -> 65_000 + random.nextInt(2_000);
            default -> random.nextInt(Integer.MAX_VALUE);
        };
    }

    private OrdinalSet randomSet(final TreeSet<Integer> model) {
        final OrdinalSet set = new OrdinalSet();
        for (int i = 0; i < 20_000; i++) {
            final int ordinal = random.nextInt(4) == 0 ? randomOrdinal() : random.nextInt(100_000);
            set.add(ordinal);
            model.add(ordinal);
        }
        return set;
    }

    private static List<Integer> members(final OrdinalSet set) {
        final List<Integer> members = new ArrayList<>();
        set.forEach(members::add);
        return members;
    }
}
