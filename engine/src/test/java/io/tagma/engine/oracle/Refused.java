package io.tagma.engine.oracle;

/** DOMAIN refuses the command; says why. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(final String reason) {
        super(reason, null, false, false);
    }
}
