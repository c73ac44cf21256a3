/**
 * The engine: commands in, changes out. {@code Engine} is the deterministic state machine behind the log;
 * {@link io.tagma.engine.EngineView} is what queries see of it between commands, on its own thread;
 * {@link io.tagma.engine.EngineListener} hears its results. A new operation is a message in {@code tagma.xml}, a
 * {@code protocol.Command}, and a method of {@code SubjectCommands} or {@code RecordCommands}, which {@code Engine}
 * calls; all pass {@code Admission}. {@code Definitions} takes what merchandisers define.
 *
 * <p>Imports every package of the engine; the server imports it.
 */
package io.tagma.engine;
