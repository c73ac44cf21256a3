package io.tagma.server.cluster;

import io.tagma.engine.log.StateMachine;
import org.agrona.DirectBuffer;

/** Another machine, of which a test changes something. */
class DelegatingMachine implements StateMachine {
    private final StateMachine machine;

    DelegatingMachine(final StateMachine machine) {
        this.machine = machine;
    }

    @Override
    public void onMessage(final long position, final long timestampMs, final DirectBuffer buffer, final int offset,
                          final int length) {
        machine.onMessage(position, timestampMs, buffer, offset, length);
    }

    @Override
    public void onSlice(final long position, final long timestampMs) {
        machine.onSlice(position, timestampMs);
    }

    @Override
    public long nextSliceDelayMs() {
        return machine.nextSliceDelayMs();
    }

    @Override
    public int onIdle() {
        return machine.onIdle();
    }

    @Override
    public void snapshot(final SnapshotSink sink) {
        machine.snapshot(sink);
    }

    @Override
    public void restore(final SnapshotSource source) {
        machine.restore(source);
    }

    @Override
    public void check(final SnapshotSource source) {
        machine.check(source);
    }

    @Override
    public long stateHash() {
        return machine.stateHash();
    }
}
