/** Tests of parsing, checking and canonical form, with tables of good and bad definitions as resources. */
package io.tagma.engine.condition;
