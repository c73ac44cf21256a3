package io.tagma.server;

import io.tagma.server.backup.BackupFile;
import io.tagma.server.backup.DamagedBackupException;
import io.tagma.server.backup.Restore;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds a data directory from a backup. Exit status 0 exactly where a server can start on it. */
@Command(name = "restore", mixinStandardHelpOptions = true,
    description = {"Build a data directory from a backup; then start a server on it with tagma serve --data DIR.",
        "Positions begin again at 0: clients and followers of the change stream that remember a position forget it."})
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", required = true,
        description = "The directory to build; empty, or not there yet.")
    private Path data;

    @Override
    public Integer call() {
        try (BackupFile backup = new BackupFile(file)) {
            Restore.into(data, backup);
            spec.commandLine().getOut().println("tagma: restored: data=" + data + ", file=" + file + ", "
                + VerifyCommand.words(backup));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (final DamagedBackupException | IllegalStateException | UncheckedIOException fault) {
            return VerifyCommand.failed(spec, fault);
        }
    }
}
