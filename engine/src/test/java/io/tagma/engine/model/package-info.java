/** Tests of the tables of definitions. */
package io.tagma.engine.model;
