package io.tagma.engine.subject;

import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The ids under which records and products keep their fields: fixed ones for named fields, and from
 * {@link #FREE_FIRST} on one for each name of a free property, in order of first appearance. Engine's thread.
 */
public final class FieldIds {
    /** First id of free properties and free product attributes. */
    public static final int FREE_FIRST = 256;
    /** Most names of free properties. */
    public static final int FREE_MAX = 32_768;
    /** First id of consents, behind those of all attributes, in profiles. */
    public static final int CONSENT_FIRST = 1 << 13;
    /** Most purposes. */
    public static final int PURPOSES_MAX = 1 << 13;
    /** A product's categories. */
    public static final int PRODUCT_CATEGORY = 1;
    /** A product's sku. */
    public static final int PRODUCT_SKU = 2;
    /** A product's price. */
    public static final int PRODUCT_PRICE = 3;
    /** Whether a product is on sale. */
    public static final int PRODUCT_ON_SALE = 4;

    private static final Map<Source, Map<String, Integer>> NAMED = named();
    private static final int[] PRODUCT_FIELDS =
        Arrays.stream(Source.values()).mapToInt(source -> named(source, "product")).toArray();

    private final Dictionary freeNames;
    private final Dictionary purposes;

    /** Over the dictionaries of free names and of purposes. */
    public FieldIds(final Dictionary freeNames, final Dictionary purposes) {
        this.freeNames = freeNames;
        this.purposes = purposes;
    }

    /** Id of a named field of records, or -1. */
    public static int named(final Source source, final String name) {
        final Integer id = NAMED.get(source).get(name);
        return id == null ? -1 : id;
    }

    /** The product that a record names, or null. */
    public static String product(final RecordView record) {
        final int id = PRODUCT_FIELDS[record.source().ordinal()];
        final int index = id < 0 ? -1 : record.fields().find(id);
        return index < 0 ? null : record.fields().text(index);
    }

    /** Id of a free property, or -1 where no record ever had it. */
    public int free(final String name) {
        final int code = freeNames.code(name);
        return code == Dictionary.MISSING ? -1 : FREE_FIRST + code;
    }

    /** Id of a free property, given now where it has none; -1 where there are too many. */
    public int internFree(final String name) {
        final int known = free(name);
        return known >= 0 ? known : freeNames.size() < FREE_MAX ? FREE_FIRST + freeNames.intern(name) : -1;
    }

    /** Code of the name of an event or a property, or -1 where nothing ever had it. */
    public int nameCode(final String name) {
        return freeNames.code(name);
    }

    /** Code of the name of an event, given now where it has none; -1 where there are too many. */
    public int internName(final String name) {
        final int known = freeNames.code(name);
        return known >= 0 ? known : freeNames.size() < FREE_MAX ? freeNames.intern(name) : -1;
    }

    /** Text of a name's code. */
    public String nameText(final int code) {
        return freeNames.text(code);
    }

    /** Id of a purpose's consent in profiles; no profile has that of an unknown purpose. */
    public int consent(final String purpose) {
        final int code = purposes.code(purpose);
        return code == Dictionary.MISSING ? CONSENT_FIRST + PURPOSES_MAX : CONSENT_FIRST + code;
    }

    /** The same, given now where it has none; -1 where there are too many. */
    public int internConsent(final String purpose) {
        return purposes.code(purpose) == Dictionary.MISSING && purposes.size() >= PURPOSES_MAX ? -1
            : CONSENT_FIRST + purposes.intern(purpose);
    }

    /** The purpose of a consent's id; null where it is an attribute's. */
    public String purpose(final int id) {
        return id < CONSENT_FIRST ? null : purposes.text(id - CONSENT_FIRST);
    }

    /** Name of a free property. */
    public String freeName(final int id) {
        return freeNames.text(id - FREE_FIRST);
    }

    /** Name of a field of a record, as commands write it. */
    public String name(final Source source, final int id) {
        if (id >= FREE_FIRST) {
            return "props." + freeName(id);
        }
        for (final Map.Entry<String, Integer> entry : NAMED.get(source).entrySet()) {
            if (entry.getValue() == id) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("no such field: source=" + source + ", id=" + id);
    }

    private static Map<Source, Map<String, Integer>> named() {
        final Map<Source, Map<String, Integer>> all = new EnumMap<>(Source.class);
        for (final Source source : Source.values()) {
            final Map<String, Integer> ids = new HashMap<>();
            for (final Field field : RecordFields.of(source)) {
                if (field.origin() == Field.Origin.RECORD) {
                    ids.put(field.name(), ids.size() + 1);
                }
            }
            all.put(source, ids);
        }
        return all;
    }
}
