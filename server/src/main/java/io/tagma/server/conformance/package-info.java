/**
 * Runs neutral rule cases against a running server over its HTTP API: what {@code tagma conformance} does.
 *
 * <p>{@link io.tagma.server.conformance.ConformanceRun} reads {@code RuleCase}s, puts each rule into our grammar
 * ({@code RuleTranslator}), declares, defines and sends what the cases need, and asks whether each subject is in its
 * segment. What our grammar cannot say is counted apart, with the reason.
 *
 * <p>Imports nothing of the house: it is a client as any other. Home of Jackson's tree. Called by the command line.
 */
package io.tagma.server.conformance;
