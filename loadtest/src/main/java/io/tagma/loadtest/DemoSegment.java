package io.tagma.loadtest;

/**
 * A segment to define. Immutable.
 *
 * @param applyTo    REGISTERED, VISITORS or BOTH
 * @param condition  as JSON
 * @param definition all of it as JSON, as the server takes it
 */
record DemoSegment(String key, String applyTo, String condition, String definition) {
    /** A segment of registered customers. */
    static DemoSegment registered(final String key, final String name, final String condition) {
        return new DemoSegment(key, "REGISTERED", condition,
            "{\"name\":\"" + name + "\",\"applyTo\":\"REGISTERED\",\"condition\":" + condition + "}");
    }
}
