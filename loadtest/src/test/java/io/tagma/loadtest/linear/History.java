package io.tagma.loadtest.linear;

import io.tagma.loadtest.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.List;

/** Writes a register's history down by hand; times are small numbers, every operation has a client of its own. */
final class History {
    private final List<Operation> operations = new ArrayList<>();
    private int clients;

    History write(final long value, final long invoked, final long returned, final long position) {
        return add(new Operation(Kind.WRITE, clients++, 0, -1, value, invoked, returned, 0, position));
    }

    History unknown(final long value, final long invoked) {
        return add(new Operation(Kind.WRITE, clients++, 0, -1, value, invoked, Operation.NEVER, 0, 0));
    }

    History linearizable(final long value, final long invoked, final long returned) {
        return add(new Operation(Kind.LINEARIZABLE_READ, clients++, 0, -1, value, invoked, returned, 0, 0));
    }

    History atLeast(final long position, final long value, final long invoked, final long returned) {
        return atLeast(clients++, position, position, value, invoked, returned);
    }

    History atLeast(final int client, final long asked, final long answered, final long value, final long invoked,
                    final long returned) {
        return add(new Operation(Kind.POSITION_READ, client, 0, -1, value, invoked, returned, asked, answered));
    }

    History local(final int node, final long value, final long invoked, final long returned) {
        return add(new Operation(Kind.LOCAL_READ, clients++, node, 0, value, invoked, returned, 0, 0));
    }

    History add(final Operation operation) {
        operations.add(operation);
        return this;
    }

    List<Operation> operations() {
        return operations;
    }

    Violation check() {
        return RegisterCheck.check("k", operations);
    }
}
