/**
 * The HTTP face of the server: definitions, questions, NDJSON ingest and Magento's CSV, the change stream,
 * health.
 *
 * <p>{@link io.tagma.server.admin.AdminServer} listens; {@code HttpConnection} speaks HTTP with one peer,
 * {@code Router} finds the resource, a handler a resource turns a {@code Request} into an {@code Answer} by way of
 * {@link io.tagma.server.admin.EnginePort}, all that the face knows of the engine. No handler blocks.
 *
 * <p>Imports the engine's {@code protocol}, {@code model}, {@code condition} (folding) and root package, and
 * {@code magento} for the segments of a shop that moves here. Home of Jackson databind and FastCSV. Called by whoever
 * wires the server.
 *
 * <p>Streams of lines: an {@code IngestSession} reads a {@code LineSource} (lines of JSON, rows of CSV), has a
 * {@code Completion} find what a line does not say, submits, and tells what failed.
 */
package io.tagma.server.admin;
