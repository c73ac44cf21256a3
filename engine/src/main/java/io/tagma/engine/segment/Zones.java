package io.tagma.engine.segment;

import io.tagma.engine.measure.LocalDays;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteTable;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;

/** Local days of websites. Engine's thread. */
final class Zones {
    private final WebsiteTable websites;
    private final Map<ZoneId, LocalDays> byZone = new HashMap<>();
    private final Int2ObjectHashMap<LocalDays> byWebsite = new Int2ObjectHashMap<>();

    Zones(final WebsiteTable websites) {
        this.websites = websites;
    }

    LocalDays days(final int website) {
        LocalDays days = byWebsite.get(website);
        if (days == null) {
            final Website found = websites.get(website);
            days = days(found.zone());
            byWebsite.put(website, days);
        }
        return days;
    }

    LocalDays days(final ZoneId zone) {
        return byZone.computeIfAbsent(zone, LocalDays::new);
    }

    /** A website changed. */
    void forget(final int website) {
        byWebsite.remove(website);
    }
}
