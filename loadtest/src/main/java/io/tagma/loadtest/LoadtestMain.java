package io.tagma.loadtest;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of what runs Tagma from outside; the launcher starts it. */
@Command(name = "tagma", mixinStandardHelpOptions = true, version = "tagma 0.1",
    description = "Runs Tagma from outside.")
public final class LoadtestMain {
    /** Libraries that log their own start and stop; a reference, because loggers are collected with their levels. */
    private static final List<Logger> QUIET =
        List.of(Logger.getLogger("net.openhft"), Logger.getLogger("io.tagma.server.net"));

    private LoadtestMain() {
    }

    /** Runs a command and ends the process with its status. */
    public static void main(final String[] args) {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        QUIET.get(0).setLevel(Level.SEVERE);
        QUIET.get(1).setLevel(Level.WARNING);
        System.exit(commandLine(EmbeddedNode::start).execute(args));
    }

    /** Faults are one line: what went wrong, not where in our code. */
    static CommandLine commandLine(final ShopNode.Starter starter) {
        return new CommandLine(new LoadtestMain()).addSubcommand(new DemoCommand(starter))
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
