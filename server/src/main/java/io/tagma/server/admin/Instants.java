package io.tagma.server.admin;

import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Instants as they are written from outside. Stateless. */
final class Instants {
    private Instants() {
    }

    /** Epoch milliseconds of an ISO-8601 text with an offset, finer parts cut off; null where it is none. */
    static Long parse(final String text) {
        if (text.length() > 64) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (final DateTimeException | ArithmeticException notAnInstant) {
            return null;
        }
    }
}
