/**
 * What runs Tagma from outside: a shop's data ({@link io.tagma.loadtest.TpchShop}), its segments, the demo, and load at
 * a fixed rate timed from the intended send. Talks to a server through the client and the admin port only; nobody
 * calls in but the launcher.
 */
package io.tagma.loadtest;
