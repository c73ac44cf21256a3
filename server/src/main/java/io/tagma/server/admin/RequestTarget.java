package io.tagma.server.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request's target: path segments and query parameters, percent-decoded after splitting. Immutable.
 *
 * @param segments without the leading slash; an empty path has none
 */
record RequestTarget(List<String> segments, Map<String, String> query) {
    RequestTarget {
        segments = List.copyOf(segments);
        query = Map.copyOf(query);
    }

    static RequestTarget parse(final String uri) {
        String target = uri;
        if (!target.startsWith("/")) {
            final int authority = target.indexOf("://");
            if (authority < 0) {
                throw Problem.malformed("the request target is no path");
            }
            final int path = target.indexOf('/', authority + 3);
            target = path < 0 ? "/" : target.substring(path);
        }
        if (target.indexOf('#') >= 0) {
            throw Problem.malformed("the request target has a fragment");
        }
        final int mark = target.indexOf('?');
        final String path = mark < 0 ? target : target.substring(0, mark);
        return new RequestTarget(segments(path), mark < 0 ? Map.of() : query(target.substring(mark + 1)));
    }

    private static List<String> segments(final String path) {
        final List<String> segments = new ArrayList<>();
        if (path.length() > 1) {
            for (final String segment : path.substring(1).split("/", -1)) {
                segments.add(decode(segment, false));
            }
        }
        return segments;
    }

    private static Map<String, String> query(final String text) {
        final Map<String, String> query = new LinkedHashMap<>();
        for (final String pair : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            final int equals = pair.indexOf('=');
            final String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            final String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            if (query.putIfAbsent(name, value) != null) {
                throw Problem.badParameter(name, "the query parameter is given twice");
            }
        }
        return query;
    }

    private static String decode(final String text, final boolean isQuery) {
        if (text.indexOf('%') < 0 && !(isQuery && text.indexOf('+') >= 0) && isPlain(text)) {
            return text;
        }
        final byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '%') {
                final int high = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 1), 16) : -1;
                final int low = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 2), 16) : -1;
                bytes[length++] = percent(high, low);
                i += 2;
            } else if (c == '+' && isQuery) {
                bytes[length++] = ' ';
            } else {
                // The HTTP decoder hands bytes over as characters of ISO 8859-1: raw UTF-8 is taken as such.
                bytes[length++] = (byte) c;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (final CharacterCodingException notUtf8) {
            throw Problem.malformed("the request target is not UTF-8");
        }
    }

    private static byte percent(final int high, final int low) {
        if (high < 0 || low < 0) {
            throw Problem.malformed("the request target has a broken percent escape");
        }
        return (byte) (high << 4 | low);
    }

    private static boolean isPlain(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
