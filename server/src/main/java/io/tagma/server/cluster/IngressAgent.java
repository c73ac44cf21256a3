package io.tagma.server.cluster;

import io.aeron.Aeron;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.cluster.codecs.AdminRequestType;
import io.aeron.cluster.codecs.AdminResponseCode;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.Header;
import io.tagma.engine.log.EntryQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.NanoClock;

/**
 * Carries waiting entries to the leader: packs them into messages, offers each until it is taken, and keeps it until
 * this node's own engine has applied it.
 *
 * <p>A session lives within a term of leadership. When the engine has seen the next term begin, everything of the old
 * one that was committed has been applied, so what is still missing is lost: another session is opened with the new
 * leader and the missing messages are sent again in their order. Where a session ends otherwise, a message may come
 * through the log twice; the engine answers a repeated command as it did the first time and applies it once.
 */
final class IngressAgent implements Agent {
    /** Longest cluster message: an eighth of the ingress term of 1 MB, without the session's header. */
    static final int MESSAGE_LENGTH_MAX = 128 * 1024 - AeronCluster.SESSION_HEADER_LENGTH;

    private static final System.Logger LOGGER = System.getLogger(IngressAgent.class.getName());
    private static final int MESSAGES_MAX = 64;
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long KEEP_ALIVE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LINE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(3);

    private final EntryQueue queue;
    private final Aeron aeron;
    private final AgentInvoker conductor;
    private final Function<LeaderTerm, AeronCluster.Context> contexts;
    private final EngineService service;
    private final SnapshotRequests snapshots;
    private final Watchdog watchdog;
    private final NanoClock nanoClock;
    private final SentMessages messages = new SentMessages(MESSAGES_MAX, MESSAGE_LENGTH_MAX);
    private final Egress egress = new Egress();
    private AeronCluster.AsyncConnect connecting;
    private AeronCluster session;
    private LeaderTerm term = LeaderTerm.NONE;
    private SessionCount count;
    private long counted;
    private boolean isTermDue;
    private long pollDueNs;
    private long keepAliveDueNs;
    private long lineDueNs;
    private volatile boolean isConnected;
    private volatile int leaderId = -1;
    private volatile boolean isDraining;
    private volatile boolean isDrained;

    /** @param contexts how to connect to a term's leader; without a client of the media driver and listeners */
    IngressAgent(final EntryQueue queue, final Aeron aeron, final Function<LeaderTerm, AeronCluster.Context> contexts,
                 final EngineService service, final SnapshotRequests snapshots, final Watchdog watchdog,
                 final NanoClock nanoClock) {
        this.queue = queue;
        this.aeron = aeron;
        this.contexts = contexts;
        this.service = service;
        this.snapshots = snapshots;
        this.watchdog = watchdog;
        this.nanoClock = nanoClock;
        conductor = aeron.conductorAgentInvoker();
        lineDueNs = nanoClock.nanoTime();
    }

    @Override
    public String roleName() {
        return "tagma-ingress";
    }

    @Override
    public int doWork() {
        final long nowNs = nanoClock.nanoTime();
        takeApplied();
        if (service.term() != term) {
            onTerm();
        }
        int work = session == null ? connect(nowNs) : isTermDue ? 0 : send(nowNs);
        if (nowNs - pollDueNs >= 0) {
            pollDueNs = nowNs + POLL_INTERVAL_NS;
            work += conductor.invoke();
            if (session != null) {
                work += poll(nowNs);
            }
        }
        return work;
    }

    @Override
    public void onClose() {
        CloseHelper.closeAll(watchdog, connecting, session, aeron);
    }

    /** Whether a session is open. */
    boolean isConnected() {
        return isConnected;
    }

    /** The member that the session is with, or was last. */
    int leaderId() {
        return leaderId;
    }

    /** Asks for {@link #isDrained}; nothing may be offered to the queue any more. */
    void drain() {
        isDraining = true;
    }

    /** Whether everything that was in the queue has been applied. */
    boolean isDrained() {
        return isDrained;
    }

    private void takeApplied() {
        final long applied = count == null ? 0 : count.applied();
        if (applied != counted) {
            messages.applied(applied - counted);
            counted = applied;
        }
    }

    /** Another term has begun. What was applied before it is read after it. */
    private void onTerm() {
        term = service.term();
        isTermDue = false;
        leaderId = term.leaderId();
        final boolean hadSession = session != null;
        final long lost = disconnect();
        if (hadSession || lost > 0) {
            LOGGER.log(System.Logger.Level.INFO, "a new term of leadership has begun: term=" + term.id() + ", leader="
                + term.leaderId() + ", messagesSentAgain=" + lost);
        }
    }

    /** Answers how many messages are to be sent again. */
    private long disconnect() {
        isConnected = false;
        takeApplied();
        count = null;
        counted = 0;
        CloseHelper.closeAll(watchdog, connecting, session);
        connecting = null;
        session = null;
        return messages.rewind();
    }

    private int send(final long nowNs) {
        int work = 0;
        while (messages.pack(queue)) {
            final int length = messages.nextLength();
            if (session.offer(messages.next(), 0, length) < 0) {
                return work;
            }
            messages.sent();
            keepAliveDueNs = nowNs + KEEP_ALIVE_INTERVAL_NS;
            work += length;
        }
        if (isDraining && messages.isEmpty() && queue.isEmpty()) {
            isDrained = true;
        }
        return work;
    }

    private int poll(final long nowNs) {
        int work = session.pollEgress();
        if (nowNs - keepAliveDueNs >= 0 && session.sendKeepAlive()) {
            keepAliveDueNs = nowNs + KEEP_ALIVE_INTERVAL_NS;
        }
        work += snapshots.poll(session, nowNs);
        if (session.isClosed()) {
            LOGGER.log(System.Logger.Level.WARNING, "the session with the leader has ended, opening another: leader="
                + term.leaderId());
            disconnect();
        }
        return work;
    }

    private int connect(final long nowNs) {
        conductor.invoke();
        if (isTermDue) {
            return 0;
        }
        try {
            if (connecting == null) {
                connecting = AeronCluster.asyncConnect(contexts.apply(term)
                    .aeron(aeron)
                    .ownsAeronClient(false)
                    .isIngressExclusive(true)
                    .egressListener(egress)
                    .errorHandler(watchdog));
            }
            session = connecting.poll();
        } catch (final AeronException ex) {
            if (nowNs - lineDueNs >= 0) {
                lineDueNs = nowNs + LINE_INTERVAL_NS;
                LOGGER.log(System.Logger.Level.WARNING, "no session with the leader yet: leader=" + term.leaderId()
                    + ", reason=" + ex.getMessage());
            }
            CloseHelper.close(connecting);
            connecting = null;
            return 0;
        }
        if (session == null) {
            return 0;
        }
        connecting = null;
        count = new SessionCount(session.clusterSessionId());
        service.watch(count);
        leaderId = session.leaderMemberId();
        isConnected = true;
        return 1;
    }

    /** What the leader says to this node's session. */
    private final class Egress implements EgressListener {
        @Override
        public void onMessage(final long sessionId, final long timestamp, final DirectBuffer buffer, final int offset,
                              final int length, final Header header) {
        }

        /** Known here before the engine has seen it: nothing may be sent until the term's event has come. */
        @Override
        public void onNewLeader(final long sessionId, final long termId, final int leaderId,
                                final String ingressEndpoints) {
            isTermDue = termId > term.id();
        }

        @Override
        public void onAdminResponse(final long sessionId, final long correlationId, final AdminRequestType type,
                                    final AdminResponseCode code, final String message, final DirectBuffer payload,
                                    final int offset, final int length) {
            snapshots.onAnswer(correlationId, code, message, nanoClock.nanoTime());
        }
    }
}
