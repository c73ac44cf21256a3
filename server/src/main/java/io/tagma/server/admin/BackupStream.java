package io.tagma.server.admin;

/** The bytes of a backup as they are read from the disk. Calls block, come from one thread, and end with a close. */
public interface BackupStream extends AutoCloseable {
    /** A name for the file. */
    String name();

    /** The next bytes; null behind the last. Throws where the snapshot is damaged: what was read is no backup. */
    byte[] next();

    @Override
    void close();
}
