package io.tagma.engine.words;

import java.util.Map;

/** Attributes and fields as merchandisers call them: {@code rewardPoints} is reward points. */
final class Labels {
    private static final Map<String, String> KNOWN = Map.ofEntries(
        Map.entry("dob", "date of birth"),
        Map.entry("createdAt", "creation date"),
        Map.entry("taxvat", "VAT number"),
        Map.entry("vatId", "VAT number"),
        Map.entry("firstname", "first name"),
        Map.entry("middlename", "middle name"),
        Map.entry("lastname", "last name"),
        Map.entry("t", "time"),
        Map.entry("qty", "quantity"),
        Map.entry("isDefaultBilling", "default for billing"),
        Map.entry("isDefaultShipping", "default for shipping"));

    private Labels() {
    }

    /** Of an attribute's key or a field's name. Not unique: only for people. */
    static String of(final String name) {
        final int dot = name.indexOf('.');
        if (name.startsWith("props.")) {
            return of(name.substring(dot + 1));
        } else if (name.startsWith("product.") || name.startsWith("billing.") || name.startsWith("shipping.")) {
            return name.substring(0, dot) + " " + of(name.substring(dot + 1));
        }
        final String known = KNOWN.get(name);
        if (known != null) {
            return known;
        }
        final String words = words(name);
        return words.endsWith(" at") ? words.substring(0, words.length() - 3) : words;
    }

    /** The verb after a label. */
    static String is(final String label) {
        final boolean isPlural = label.endsWith("s") && !label.endsWith("ss") && !label.endsWith("us")
            && !label.endsWith("is");
        return isPlural ? " are " : " is ";
    }

    private static String words(final String name) {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            final boolean isAfterSmall = i > 0 && Character.isLowerCase(name.charAt(i - 1));
            if (isAfterSmall && Character.isUpperCase(c)) {
                words.append(' ').append(Character.toLowerCase(c));
            } else {
                words.append(c == '_' || c == '.' || c == '-' ? ' ' : c);
            }
        }
        return words.toString();
    }
}
