package io.tagma.engine;

/**
 * What a whole snapshot says of itself. Immutable.
 *
 * @param position  log position of the last message that the state has applied
 * @param nowMs     the engine's clock, epoch milliseconds
 * @param sections  number of sections
 * @param length    bytes of all messages
 * @param stateHash of the state written
 */
public record SnapshotSummary(long position, long nowMs, long sections, long length, long stateHash) {
    /** The state hash as people compare it: 16 hexadecimal digits. */
    public String stateHashText() {
        return String.format("%016x", stateHash);
    }
}
