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

    /** A line of an order or a cart. A null t means its; {@code fields} holds product, qty, rowTotal, props. */
    record Item(Long t, List<NamedValue> fields) {
    }

    /** Takes an order and its items back. */
    record OrderDelete(String key, String orderId, String eventId) implements Ingest {
    }

    /** Grants or refuses a purpose. */
    record ConsentSet(String key, String purpose, boolean isGranted, String eventId) implements Ingest {
    }

    /** Replaces the cart of a website (null: the subject's home) and its items. A null t means now. */
    record CartPut(String key, String website, Long t, List<NamedValue> fields, List<Item> items, String eventId)
        implements Ingest {
    }

    /** Takes the cart of a website (null: the subject's home) away. */
    record CartClear(String key, String website, String eventId) implements Ingest {
    }

    /** Puts a product on the wish list. A null t means now, or as it was; a null website none. */
    record WishlistAdd(String key, String product, Long t, String website, String eventId) implements Ingest {
    }

    /** Takes a product off the wish list. */
    record WishlistRemove(String key, String product, String eventId) implements Ingest {
    }

    /** A product was looked at. A null t means now; a null website none. */
    record View(String key, String product, Long t, String website, String eventId) implements Ingest {
    }

    /** Something else happened; {@code fields} holds props.NAME. A null t means now; a null website none. */
    record CustomEvent(String key, String name, Long t, String website, List<NamedValue> fields, String eventId)
        implements Ingest {
    }

    /** A visitor turned out to be a customer, who must exist. */
    record Login(String visitor, String customer, String eventId) implements Ingest {
    }

    /** The visitor's key is no longer the customer's. */
    record Logout(String visitor, String eventId) implements Ingest {
    }

    /** Replaces a product whole: fields categories (texts), sku, price, onSale, and attributes.NAME. */
    record ProductUpsert(String product, List<NamedValue> fields, String eventId) implements Ingest {
    }

    /** Deletes a product; records that name it stay. */
    record ProductDelete(String product, String eventId) implements Ingest {
    }

    /**
     * Creates or replaces a definition from JSON; expectedVersion -1 accepts any; force also switches a segment off to
     * which others refer.
     */
    record PutDefinition(DefinitionKind kind, String key, int expectedVersion, String json, boolean force)
        implements Command {
        /** Without force. */
        public PutDefinition(final DefinitionKind kind, final String key, final int expectedVersion,
                             final String json) {
            this(kind, key, expectedVersion, json, false);
        }
    }

    /** Deletes a definition; force also where others refer to it. */
    record DeleteDefinition(DefinitionKind kind, String key, int expectedVersion, boolean force) implements Command {
    }

    /** Opens a lane of commands. */
    record LaneOpen(long clientId) implements Command {
    }

    /** The first command of a log; a limit of 0 is the default, an application version of 0 the first. */
    record Genesis(boolean isManualClock, long now, int subjectsMax, int segmentsMax, int changesMax,
                   long visitorTtlMs, long bytesMax, int applicationVersion) implements Command {
        /** Of the first application version. */
        public Genesis(final boolean isManualClock, final long now, final int subjectsMax, final int segmentsMax,
                       final int changesMax, final long visitorTtlMs, final long bytesMax) {
            this(isManualClock, now, subjectsMax, segmentsMax, changesMax, visitorTtlMs, bytesMax, 0);
        }

        /** With the default expiry of visitors and limit of bytes. */
        public Genesis(final boolean isManualClock, final long now, final int subjectsMax, final int segmentsMax,
                       final int changesMax) {
            this(isManualClock, now, subjectsMax, segmentsMax, changesMax, 0, 0);
        }
    }

    /** Moves the manual clock on. */
    record ClockAdvance(long now) implements Command {
    }

    /** Raises the application version: the rules by which the commands behind it are applied. */
    record SetApplicationVersion(int version) implements Command {
    }
}
