package io.tagma.engine.model;

/**
 * A field that records of a source have, as conditions name it: {@code t}, {@code grandTotal},
 * {@code shipping.country}, {@code product.category}, {@code props.channel}, {@code product.brand}.
 *
 * <p>For {@code props.*} and undeclared {@code product.*} fields the type is what the condition's literal expects; a
 * value of another type counts as missing. Such a field read only by {@code isSet} or {@code notSet} has a null type.
 * Immutable.
 *
 * @param source whose records have it
 * @param name   as written, dotted
 * @param type   null only where just presence is asked
 * @param origin where its value lives
 */
public record Field(Source source, String name, ValueType type, Origin origin) {

    /** Where a field's value lives. */
    public enum Origin {
        /** In the record itself, under its own name. */
        RECORD,
        /** In the record's free properties. */
        PROPERTY,
        /** In the product the record names, as it is now. */
        PRODUCT
    }

    /** The property's or product attribute's own name, without its prefix. */
    public String localName() {
        return origin == Origin.RECORD ? name : name.substring(name.indexOf('.') + 1);
    }
}
