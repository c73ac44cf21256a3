/**
 * The one binary format of wire, log and snapshot: the codecs generated from {@code tagma.xml}, and commands as plain
 * values ({@link io.tagma.engine.protocol.Command}) for those who make them: clients, the HTTP edge, tests.
 *
 * <p>Imports nothing of Tagma. Anyone may call it.
 */
package io.tagma.engine.protocol;
