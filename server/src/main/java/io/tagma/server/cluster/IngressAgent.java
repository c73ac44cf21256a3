package io.tagma.server.cluster;

import io.aeron.Aeron;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.exceptions.AeronException;
import io.tagma.engine.log.EntryQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Carries waiting entries into the cluster: packs them into one message, offers it until it is taken, keeps the session
 * alive and opens another where it was closed. A message that a dying session had taken may be lost; nobody was
 * answered for it, and whoever asked sends again under the same sequence.
 */
final class IngressAgent implements Agent {
    /** Longest cluster message: an eighth of the ingress term of 1 MB, without the session's header. */
    static final int MESSAGE_LENGTH_MAX = 128 * 1024 - AeronCluster.SESSION_HEADER_LENGTH;

    private static final System.Logger LOGGER = System.getLogger(IngressAgent.class.getName());
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long KEEP_ALIVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final EntryQueue queue;
    private final Aeron aeron;
    private final AgentInvoker conductor;
    private final AeronCluster.Context context;
    private final SnapshotToggle snapshots;
    private final DiskGuard guard;
    private final AcknowledgedMark mark;
    private final Watchdog watchdog;
    private final NanoClock nanoClock;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE_LENGTH_MAX]);
    private final AtomicLong offeredMessages = new AtomicLong();
    private AeronCluster.AsyncConnect connecting;
    private AeronCluster session;
    private int messageLength;
    private long pollDueNs;
    private long keepAliveDueNs;
    private volatile boolean isConnected;
    private volatile boolean isDraining;
    private volatile boolean isDrained;

    IngressAgent(final EntryQueue queue, final Aeron aeron, final AeronCluster.Context context,
                 final SnapshotToggle snapshots, final DiskGuard guard, final AcknowledgedMark mark,
                 final Watchdog watchdog, final NanoClock nanoClock) {
        this.queue = queue;
        this.aeron = aeron;
        this.context = context;
        this.snapshots = snapshots;
        this.guard = guard;
        this.mark = mark;
        this.watchdog = watchdog;
        this.nanoClock = nanoClock;
        conductor = aeron.conductorAgentInvoker();
    }

    @Override
    public String roleName() {
        return "tagma-ingress";
    }

    @Override
    public int doWork() {
        final long nowNs = nanoClock.nanoTime();
        if (session == null) {
            return connect();
        }
        int work = send(nowNs);
        if (nowNs - pollDueNs >= 0) {
            pollDueNs = nowNs + POLL_INTERVAL_NS;
            work += conductor.invoke();
            work += session.pollEgress();
            watchdog.poll(nowNs);
            guard.poll(nowNs);
            mark.poll(nowNs);
            if (nowNs - keepAliveDueNs >= 0 && session.sendKeepAlive()) {
                keepAliveDueNs = nowNs + KEEP_ALIVE_INTERVAL_NS;
            }
            work += snapshots.poll();
        }
        if (session.isClosed()) {
            LOGGER.log(System.Logger.Level.WARNING, "session was closed, opening another");
            session = null;
            isConnected = false;
        }
        return work;
    }

    @Override
    public void onClose() {
        CloseHelper.closeAll(watchdog, connecting, session, aeron, mark);
    }

    /** Whether a session has been opened and not closed since. */
    boolean isConnected() {
        return isConnected;
    }

    /** Asks for {@link #isDrained}; nothing may be offered to the queue any more. */
    void drain() {
        isDraining = true;
    }

    /** Whether the queue has been emptied into the cluster. */
    boolean isDrained() {
        return isDrained;
    }

    /** Messages that the cluster's ingress has taken. */
    long offeredMessages() {
        return offeredMessages.get();
    }

    private int send(final long nowNs) {
        if (messageLength == 0) {
            messageLength = queue.drain(message, MESSAGE_LENGTH_MAX);
            if (messageLength == 0) {
                isDrained = isDraining;
                return 0;
            }
        }
        if (session.offer(message, 0, messageLength) < 0) {
            return 0;
        }
        offeredMessages.lazySet(offeredMessages.get() + 1);
        keepAliveDueNs = nowNs + KEEP_ALIVE_INTERVAL_NS;
        final int sent = messageLength;
        messageLength = 0;
        return sent;
    }

    private int connect() {
        conductor.invoke();
        try {
            if (connecting == null) {
                connecting = AeronCluster.asyncConnect(context.clone());
            }
            session = connecting.poll();
        } catch (final AeronException ex) {
            LOGGER.log(System.Logger.Level.WARNING, "no session yet: " + ex.getMessage());
            CloseHelper.close(connecting);
            connecting = null;
            return 0;
        }
        if (session == null) {
            return 0;
        }
        connecting = null;
        isConnected = true;
        return 1;
    }
}
