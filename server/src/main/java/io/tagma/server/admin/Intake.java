package io.tagma.server.admin;

/**
 * What a stream of lines is read with. One stream's.
 *
 * @param completion for drafts that are not complete; null where all are
 * @param check      of a dry run; null where lines are applied
 */
record Intake(LineSource source, Completion completion, DryRunCheck check) {
}
