package io.tagma.engine.segment;

import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntArrayList;

/**
 * Which aliases lead to a customer: keys of visitors who logged in, by ordinal. Follows from the rows, also the order,
 * in which an erasure frees them: one restored from a snapshot goes on alike. Engine's thread.
 */
public final class Aliases {
    private static final int NONE = -1;

    private final Int2ObjectHashMap<IntArrayList> byCustomer = new Int2ObjectHashMap<>();
    private int count;

    /** Number of aliases. */
    public int count() {
        return count;
    }

    /** Aliases of a customer. */
    public int count(final int customer) {
        final IntArrayList of = byCustomer.get(customer);
        return of == null ? 0 : of.size();
    }

    /** The last alias of a customer, or -1. */
    int last(final int customer) {
        final IntArrayList of = byCustomer.get(customer);
        return of == null ? NONE : of.getInt(of.size() - 1);
    }

    /** The i-th alias of a customer, ascending. */
    public int get(final int customer, final int index) {
        return byCustomer.get(customer).getInt(index);
    }

    void add(final int alias, final int customer) {
        IntArrayList of = byCustomer.get(customer);
        if (of == null) {
            of = new IntArrayList(2, NONE);
            byCustomer.put(customer, of);
        }
        int index = of.size();
        while (index > 0 && of.getInt(index - 1) > alias) {
            index--;
        }
        of.addInt(index, alias);
        count++;
    }

    void remove(final int alias, final int customer) {
        final IntArrayList of = byCustomer.get(customer);
        of.removeInt(alias);
        count--;
        if (of.isEmpty()) {
            byCustomer.remove(customer);
        }
    }
}
