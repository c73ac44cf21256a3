/**
 * The binary protocol on Netty: frames in, look-ups answered on the thread that read them, commands handed to the log,
 * results brought back to the connection that asked. {@link io.tagma.server.net.BinaryServer} is the door;
 * {@link io.tagma.server.net.ResultRouter} is what the engine's results are told to.
 *
 * <pre>
 * Connection (frames) -> FrameCheck -> RequestAdapter -> Lookups   -> ReplyProxy -> one buffer, one flush a read batch
 *                                                     -> LogProxy  -> CommandLog
 * engine's thread     -> ResultRouter -> ResultQueue  -> Loop      -> ReplyProxy -> one flush a batch of results
 * </pre>
 *
 * <p>{@link io.tagma.server.net.Nodes} is how an answer can name another node of the cluster.
 *
 * <p>Imports {@code engine}, {@code engine.protocol}, {@code engine.log} and Netty. Called by the server that puts the
 * house together.
 */
package io.tagma.server.net;
