package io.tagma.client;

/**
 * What a client did to get its answers, since it was made.
 *
 * @param hedges       look-ups that were asked on a second node because the first was slow
 * @param hedgesWon    those of them that the second node answered first
 * @param failovers    how often the client went to another node because the one it used had failed
 * @param resends      commands that were sent again under the same sequence
 * @param staleRetries look-ups asked anew because a node had not applied their position
 */
public record ClientStats(long hedges, long hedgesWon, long failovers, long resends, long staleRetries) {
}
