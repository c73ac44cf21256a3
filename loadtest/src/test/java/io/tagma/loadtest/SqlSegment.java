package io.tagma.loadtest;

/**
 * A segment said twice: as a condition, and as a statement that selects the members' keys, written by hand and not
 * derived from the condition.
 *
 * @param condition JSON in the grammar of conditions; the segment applies to registered customers
 */
record SqlSegment(String key, String condition, String sql) {
    /** The definition as the server takes it. */
    String definition() {
        return "{\"applyTo\":\"REGISTERED\",\"condition\":" + condition + "}";
    }

    /** The condition without its constants: what may not occur twice. */
    String shape() {
        return condition.replaceAll("\"v\":(\\[[^]]*]|\"[^\"]*\"|[^,}\\]]*)", "v")
            .replaceAll("P[0-9DTHMS]+", "P").replaceAll("\\s", "");
    }
}
