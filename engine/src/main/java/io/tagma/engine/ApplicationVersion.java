package io.tagma.engine;

/**
 * Versions of the rules by which commands are applied. The version that holds is part of the state; a command in the
 * log raises it, so that all nodes change their rules at the same position, and a log is replayed by the rules it was
 * written under. How to change a rule is said in the description of the package.
 */
public final class ApplicationVersion {
    /** Of every log that does not say another. */
    public static final int FIRST = 1;

    /**
     * A login leaves the customer within the limits that every other command observes: amounts of united carts stay
     * within the range of their type, a cart or wish for which there is no room is left behind, and of more events than
     * a subject may have the oldest go.
     */
    public static final int LOGIN_WITHIN_LIMITS = 2;

    /** The newest that this software knows: edges refuse a later one before it is logged, new logs begin with it. */
    public static final int NEWEST = LOGIN_WITHIN_LIMITS;

    private ApplicationVersion() {
    }
}
