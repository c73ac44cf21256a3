package io.tagma.server.cluster;

/**
 * The newest snapshot, and what taking them costs this process: while the state is written, no command is applied, and
 * look-ups go on. Immutable.
 *
 * @param count       taken by this process
 * @param position    of the newest in the log, -1 where there is none
 * @param length      of the newest: bytes that the state machine's recording has on the disk, frames and all
 * @param takenAtMs   of the newest, epoch milliseconds; 0 where there is none
 * @param lastStallNs how long the newest held up the engine's thread; 0 where another process took it
 * @param maxStallNs  the longest of this process
 */
record SnapshotFigures(long count, long position, long length, long takenAtMs, long lastStallNs,
                       long maxStallNs) {
    static final SnapshotFigures NONE = new SnapshotFigures(0, -1, 0, 0, 0, 0);
}
