package io.tagma.server.cluster;

import io.aeron.Image;
import io.aeron.ImageFragmentAssembler;
import io.tagma.engine.log.StateMachine;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.IdleStrategy;

/** Reads a snapshot's frames from the replay of its recording; a frame longer than a datagram arrives in pieces. */
final class SnapshotImage implements StateMachine.SnapshotSource {
    private final Image image;
    private final IdleStrategy idle;
    private final AtomicLong progress;
    private final ImageFragmentAssembler assembler;
    private StateMachine.SnapshotSink consumer;
    private boolean isDelivered;

    SnapshotImage(final Image image, final IdleStrategy idle, final AtomicLong progress) {
        this.image = image;
        this.idle = idle;
        this.progress = progress;
        assembler = new ImageFragmentAssembler((buffer, offset, length, header) -> {
            isDelivered = true;
            consumer.write(buffer, offset, length);
        });
    }

    @Override
    public boolean read(final StateMachine.SnapshotSink consumer) {
        this.consumer = consumer;
        isDelivered = false;
        idle.reset();
        while (!isDelivered) {
            final int fragments = image.poll(assembler, 1);
            if (fragments == 0) {
                if (image.isClosed() || image.isEndOfStream()) {
                    return false;
                }
                idle.idle();
            }
            progress.lazySet(progress.get() + fragments);
        }
        return true;
    }
}
