/**
 * An adversary's shop: everybody has segments that nobody else may be seen in, keys are logged in and out, erased and
 * taken again as fast as can be, and every answer is checked against all that were right while it was asked for.
 */
package io.tagma.engine.secrets;
