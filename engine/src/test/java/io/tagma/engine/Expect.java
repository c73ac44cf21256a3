package io.tagma.engine;

/** What long runs check by the thousand: a sentence is made only of what differs. */
final class Expect {
    private Expect() {
    }

    /** Fails where the two differ. */
    static void equal(final String what, final Object expected, final Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(what + ": expected=" + expected + ", actual=" + actual);
        }
    }
}
