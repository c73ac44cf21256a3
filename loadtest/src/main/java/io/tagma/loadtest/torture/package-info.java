/**
 * Torture of real processes: {@link io.tagma.loadtest.torture.TortureCommand} starts nodes as anyone would, loads them
 * through the client while a ledger notes what was acknowledged, kills, stops, restarts and wipes them, and after each
 * round holds every node's answers against the ledger and against each other's. The words: a <em>round</em> is load,
 * one fault, the way back, and the check in quiet; a <em>gap</em> is the longest time in which no write was
 * acknowledged; a node is <em>back</em> when it is ready and has applied what had been acknowledged when it was started
 * or went on. Nobody calls in but the command line.
 */
package io.tagma.loadtest.torture;
