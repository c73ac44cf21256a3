package io.tagma.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the server. */
@Command(name = "tagma", mixinStandardHelpOptions = true, version = "tagma 0.1",
    description = "In-memory customer segmentation server.",
    subcommands = {ServeCommand.class, ClusterCommand.class, ConformanceCommand.class, BackupCommand.class,
        VerifyCommand.class, RestoreCommand.class})
public final class Tagma {
    /** Status of a process that could not start or whose log failed. */
    static final int FAILED = 1;

    private Tagma() {
    }

    /** Runs a command and ends the process with its status. */
    public static void main(final String[] args) {
        LibrarySettings.apply();
        System.exit(commandLine(args).execute(args));
    }

    /** The commands; {@code serve} with the values of the file that the arguments name. */
    static CommandLine commandLine(final String... args) {
        final CommandLine all = new CommandLine(new Tagma());
        ServeCommand.useConfigFile(all.getSubcommands().get("serve"), args);
        return all;
    }
}
