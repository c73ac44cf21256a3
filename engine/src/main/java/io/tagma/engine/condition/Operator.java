package io.tagma.engine.condition;

/** The operators of conditions. {@code code} is how JSON writes them. */
public enum Operator {
    /** Equal. */
    EQ("eq"),
    /** Set and not equal. */
    NE("ne"),
    /** One of. */
    IN("in"),
    /** Set and none of. */
    NOT_IN("notIn"),
    /** Has a value. */
    IS_SET("isSet"),
    /** Has no value. */
    NOT_SET("notSet"),
    /** Less. */
    LT("lt"),
    /** Less or equal. */
    LE("le"),
    /** Greater. */
    GT("gt"),
    /** Greater or equal. */
    GE("ge"),
    /** Both bounds included. */
    BETWEEN("between"),
    /** In the time up to now. */
    WITHIN_LAST("withinLast"),
    /** So long ago or longer. */
    OLDER_THAN("olderThan"),
    /** In the time from now on. */
    WITHIN_NEXT("withinNext"),
    /** On the local day. */
    ON_DAY("onDay"),
    /** The yearly day is so many days ahead. */
    ANNIVERSARY_WITHIN("anniversaryWithin"),
    /** Has the text somewhere. */
    CONTAINS("contains"),
    /** Set and has the text nowhere. */
    NOT_CONTAINS("notContains"),
    /** Begins with the text. */
    STARTS_WITH("startsWith"),
    /** Ends with the text. */
    ENDS_WITH("endsWith"),
    /** A regular expression finds something. */
    MATCHES("matches"),
    /** Has one of the codes. */
    CONTAINS_ANY("containsAny"),
    /** Has all of the codes. */
    CONTAINS_ALL("containsAll"),
    /** Set and has none of the codes. */
    CONTAINS_NONE("containsNone"),
    /** Has exactly these codes. */
    EQ_SET("eqSet");

    private final String code;

    Operator(final String code) {
        this.code = code;
    }

    /** As JSON writes it. */
    public String code() {
        return code;
    }

    /** Null where there is no such operator. */
    public static Operator ofCode(final String code) {
        for (final Operator operator : values()) {
            if (operator.code.equals(code)) {
                return operator;
            }
        }
        return null;
    }
}
