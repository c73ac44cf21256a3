package io.tagma.client;

/**
 * Where a server stands.
 *
 * @param position applied log position
 * @param asOf     engine time, epoch milliseconds
 */
public record PingResult(long position, long asOf) {
}
