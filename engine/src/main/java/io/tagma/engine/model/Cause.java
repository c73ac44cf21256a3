package io.tagma.engine.model;

/** Why a membership changed. The order is part of the snapshot format. */
public enum Cause {
    /** The subject did something. */
    EVENT,
    /** Time passed. */
    TIME,
    /** A segment was defined, edited, paused or deleted. */
    DEFINITION,
    /** A product changed. */
    PRODUCT,
    /** A customer was put into a group. */
    ASSIGN,
    /** A rule put a customer into a group. */
    RULE,
    /** A visitor became a customer. */
    MERGE,
    /** A consent was given or refused. */
    CONSENT,
    /** The subject was erased. */
    ERASE,
    /** A visitor was not seen for too long. */
    EXPIRE,
    /** The group was deleted. */
    GROUP_DELETED
}
