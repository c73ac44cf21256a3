package io.tagma.engine.model;

import io.tagma.engine.protocol.ResultCode;

/** The version a writer expects a definition to have. */
final class Versions {
    private static final int ANY = -1;

    private Versions() {
    }

    /** Refuses where the definition has another version; one that does not exist has 0. */
    static void check(final int version, final int expected) throws Refusal {
        if (expected != ANY && expected != version) {
            throw new Refusal(ResultCode.PRECONDITION_FAILED, "", "the definition has another version: version="
                + version + ", expected=" + expected);
        }
    }
}
