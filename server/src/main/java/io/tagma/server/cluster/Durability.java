package io.tagma.server.cluster;

/** What an acknowledgement promises. */
public enum Durability {
    /** The command was flushed to the disk: it survives loss of power. */
    FLUSHED(1),
    /** The command was handed to the operating system: it survives the death of the process. */
    OS_BUFFERED(0);

    private final int fileSyncLevel;

    Durability(final int fileSyncLevel) {
        this.fileSyncLevel = fileSyncLevel;
    }

    int fileSyncLevel() {
        return fileSyncLevel;
    }
}
