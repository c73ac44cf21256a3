/**
 * Races: Tagma beside a peer that does less, in interleaved rounds of one run, by rate and by processor time.
 * {@link io.tagma.loadtest.race.RaceCommand} is the command line, {@link io.tagma.loadtest.race.LogRace} the race of
 * the log.
 *
 * <p>Imports the server and its client. The only home of Aeron here: a bare cluster that echoes is the peer.
 */
package io.tagma.loadtest.race;
