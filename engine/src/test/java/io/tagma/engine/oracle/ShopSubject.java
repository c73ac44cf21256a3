package io.tagma.engine.oracle;

import io.tagma.engine.model.Source;
import io.tagma.engine.protocol.SubjectKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A customer or visitor with everything remembered about it. */
final class ShopSubject {
    /** How many views, and events of one name, are kept. */
    static final int RING_LENGTH = 200;
    /** How many events of all names together may be kept. */
    static final int EVENTS_MAX = 8_192;

    final String key;
    final SubjectKind kind;
    String website;
    int group;
    /** The instant of the last applied line that named it. */
    long namedAt;
    final Map<String, Object> attributes = new TreeMap<>();
    final Map<String, Boolean> consents = new TreeMap<>();
    final List<ShopRecord> addresses = new ArrayList<>();
    /** By order id: the order, then its items. */
    final Map<String, List<ShopRecord>> orders = new LinkedHashMap<>();
    /** By website: the cart, then its items. */
    final Map<String, List<ShopRecord>> carts = new TreeMap<>();
    /** By product. */
    final Map<String, ShopRecord> wishlist = new LinkedHashMap<>();
    /** Oldest first; of the same t, the first arrived first. */
    final List<ShopRecord> views = new ArrayList<>();
    /** By name, each like the views. */
    final Map<String, List<ShopRecord>> events = new TreeMap<>();
    /** Of all names, in the order in which they arrived. */
    private final List<ShopRecord> arrivedEvents = new ArrayList<>();

    ShopSubject(final String key, final SubjectKind kind) {
        this.key = key;
        this.kind = kind;
    }

    /** A visitor of whom nothing is known, whose key nobody has. */
    static ShopSubject stranger(final String website) {
        final ShopSubject stranger = new ShopSubject("", SubjectKind.VISITOR);
        stranger.website = website;
        return stranger;
    }

    boolean isStranger() {
        return key.isEmpty();
    }

    /** All records of a source, visible or not. */
    List<ShopRecord> records(final Source source, final String eventName) {
        final List<ShopRecord> all = new ArrayList<>(addresses);
        orders.values().forEach(all::addAll);
        carts.values().forEach(all::addAll);
        all.addAll(wishlist.values());
        all.addAll(views);
        events.values().forEach(all::addAll);
        final List<ShopRecord> found = new ArrayList<>();
        for (final ShopRecord record : all) {
            if (record.source() == source && (source != Source.EVENT || record.eventName().equals(eventName))) {
                found.add(record);
            }
        }
        return found;
    }

    /** Into the ring of its kind, behind those of the same t; false where one has to go for it. */
    boolean addToRing(final ShopRecord record) {
        final List<ShopRecord> ring = record.source() == Source.VIEW ? views
            : events.computeIfAbsent(record.eventName(), name -> new ArrayList<>());
        final Instant t = record.t();
        int index = ring.size();
        while (index > 0 && ring.get(index - 1).t().isAfter(t)) {
            index--;
        }
        ring.add(index, record);
        if (record.source() == Source.EVENT) {
            arrivedEvents.add(record);
        }
        if (ring.size() > RING_LENGTH) {
            final ShopRecord oldest = ring.remove(0);
            arrivedEvents.removeIf(event -> event == oldest);
            return false;
        }
        return true;
    }

    /** Of all names, by t; of the same t, the first arrived first. */
    List<ShopRecord> eventsOldestFirst() {
        final List<ShopRecord> all = new ArrayList<>(arrivedEvents);
        all.sort(Comparator.comparing(ShopRecord::t));
        return all;
    }

    /** Keeps the newest events, of all names together. */
    void trimEvents() {
        final List<ShopRecord> all = eventsOldestFirst();
        for (final ShopRecord oldest : all.subList(0, Math.max(0, all.size() - EVENTS_MAX))) {
            arrivedEvents.removeIf(event -> event == oldest);
            events.get(oldest.eventName()).remove(0);
        }
    }

    @Override
    public String toString() {
        return key + " " + kind + " website=" + website + " group=" + group + " attributes=" + attributes
            + " consents=" + consents + " addresses=" + addresses + " orders=" + orders + " carts=" + carts
            + " wishlist=" + wishlist.values() + " views=" + views + " events=" + events;
    }
}
