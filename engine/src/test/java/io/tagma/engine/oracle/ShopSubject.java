package io.tagma.engine.oracle;

import io.tagma.engine.model.Source;
import io.tagma.engine.protocol.SubjectKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A customer or visitor with everything remembered about it. */
final class ShopSubject {
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

    ShopSubject(final String key, final SubjectKind kind) {
        this.key = key;
        this.kind = kind;
    }

    /** All records of a source, visible or not; another source is a further list here. */
    List<ShopRecord> records(final Source source, final String eventName) {
        final List<ShopRecord> all = new ArrayList<>(addresses);
        orders.values().forEach(all::addAll);
        final List<ShopRecord> found = new ArrayList<>();
        for (final ShopRecord record : all) {
            if (record.source() == source && (source != Source.EVENT || record.eventName().equals(eventName))) {
                found.add(record);
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return key + " " + kind + " website=" + website + " group=" + group + " attributes=" + attributes
            + " addresses=" + addresses + " orders=" + orders;
    }
}
