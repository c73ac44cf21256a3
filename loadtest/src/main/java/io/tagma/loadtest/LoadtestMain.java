package io.tagma.loadtest;

import io.tagma.loadtest.linear.LinearCommand;
import io.tagma.loadtest.race.RaceCommand;
import io.tagma.loadtest.torture.TortureCommand;
import io.tagma.server.LibrarySettings;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of what runs Tagma from outside; the launcher starts it. */
@Command(name = "tagma", mixinStandardHelpOptions = true, version = "tagma 0.1",
    description = "Runs Tagma from outside.")
public final class LoadtestMain {
    /** Logs where it listens, which the demo says itself; a reference, because loggers are collected with levels. */
    private static final Logger LISTENING = Logger.getLogger("io.tagma.server.net");

    private LoadtestMain() {
    }

    /** Runs a command and ends the process with its status. */
    public static void main(final String[] args) {
        LibrarySettings.apply();
        LISTENING.setLevel(Level.WARNING);
        System.exit(commandLine(EmbeddedNode::start).execute(args));
    }

    /** Faults are one line: what went wrong, not where in our code. */
    static CommandLine commandLine(final ShopNode.Starter starter) {
        return new CommandLine(new LoadtestMain()).addSubcommand(new DemoCommand(starter))
            .addSubcommand(new RaceCommand())
            .addSubcommand(new TortureCommand())
            .addSubcommand(new LinearCommand())
            .setExecutionExceptionHandler((fault, line, parsed) -> {
                line.getErr().println("tagma: " + messages(fault));
                return line.getCommandSpec().exitCodeOnExecutionException();
            });
    }

    private static String messages(final Throwable fault) {
        final StringBuilder text = new StringBuilder(String.valueOf(fault.getMessage()));
        for (Throwable cause = fault.getCause(); cause != null; cause = cause.getCause()) {
            text.append(": ").append(cause.getMessage());
        }
        return text.toString();
    }
}
