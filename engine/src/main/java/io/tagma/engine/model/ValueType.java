package io.tagma.engine.model;

/** The types of attributes and record fields. */
public enum ValueType {
    /** True or false. */
    BOOL,
    /** A whole number, i64; the smallest one is refused as input. */
    INT,
    /** An exact number in units of 1/10000, at most 10^15 units either way. */
    DECIMAL,
    /** A finite IEEE 754 double; -0 is 0. */
    DOUBLE,
    /** A text of at most 4 KB. */
    STRING,
    /** One code of an open dictionary, compared exactly. */
    ENUM,
    /** A set of codes. */
    ENUM_SET,
    /** A calendar day without a zone, as days since 1970-01-01. */
    DATE,
    /** Epoch milliseconds. */
    INSTANT,
    /** A key or id: of records only; compared exactly, byte for byte. */
    KEY;

    /** Whether values are integers inside, with an order that conditions can use. */
    public boolean isOrdered() {
        return this == INT || this == DECIMAL || this == DOUBLE || this == DATE || this == INSTANT;
    }
}
