/**
 * The server: {@link io.tagma.server.TagmaServer} puts engine, log and faces together and takes them apart again;
 * {@link io.tagma.server.Tagma} is the command line.
 *
 * <p>Imports every package of the server; nothing of the server imports it.
 */
package io.tagma.server;
