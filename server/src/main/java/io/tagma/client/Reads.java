package io.tagma.client;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Which node a look-up is asked on: the one in use; another one when that is lost, silent, shutting down or behind; a
 * second one as well when it is slow. Belongs to the client's event loop.
 */
final class Reads {
    private static final long RETRY_MS = 5;

    private final TagmaClient client;
    private final EventLoop eventLoop;
    private final RequestWriter writer;
    private final NodeSet nodes;
    private final Hedging hedging;
    private final Counters counters;
    private final ArrayDeque<ReadCall<?>> parked = new ArrayDeque<>();
    private final Runnable hedge = this::hedge;
    private boolean isHedgeScheduled;

    Reads(final TagmaClient client, final EventLoop eventLoop, final RequestWriter writer, final NodeSet nodes,
          final Hedging hedging, final Counters counters) {
        this.client = client;
        this.eventLoop = eventLoop;
        this.writer = writer;
        this.nodes = nodes;
        this.hedging = hedging;
        this.counters = counters;
    }

    /** Asks on the node in use, or parks the call until a node can be asked. */
    void dispatch(final ReadCall<?> call) {
        if (call.isDone()) {
            return;
        }
        final ServerConnection connection = nodes.connection();
        if (connection == null) {
            parked.add(call);
        } else {
            ask(call, connection);
        }
    }

    /** A node may have become ready. */
    void unpark() {
        for (int i = parked.size(); i > 0; i--) {
            dispatch(parked.poll());
        }
    }

    void forgetDone() {
        parked.removeIf(Call::isDone);
    }

    /** Everything asked on the node is asked on another as well, if one is well. */
    void moveFrom(final Node suspect) {
        nodes.leave(suspect);
        suspect.forEachConnection(connection -> {
            for (final Reply reply : connection.waiting()) {
                final ReadCall<?> call = reply.read();
                if (call != null && !call.isDone()) {
                    final Node other = nodes.inUse().isWell() ? nodes.inUse() : nodes.otherThan(suspect);
                    if (other != null) {
                        ask(call, other.ready());
                    }
                }
            }
        });
    }

    /** The node says that it goes: another one is used, as soon as one is well. False where there is no other. */
    boolean leave(final Node node) {
        nodes.leave(node);
        return nodes.count() > 1;
    }

    /** Asks anew: at once where another node is in use, otherwise a little later. */
    void askAgain(final ReadCall<?> call, final Node left) {
        if (nodes.inUse() == left) {
            askLater(call, null);
        } else {
            dispatch(call);
        }
    }

    /**
     * A node has not applied the position yet: asks the named one, or else the next; after a round, later. False where
     * there is no other node.
     */
    boolean askElsewhere(final ReadCall<?> call, final Node behind, final String named) {
        if (nodes.count() == 1) {
            return false;
        }
        counters.staleRetries.incrementAndGet();
        final Node known = named.isEmpty() ? null : nodes.named(named);
        final Node target = known != null && known != behind && known.isWell() ? known : nodes.after(behind);
        if (call.tries() < nodes.count()) {
            askOn(call, target);
        } else {
            askLater(call, target);
        }
        return true;
    }

    /** By the node that was asked first, and once. */
    void answered(final ReadCall<?> call, final long tookNs) {
        hedging.answered(call.pace(), tookNs);
    }

    void onHedgeWon() {
        counters.hedgesWon.incrementAndGet();
    }

    private void askLater(final ReadCall<?> call, final Node node) {
        eventLoop.schedule(() -> {
            askOn(call, node);
            client.onReadComplete();
        }, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    private void askOn(final ReadCall<?> call, final Node node) {
        final ServerConnection connection = node == null ? null : node.ready();
        if (connection == null) {
            dispatch(call);
        } else if (!call.isDone()) {
            ask(call, connection);
        }
    }

    private void ask(final ReadCall<?> call, final ServerConnection connection) {
        final boolean isFirst = call.tries() == 0;
        call.ask(writer, connection, System.nanoTime());
        if (isFirst && call.pace() != ReadCall.Pace.OPEN && nodes.count() > 1) {
            hedging.asked(call);
            scheduleHedge();
        }
    }

    private void scheduleHedge() {
        if (!isHedgeScheduled) {
            final long waitNs = hedging.waitNs(System.nanoTime());
            if (waitNs != Hedging.NEVER) {
                isHedgeScheduled = true;
                eventLoop.schedule(hedge, waitNs, TimeUnit.NANOSECONDS);
            }
        }
    }

    private void hedge() {
        isHedgeScheduled = false;
        final long nowNs = System.nanoTime();
        ReadCall<?> late = hedging.next(nowNs);
        while (late != null) {
            final Node second = nodes.otherThan(late.askedOf());
            if (second == null) {
                hedging.refund();
            } else {
                counters.hedges.incrementAndGet();
                late.hedge(writer, second.ready());
            }
            late = hedging.next(nowNs);
        }
        client.onReadComplete();
        scheduleHedge();
    }
}
