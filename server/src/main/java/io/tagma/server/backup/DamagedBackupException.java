package io.tagma.server.backup;

/** The file is no backup, or not a whole one; nothing is made of it. */
public final class DamagedBackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedBackupException(final String message) {
        super(message);
    }

    DamagedBackupException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
