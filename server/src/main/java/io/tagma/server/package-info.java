/**
 * The server: {@link io.tagma.server.TagmaServer} puts engine, log and faces together and takes them apart again;
 * {@link io.tagma.server.Tagma} is the command line.
 *
 * <p>The order of start:
 *
 * <pre>
 *   binary and HTTP ports       taken, and say that the node is starting
 *   peers                       asked where they are, where there are any
 *   log                         directory locked, files scrubbed, seeded where it must be, Aeron launched, newest
 *                               snapshot restored, log replayed, session with the leader opened, janitor
 *   first command               Genesis, where the log is new
 *   lane                        of the commands that come over HTTP
 *   HTTP, then binary           answer
 * </pre>
 *
 * Closed: peers, binary, HTTP, lane, log, engine; what was taken is applied.
 *
 * <p>Imports every package of the server; nothing of the server imports it.
 */
package io.tagma.server;
