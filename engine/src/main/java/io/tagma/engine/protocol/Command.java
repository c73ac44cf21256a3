package io.tagma.engine.protocol;

import java.util.List;

/**
 * A command as a plain value: what changes state, before it is bytes. {@link CommandEncoder} writes it,
 * {@link CommandDecoder} reads it. Components may be null exactly where said. Immutable.
 */
public sealed interface Command {

    /** A command about one subject, product or none, which may carry the id of the event that caused it. */
    sealed interface Ingest extends Command {
        /** Null where the line has none. */
        String eventId();
    }

    /** Creates or changes a subject: null kind, website, group, addresses mean "as it is" (or the default). */
    record SubjectUpsert(String key, SubjectKind kind, String website, Integer group, List<NamedValue> attributes,
                         List<List<NamedValue>> addresses, String eventId) implements Ingest {
    }

    /** Erases a subject. */
    record SubjectDelete(String key, String eventId) implements Ingest {
    }

    /** Puts a customer into a group. */
    record GroupAssign(String key, int group, String eventId) implements Ingest {
    }

    /** Adds an order with its items, or replaces the one with the same id. A null t means now. */
    record OrderUpsert(String key, String orderId, Long t, List<NamedValue> fields, List<Item> items, String eventId)
        implements Ingest {
    }

    /** A line of an order. A null t means the order's; {@code fields} holds product, qty, rowTotal, props. */
    record Item(Long t, List<NamedValue> fields) {
    }

    /** Takes an order and its items back. */
    record OrderDelete(String key, String orderId, String eventId) implements Ingest {
    }

    /** Replaces a product whole: fields categories (texts), sku, price, onSale, and attributes.NAME. */
    record ProductUpsert(String product, List<NamedValue> fields, String eventId) implements Ingest {
    }

    /** Deletes a product; records that name it stay. */
    record ProductDelete(String product, String eventId) implements Ingest {
    }

    /** Creates or replaces a definition from JSON; expectedVersion -1 accepts any. */
    record PutDefinition(DefinitionKind kind, String key, int expectedVersion, String json) implements Command {
    }

    /** Deletes a definition; force also where others refer to it. */
    record DeleteDefinition(DefinitionKind kind, String key, int expectedVersion, boolean force) implements Command {
    }

    /** Opens a lane of commands. */
    record LaneOpen(long clientId) implements Command {
    }

    /** The first command of a log; a limit of 0 is the default. */
    record Genesis(boolean isManualClock, long now, int subjectsMax, int segmentsMax, int changesMax,
                   long bytesMax) implements Command {
        /** With the default limit of bytes. */
        public Genesis(final boolean isManualClock, final long now, final int subjectsMax, final int segmentsMax,
                       final int changesMax) {
            this(isManualClock, now, subjectsMax, segmentsMax, changesMax, 0);
        }
    }

    /** Moves the manual clock on. */
    record ClockAdvance(long now) implements Command {
    }
}
