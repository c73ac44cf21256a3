package io.tagma.loadtest;

/** A segment to define: key, name for people, condition as JSON. Immutable. */
record DemoSegment(String key, String name, String condition) {
    /** The definition as the server takes it. */
    String definition() {
        return "{\"name\":\"" + name + "\",\"applyTo\":\"REGISTERED\",\"condition\":" + condition + "}";
    }
}
