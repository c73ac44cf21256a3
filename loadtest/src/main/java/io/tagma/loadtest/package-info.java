/**
 * What runs Tagma from outside: a shop's data ({@link io.tagma.loadtest.DemoShop}: TPC-H and, as seeded functions of
 * the key, what TPC-H lacks), its segments, and the demo with its {@link io.tagma.loadtest.Scene}. Talks to a server
 * through the client and the admin port only; nobody calls in but the launcher.
 */
package io.tagma.loadtest;
