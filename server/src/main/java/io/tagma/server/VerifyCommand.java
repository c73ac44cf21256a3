package io.tagma.server;

import io.tagma.engine.SnapshotSummary;
import io.tagma.server.backup.BackupFile;
import io.tagma.server.backup.DamagedBackupException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a backup without a server. Exit status 0 exactly where it is whole. */
@Command(name = "verify", mixinStandardHelpOptions = true,
    description = "Check a backup: the checksum over all its bytes, its snapshot's sections, and the end.")
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Override
    public Integer call() {
        try (BackupFile backup = new BackupFile(file)) {
            spec.commandLine().getOut().println("tagma: whole: file=" + file + ", " + words(backup));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (final DamagedBackupException | UncheckedIOException fault) {
            return failed(spec, fault);
        }
    }

    /** What a backup is, in the words of all commands that make or take one. */
    static String words(final BackupFile backup) {
        final SnapshotSummary summary = backup.summary();
        return "bytes=" + backup.length() + ", checksum=" + backup.checksum() + ", position=" + summary.position()
            + ", clock=" + Instant.ofEpochMilli(summary.nowMs()) + ", stateHash=" + summary.stateHashText();
    }

    /** Says what went wrong, and answers the status of a process that failed. */
    static int failed(final CommandSpec spec, final RuntimeException fault) {
        final StringBuilder text = new StringBuilder("tagma: ").append(fault.getMessage());
        for (Throwable cause = fault.getCause(); cause != null; cause = cause.getCause()) {
            if (cause.getMessage() == null) {
                text.append(": ").append(cause.getClass().getSimpleName());
            } else if (text.indexOf(cause.getMessage()) < 0) {
                text.append(": ").append(cause.getMessage());
            }
        }
        spec.commandLine().getErr().println(text);
        spec.commandLine().getErr().flush();
        return Tagma.FAILED;
    }
}
