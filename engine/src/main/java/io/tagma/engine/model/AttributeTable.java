package io.tagma.engine.model;

import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The declared attributes, by dense id in order of declaration; the seeded ones come first. {@code group} and
 * {@code website} are built in and not in the table. An attribute is never removed. Engine's thread.
 */
public final class AttributeTable {
    /** Attributes that can be declared, the seeded ones included. */
    public static final int ATTRIBUTES_MAX = 4_096;

    private static final int KEY_LENGTH_MAX = 64;

    private final List<Attribute> attributes = new ArrayList<>();
    private final List<Integer> versions = new ArrayList<>();
    private final Map<String, Attribute> byKey = new HashMap<>();

    /** With the seeded attributes. */
    public AttributeTable() {
        seed(ValueType.STRING, true, "email", "firstname", "middlename", "lastname", "prefix", "suffix", "taxvat");
        seed(ValueType.STRING, false, "store", "createdIn");
        seed(ValueType.ENUM, false, "gender");
        seed(ValueType.DATE, true, "dob");
        seed(ValueType.INSTANT, false, "createdAt", "lastLoginAt");
        seed(ValueType.BOOL, false, "newsletter", "disableAutoGroupChange");
        seed(ValueType.DECIMAL, false, "storeCredit");
        seed(ValueType.INT, false, "rewardPoints");
    }

    /** The attribute, or null. */
    public Attribute get(final String key) {
        return byKey.get(key);
    }

    /** The attribute with that id, which must exist. */
    public Attribute get(final int id) {
        return attributes.get(id);
    }

    /** How many there are. */
    public int count() {
        return attributes.size();
    }

    /** All, by id. A copy. */
    public List<Attribute> all() {
        return List.copyOf(attributes);
    }

    /** How often the declaration with that id has changed, the first time included. */
    public int version(final int id) {
        return versions.get(id);
    }

    /** Versions of all, by id. A copy. */
    public List<Integer> versions() {
        return List.copyOf(versions);
    }

    /**
     * Declares an attribute, or declares it anew: absent flags are false. The same declaration again changes nothing.
     *
     * @param expectedVersion the version that it must have now, 0 for none yet; -1 for any
     * @param isUsed          whether a value or a condition uses it: then its type cannot change
     */
    public Attribute put(final String key, final AttributeSpec spec, final int expectedVersion, final boolean isUsed)
        throws Refusal {
        if (!isKey(key)) {
            throw new Refusal(ResultCode.INVALID, "/key", "an attribute's key is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        if (spec.key() != null && !spec.key().equals(key)) {
            throw new Refusal(ResultCode.INVALID, "/key", "the key is not the one of the path: path=" + key);
        }
        if ("group".equals(key) || "website".equals(key)) {
            throw new Refusal(ResultCode.INVALID, "/key", "the attribute is built in: key=" + key);
        }
        final Attribute present = byKey.get(key);
        Versions.check(present == null ? 0 : version(present.id()), expectedVersion);
        if (spec.type() == null) {
            throw new Refusal(ResultCode.INVALID, "", "a member is missing: name=type");
        }
        if (spec.type() == ValueType.KEY) {
            throw new Refusal(ResultCode.INVALID, "/type", "the type is for records only: type=KEY");
        }
        final int id = present == null ? attributes.size() : present.id();
        final Attribute attribute = new Attribute(id, key, spec.type(), isTrue(spec.pii()), isTrue(spec.sensitive()),
            isTrue(spec.visitorAllowed()));
        if (attribute.equals(present)) {
            return present;
        }
        if (present == null) {
            if (id == ATTRIBUTES_MAX) {
                throw new Refusal(ResultCode.LIMIT, "", "too many attributes: max=" + ATTRIBUTES_MAX);
            }
            attributes.add(attribute);
            versions.add(1);
        } else {
            if (present.type() != attribute.type() && isUsed) {
                throw new Refusal(ResultCode.CONFLICT, "/type", "the type cannot change while a value or a condition "
                    + "uses the attribute: key=" + key + ", type=" + present.type());
            }
            attributes.set(id, attribute);
            versions.set(id, versions.get(id) + 1);
        }
        byKey.put(key, attribute);
        return attribute;
    }

    /** Replaces all by what {@link #all()} and {@link #versions()} said. */
    public void restore(final List<Attribute> restored, final List<Integer> restoredVersions) {
        if (restored.size() != restoredVersions.size() || restored.size() > ATTRIBUTES_MAX) {
            throw new IllegalStateException("not a table of attributes: attributes=" + restored.size() + ", versions="
                + restoredVersions.size());
        }
        attributes.clear();
        versions.clear();
        byKey.clear();
        for (final Attribute attribute : restored) {
            if (attribute.id() != attributes.size() || byKey.put(attribute.key(), attribute) != null) {
                throw new IllegalStateException("attributes out of order: id=" + attribute.id());
            }
            attributes.add(attribute);
        }
        versions.addAll(restoredVersions);
    }

    private void seed(final ValueType type, final boolean isPii, final String... keys) {
        for (final String key : keys) {
            final Attribute attribute = new Attribute(attributes.size(), key, type, isPii, false, false);
            attributes.add(attribute);
            versions.add(1);
            byKey.put(key, attribute);
        }
    }

    private static boolean isKey(final String key) {
        if (key.isEmpty() || key.length() > KEY_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            final char c = key.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '.'
                && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isTrue(final Boolean flag) {
        return flag != null && flag;
    }
}
