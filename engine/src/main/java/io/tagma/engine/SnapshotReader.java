package io.tagma.engine;

import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import io.tagma.engine.protocol.StateReader;
import org.agrona.DirectBuffer;

/** Puts the sections of a snapshot together again; refuses one that is damaged or has no end. */
final class SnapshotReader extends StateReader {
    private final SnapshotSource source;
    private final SnapshotCheck check = new SnapshotCheck();
    private int used;

    SnapshotReader(final SnapshotSource source) {
        this.source = source;
    }

    /** How the state is written; reads the beginning where it has not been read. */
    int format() {
        while (!check.isBegun() && source.read(this::onMessage)) {
            // Only the first message is a beginning.
        }
        if (!check.isBegun()) {
            throw new IllegalStateException("the snapshot has no beginning");
        }
        return check.format();
    }

    @Override
    public void getBytes(final byte[] destination, final int offset, final int wanted) {
        int done = 0;
        while (done < wanted) {
            while (used == check.contentLength()) {
                if (check.isEnded() || !source.read(this::onMessage)) {
                    throw new IllegalStateException("the snapshot breaks off: sections=" + check.sections());
                }
            }
            final int part = Math.min(wanted - done, check.contentLength() - used);
            System.arraycopy(check.content(), used, destination, offset + done, part);
            used += part;
            done += part;
        }
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length) {
        used = 0;
        check.onMessage(buffer, offset, length);
    }

    /** Log position at which the snapshot was taken. */
    long position() {
        return check.summary().position();
    }

    /** Versions of the node that wrote it. */
    RuleVersions versions() {
        return check.versions();
    }

    /** Hash of the state written; at the end. */
    long stateHash() {
        return check.summary().stateHash();
    }

    /** Reads on to the end, which proves that nothing is missing. */
    void expectEnd() {
        while (!check.isEnded()) {
            if (used != check.contentLength() || !source.read(this::onMessage)) {
                throw new IllegalStateException("the snapshot does not end where it should: sections="
                    + check.sections());
            }
        }
    }
}
