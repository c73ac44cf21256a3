package io.tagma.engine;

import io.tagma.engine.protocol.Command;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** A client of the replicas: a lane, what it has sent on it, and what of that it was not told of yet. */
final class ReplicaClient {
    private final long id;
    private final Map<Long, Command> sent = new HashMap<>();
    private final TreeMap<Long, byte[]> pending = new TreeMap<>();
    private final Queue<Command> next = new ArrayDeque<>();
    private int node;

    ReplicaClient(final long id, final int node) {
        this.id = id;
        this.node = node;
    }

    long id() {
        return id;
    }

    /** The node that it talks to. */
    int node() {
        return node;
    }

    void node(final int other) {
        node = other;
    }

    /** What it wants to send next, in that order, before anything else. */
    Queue<Command> next() {
        return next;
    }

    /** What was sent under the sequence. */
    Command sent(final long sequence) {
        return sent.get(sequence);
    }

    /** Takes the next sequence for a command, of which that is the frame. */
    long send(final Command command, final LongFunction<byte[]> frame) {
        final long sequence = sent.size() + 1L;
        sent.put(sequence, command);
        pending.put(sequence, frame.apply(sequence));
        return sequence;
    }

    /** Frames by sequence that were not answered. */
    TreeMap<Long, byte[]> pending() {
        return pending;
    }
}
