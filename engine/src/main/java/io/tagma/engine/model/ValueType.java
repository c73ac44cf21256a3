package io.tagma.engine.model;

/** The types of attributes and record fields. Their codes are in snapshots: a code is never changed or used again. */
public enum ValueType {
    /** True or false. */
    BOOL(0),
    /** A whole number, i64; the smallest one is refused as input. */
    INT(1),
    /** An exact number in units of 1/10000, at most 10^15 units either way. */
    DECIMAL(2),
    /** A finite IEEE 754 double; -0 is 0. */
    DOUBLE(3),
    /** A text of at most 4 KB. */
    STRING(4),
    /** One code of an open dictionary, compared exactly. */
    ENUM(5),
    /** A set of codes. */
    ENUM_SET(6),
    /** A calendar day without a zone, as days since 1970-01-01. */
    DATE(7),
    /** Epoch milliseconds. */
    INSTANT(8),
    /** A key or id: of records only; compared exactly, byte for byte. */
    KEY(9);

    private final int code;

    ValueType(final int code) {
        this.code = code;
    }

    /** Its number in stored bytes. */
    public int code() {
        return code;
    }

    /** The type of a number in stored bytes. */
    public static ValueType ofCode(final int code) {
        for (final ValueType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalStateException("no such type: code=" + code);
    }

    /** Whether values are integers inside, with an order that conditions can use. */
    public boolean isOrdered() {
        return this == INT || this == DECIMAL || this == DOUBLE || this == DATE || this == INSTANT;
    }
}
