/**
 * The HTTP face of the server: definitions, questions, NDJSON ingest, the change stream, health.
 *
 * <p>{@link io.tagma.server.admin.AdminServer} listens; {@code HttpConnection} speaks HTTP with one peer,
 * {@code Router} finds the resource, a handler a resource turns a {@code Request} into an {@code Answer} by way of
 * {@link io.tagma.server.admin.EnginePort}, all that the face knows of the engine. No handler blocks.
 *
 * <p>Imports the engine's {@code protocol}, {@code model}, {@code condition} (folding) and root package, and
 * {@code magento} for the segments of a shop that moves here. Home of Jackson databind. Called by whoever wires the
 * server.
 */
package io.tagma.server.admin;
