/**
 * Backups: a snapshot of the state as one file. {@link io.tagma.server.backup.BackupWriter} makes its bytes,
 * {@link io.tagma.server.backup.BackupFile} checks and reads one, {@link io.tagma.server.backup.Restore} builds a data
 * directory from it.
 *
 * <p>Knows the engine's snapshots and the node that keeps them; {@code server} imports it.
 */
package io.tagma.server.backup;
