package io.tagma.server;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What our libraries must be told before they are first used. Called once, at the start of a process. */
public final class LibrarySettings {
    /** Libraries that log their own start and stop; references, because loggers are collected with their levels. */
    private static final List<Logger> TALKATIVE = List.of(Logger.getLogger("net.openhft"));

    private LibrarySettings() {
    }

    /** No calls home, no announcements, and logs only of what goes wrong. */
    public static void apply() {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        TALKATIVE.forEach(logger -> logger.setLevel(Level.SEVERE));
    }
}
