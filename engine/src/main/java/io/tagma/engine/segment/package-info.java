/**
 * Segments: predicates and their index, slots, rows that look-ups read, columns of members, jobs.
 *
 * <p>One command changes one subject: {@code CatchUp} brings it up to now, {@link SubjectChange} changes what is
 * stored, {@code RowUpdate} evaluates what that touches and publishes one row. Many are revisited by a {@code Sweep},
 * in slices. {@link Segments} is what is defined and what answers: a definition becomes a {@link SegmentPlan}
 * ({@code Plans}), together with all that depends on it ({@link References}), is built aside ({@code Builds}) and
 * swapped in; validity begins and ends in {@code Turns}. {@code Publication} makes the table by which a
 * {@link LookupReader} shows rows. {@link VisitorMerge} is a login.
 *
 * <p>Imports every package of the engine but {@code log}. {@code LookupReader} is for any
 * thread that owns one; everything else belongs to the engine's thread.
 */
package io.tagma.engine.segment;
