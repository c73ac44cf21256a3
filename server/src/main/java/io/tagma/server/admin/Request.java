package io.tagma.server.admin;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * A whole request (but for a streamed body), as a handler sees it. Immutable.
 *
 * @param params   path parameters by name
 * @param query    query parameters; only names that the route knows
 * @param body     empty for a streamed body
 * @param executor the connection's event loop, where what follows a future belongs
 */
record Request(Map<String, String> params, Map<String, String> query, HttpHeaders headers, byte[] body,
               Executor executor) {

    String param(final String name) {
        return params.get(name);
    }

    /** Null where it is not given. */
    String query(final String name) {
        return query.get(name);
    }

    /** A query parameter that must be given. */
    String required(final String name) {
        final String value = query.get(name);
        if (value == null || value.isEmpty()) {
            throw Problem.badParameter(name, "the query parameter is required");
        }
        return value;
    }

    /** true or false; {@code ?wait} alone is true. */
    boolean flag(final String name) {
        final String value = query.get(name);
        if (value == null || "false".equals(value)) {
            return false;
        }
        if (value.isEmpty() || "true".equals(value)) {
            return true;
        }
        throw Problem.badParameter(name, "must be true or false");
    }

    /** A whole number in the query, or the default. */
    long number(final String name, final long min, final long max, final long otherwise) {
        final String value = query.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            final long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (final NumberFormatException notANumber) {
            throw Problem.badParameter(name, "must be a whole number");
        }
        throw Problem.badParameter(name, "out of range: min=" + min + ", max=" + max);
    }

    /** The body as text; bytes that are not UTF-8 are refused. */
    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (final CharacterCodingException notUtf8) {
            throw Problem.malformed("the body is not UTF-8");
        }
    }
}
