package io.tagma.server;

import io.tagma.server.backup.BackupDownload;
import io.tagma.server.backup.BackupFile;
import io.tagma.server.backup.DamagedBackupException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches a backup from a running server. Exit status 0 exactly where the file is there and whole. */
@Command(name = "backup", mixinStandardHelpOptions = true,
    description = {"Fetch the whole state of a running server as one file, which is checked before it gets its name.",
        "What was acknowledged before the command began is in it."})
final class BackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Where to; must not exist.")
    private Path file;

    @Option(names = "--from", paramLabel = "URL", defaultValue = "http://127.0.0.1:" + ServerConfig.ADMIN_PORT,
        description = "Root of the server's HTTP API (default: ${DEFAULT-VALUE}).")
    private URI server;

    @Option(names = "--newest", description = "Take the server's newest snapshot instead of a fresh one.")
    private boolean newest;

    @Override
    public Integer call() {
        if (server.getHost() == null || !List.of("http", "https").contains(server.getScheme())) {
            throw new ParameterException(spec.commandLine(), "not the URL of a server: --from=" + server);
        }
        try (BackupFile backup = new BackupDownload(server, !newest).into(file)) {
            spec.commandLine().getOut().println("tagma: backed up: file=" + file + ", "
                + VerifyCommand.words(backup));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (final DamagedBackupException | IllegalStateException | UncheckedIOException fault) {
            return VerifyCommand.failed(spec, fault);
        }
    }
}
