package io.tagma.server.admin;

import java.util.Locale;

/** Content types that are taken, and answers that are wanted. Stateless. */
final class MediaTypes {
    private MediaTypes() {
    }

    /**
     * Whether a body of that type is read as JSON or lines of it. Also where none is said, and where curl and others
     * say unasked that it is a form.
     */
    static boolean isJson(final String contentType) {
        final String type = bare(contentType);
        return type.equals("application/json") || type.endsWith("+json") || type.equals(Json.NDJSON)
            || type.equals("application/ndjson") || type.equals("application/jsonl") || isSaidUnasked(type);
    }

    /** The same for rows of CSV. */
    static boolean isCsv(final String contentType) {
        final String type = bare(contentType);
        return type.equals("text/csv") || type.equals("application/csv") || type.equals("text/plain")
            || type.equals("application/vnd.ms-excel") || isSaidUnasked(type);
    }

    private static String bare(final String contentType) {
        if (contentType == null) {
            return "";
        }
        final int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
    }

    private static boolean isSaidUnasked(final String type) {
        return type.equals("application/octet-stream") || type.equals("application/x-www-form-urlencoded")
            || type.isEmpty();
    }

    /** Whether an Accept field admits a type: by itself, its kind, or anything; absent admits all. */
    static boolean isAccepted(final String accept, final String contentType) {
        if (accept == null || accept.isBlank()) {
            return true;
        }
        final String kind = contentType.substring(0, contentType.indexOf('/'));
        for (final String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            final String[] parts = range.trim().split(";");
            final String type = parts[0].trim();
            if (type.equals("*/*") || type.equals(contentType) || type.equals(kind + "/*")) {
                return !isRefused(parts);
            }
        }
        return false;
    }

    private static boolean isRefused(final String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            final String part = parts[i].replace(" ", "");
            if (part.equals("q=0") || part.matches("q=0\\.0*")) {
                return true;
            }
        }
        return false;
    }
}
