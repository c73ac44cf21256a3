package io.tagma.loadtest;

import java.nio.file.Path;

/**
 * How a node is to be started. Immutable.
 *
 * @param directory        where its log and snapshots lie; null keeps everything in memory
 * @param port             binary port; 0 for any free one
 * @param adminPort        0 for any free one
 * @param subjectsExpected how many subjects it is laid out for
 * @param manualClockMs    where a clock starts that is moved by hand; null for the real one
 */
record NodeSettings(Path directory, int port, int adminPort, int subjectsExpected, Long manualClockMs) {
}
