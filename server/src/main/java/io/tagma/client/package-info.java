/**
 * The Java client of the binary protocol: {@link io.tagma.client.TagmaClient} is the door, the records are its answers.
 *
 * <pre>
 * TagmaClient (any thread) -> Call -> Reads      -> NodeSet -> Node -> ServerConnection -> a server
 *                                     Hedging       which one is in use
 *                                  -> ClientLane -> NodeSet ...
 * </pre>
 *
 * <p>Everything behind {@code TagmaClient} belongs to its one event loop. Give it the addresses of all nodes:
 * {@code ClientSettings.of("a:7070", "b:7070", "c:7070")}; it connects to those only, also when a server names another.
 * What each failure leads to:
 * <table>
 * <caption>Failures</caption>
 * <tr><th>what happens</th><th>look-ups</th><th>updates</th></tr>
 * <tr><td>a connection breaks or is refused</td><td>asked anew on another node at once</td>
 * <td>sent again on another node at once, same lane and sequences</td></tr>
 * <tr><td>the node is silent for 60 to 95 ms, a ping included</td><td>asked on another node as well</td>
 * <td>wait until it is given up ({@code silenceMax}), then as above</td></tr>
 * <tr><td>an answer is slower than 99 % of the recent ones</td><td>asked on a second node as well, 5 % at most</td>
 * <td>wait</td></tr>
 * <tr><td>the position asked for is not applied there</td><td>asked on the node named, or on the others in turn</td>
 * <td></td></tr>
 * <tr><td>the node has no way to the leader for a quarter of a second, or leaves updates unanswered for two seconds
 * </td><td colspan="2">the client goes to another node</td></tr>
 * <tr><td>a node recovers</td><td colspan="2">it is kept connected; the client stays where it is</td></tr>
 * </table>
 *
 * <p>A look-up on another node may be answered from an older state than the one before it: ask with
 * {@link io.tagma.client.TagmaClient#lookupFresh} where that matters.
 *
 * <p>Imports Netty, Agrona and {@code engine.protocol} only, so that a shop can take it without the server.
 */
package io.tagma.client;
