package io.tagma.engine;

/**
 * What the engine has done, counted: asserted in tests, shown to people. Monotonic since the process began.
 *
 * @param predicatesVisited predicates looked at because a measure changed
 * @param segmentsEvaluated segments evaluated for a subject
 * @param recordsRead       records decoded to take measures
 * @param recordsCopied     records moved in memory by changes to others
 * @param rowsWritten       rows published
 * @param slices            slices run
 * @param sliceWorkMax      most work units spent in one slice
 * @param sliceWork         work units spent in the last slice
 * @param workUnits         work units of commands and slices
 */
public record WorkCounters(long predicatesVisited, long segmentsEvaluated, long recordsRead, long recordsCopied,
                           long rowsWritten, long slices, long sliceWorkMax, long sliceWork, long workUnits) {
}
