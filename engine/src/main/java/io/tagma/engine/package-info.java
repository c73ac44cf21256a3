/**
 * The engine: commands in, changes out. {@code Engine} is the deterministic state machine behind the log;
 * {@link io.tagma.engine.EngineView} is what queries see of it between commands, on its own thread;
 * {@link io.tagma.engine.EngineListener} hears its results. A new operation is a message in {@code tagma.xml}, a
 * {@code protocol.Command}, and a method of {@code SubjectCommands} or {@code RecordCommands}, which {@code Engine}
 * calls; all pass {@code Admission}. {@code Definitions} takes what merchandisers define.
 *
 * <h2>How to change a rule without breaking replay</h2>
 * A log is replayed years later, and for a while by nodes of old and new software side by side: what a command did, it
 * must do again. So whatever changes a result, the state or its hash is switched by the <em>application version</em>,
 * which is part of the state:
 * <ol>
 *   <li>Give {@link io.tagma.engine.ApplicationVersion} the next number, with a sentence on what it changes, and make
 *       it the newest. Several changes of one release share a number.
 *   <li>Where the rule is applied, ask {@code state.applicationVersion() >= ApplicationVersion.THE_NEW_RULE} and keep
 *       the old way for less, to the byte; tell the naive oracle both.
 *   <li>What the state has to say more is written to the snapshot only under the new version, so that as long as the
 *       old one holds, old and new nodes write the same bytes and have the same hash.
 *   <li>Test both ways, and both in the replicated simulation.
 * </ol>
 * New logs begin with the newest version (Genesis says so); others keep theirs, whatever software runs them, until all
 * nodes are new and a {@code SetApplicationVersion} is logged. It never falls. A node that does not know the version
 * that it meets, in the log or in a snapshot, stops with a {@link io.tagma.engine.log.NodeTooOldException}, and so does
 * one that meets a snapshot in a format it does not know: edges refuse a version that they do not know, and ask their
 * peers, before it is logged. Only what could never be applied, because it ended the process, may be mended without a
 * version. A new command, too, is unknown to old nodes, which would refuse it, so edges offer it under the new version
 * only.
 *
 * <p>Imports every package of the engine; the server imports it.
 */
package io.tagma.engine;
