package io.tagma.loadtest;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/** What the numbers 1 to {@code count} stand for, one after the other; only one number's list is in memory. */
final class Flattened<T> implements Iterable<T> {
    private final long count;
    private final LongFunction<? extends List<? extends T>> of;

    Flattened(final long count, final LongFunction<? extends List<? extends T>> of) {
        this.count = count;
        this.of = of;
    }

    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            private List<? extends T> list = List.of();
            private int index;
            private long number;

            @Override
            public boolean hasNext() {
                while (index == list.size() && number < count) {
                    number++;
                    list = of.apply(number);
                    index = 0;
                }
                return index < list.size();
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return list.get(index++);
            }
        };
    }
}
