package io.tagma.server.admin;

/**
 * One thing that is wrong with a request.
 *
 * @param pointer   JSON Pointer into the body, empty for the whole of it
 * @param parameter a query parameter or header field that is at fault, or null
 */
record Fault(String pointer, String parameter, String detail) {
    static Fault at(final String pointer, final String detail) {
        return new Fault(pointer, null, detail);
    }

    static Fault of(final String parameter, final String detail) {
        return new Fault("", parameter, detail);
    }
}
