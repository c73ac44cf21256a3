package io.tagma.loadtest.race;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.Header;
import io.tagma.server.cluster.AttentiveIdleStrategy;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A bare Aeron Cluster of one node that sends back what it is sent, set up as a server's log is: flushed, with
 * checksums, the same threads, terms and segments. Its client is in this process too, and reaches it through memory.
 * One thread opens, runs and closes.
 */
final class AeronEcho implements AutoCloseable {
    private static final int TERM_LENGTH = 1024 * 1024;
    private static final int SEGMENT_LENGTH = 64 * 1024 * 1024;
    private static final String ANY_PORT = "aeron:udp?endpoint=127.0.0.1:0|term-length=64k";

    private final MediaDriver driver;
    private final Archive archive;
    private final ConsensusModule consensusModule;
    private final ClusteredServiceContainer container;
    private final AeronCluster client;
    private final UnsafeBuffer message;
    private long answered;

    AeronEcho(final Path directory, final int messageLength) {
        message = new UnsafeBuffer(new byte[messageLength]);
        final String aeronDirectory = "/dev/shm/tagma-race-" + ProcessHandle.current().pid();
        driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(aeronDirectory)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(idleStrategy())
            .termBufferSparseFile(true)
            .ipcTermBufferLength(TERM_LENGTH)
            .publicationTermBufferLength(TERM_LENGTH)
            .spiesSimulateConnection(true));
        archive = Archive.launch(new Archive.Context()
            .aeronDirectoryName(aeronDirectory)
            .archiveDir(directory.resolve("archive").toFile())
            .controlChannelEnabled(false)
            .recordingEventsEnabled(false)
            .replicationChannel(ANY_PORT)
            .archiveClientContext(new AeronArchive.Context().controlResponseChannel(ANY_PORT))
            .threadingMode(ArchiveThreadingMode.DEDICATED)
            .idleStrategySupplier(AeronEcho::idleStrategy)
            .segmentFileLength(SEGMENT_LENGTH)
            .fileSyncLevel(1)
            .catalogFileSyncLevel(1)
            .recordChecksum(Checksums.crc32c())
            .replayChecksum(Checksums.crc32c()));
        consensusModule = ConsensusModule.launch(new ConsensusModule.Context()
            .aeronDirectoryName(aeronDirectory)
            .clusterDir(directory.resolve("cluster").toFile())
            .clusterMemberId(0)
            .clusterMembers("0,127.0.0.1:0,127.0.0.1:0,127.0.0.1:0,127.0.0.1:0,127.0.0.1:0")
            .ingressChannel("aeron:udp?term-length=1m")
            .isIpcIngressAllowed(true)
            .logChannel("aeron:udp?term-length=4m")
            .replicationChannel(ANY_PORT)
            .fileSyncLevel(1)
            .idleStrategySupplier(AeronEcho::idleStrategy));
        container = ClusteredServiceContainer.launch(new ClusteredServiceContainer.Context()
            .aeronDirectoryName(aeronDirectory)
            .clusterDir(directory.resolve("cluster").toFile())
            .clusteredService(new Echo())
            .idleStrategySupplier(AeronEcho::idleStrategy));
        client = AeronCluster.connect(new AeronCluster.Context()
            .aeron(Aeron.connect(new Aeron.Context().aeronDirectoryName(aeronDirectory)))
            .ownsAeronClient(true)
            .isIngressExclusive(true)
            .ingressChannel("aeron:ipc?term-length=1m")
            .egressChannel("aeron:ipc?term-length=1m")
            .egressListener(new Answers()));
    }

    /** Keeps so many messages under way for so long; how many came back. */
    long run(final int inFlight, final long durationNs) {
        final IdleStrategy idle = idleStrategy();
        final long first = answered;
        long offered = answered;
        final long endNs = System.nanoTime() + durationNs;
        while (System.nanoTime() - endNs < 0) {
            int work = 0;
            while (offered - answered < inFlight && client.offer(message, 0, message.capacity()) > 0) {
                offered++;
                work++;
            }
            idle.idle(work + client.pollEgress());
        }
        final long count = answered - first;
        final long settledNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (answered < offered) {
            if (System.nanoTime() - settledNs > 0) {
                throw new IllegalStateException("the echo lost messages: offered=" + offered + ", answered="
                    + answered);
            }
            idle.idle(client.pollEgress());
        }
        return count;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(client, consensusModule, container, archive, driver);
    }

    private static IdleStrategy idleStrategy() {
        return new AttentiveIdleStrategy();
    }

    private final class Answers implements EgressListener {
        @Override
        public void onMessage(final long sessionId, final long timestamp, final DirectBuffer buffer, final int offset,
                              final int length, final Header header) {
            if (length != message.capacity()) {
                throw new IllegalStateException("the echo answered something else: length=" + length);
            }
            answered++;
        }
    }

    /** Sends back. */
    private static final class Echo implements ClusteredService {
        private IdleStrategy idle;

        @Override
        public void onStart(final Cluster cluster, final Image snapshotImage) {
            idle = cluster.idleStrategy();
        }

        @Override
        public void onSessionMessage(final ClientSession session, final long timestamp, final DirectBuffer buffer,
                                     final int offset, final int length, final Header header) {
            idle.reset();
            while (session.offer(buffer, offset, length) < 0) {
                idle.idle();
            }
        }

        @Override
        public void onSessionOpen(final ClientSession session, final long timestamp) {
        }

        @Override
        public void onSessionClose(final ClientSession session, final long timestamp, final CloseReason closeReason) {
        }

        @Override
        public void onTimerEvent(final long correlationId, final long timestamp) {
        }

        @Override
        public void onTakeSnapshot(final ExclusivePublication snapshotPublication) {
        }

        @Override
        public void onRoleChange(final Cluster.Role newRole) {
        }

        @Override
        public void onTerminate(final Cluster cluster) {
        }
    }
}
