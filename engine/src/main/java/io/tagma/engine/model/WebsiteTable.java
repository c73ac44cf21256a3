package io.tagma.engine.model;

import io.tagma.engine.protocol.ResultCode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The websites; {@code base} is seeded. A website is never removed, its id and code never change. Engine's thread. */
public final class WebsiteTable {
    /** The largest id. */
    public static final int ID_MAX = 65_535;

    private static final int CODE_LENGTH_MAX = 32;
    private static final int CURRENCY_LENGTH = 3;
    private static final String CURRENCY = "USD";
    private static final ZoneId UTC = ZoneId.of("UTC");

    private final TreeMap<Integer, Website> byId = new TreeMap<>();
    private final Map<String, Website> byCode = new HashMap<>();

    /** With the seeded website. */
    public WebsiteTable() {
        add(new Website(Website.BASE_ID, Website.BASE, UTC, CURRENCY, CustomerGroup.GENERAL, 1));
    }

    /** The website, or null. */
    public Website get(final String code) {
        return byCode.get(code);
    }

    /** The website, or null. */
    public Website get(final int id) {
        return byId.get(id);
    }

    /** All, by id. A copy. */
    public List<Website> all() {
        return new ArrayList<>(byId.values());
    }

    /** The first website whose default group it is, or null. */
    public Website withDefaultGroup(final int group) {
        for (final Website website : byId.values()) {
            if (website.defaultGroupId() == group) {
                return website;
            }
        }
        return null;
    }

    /**
     * Defines a website, or defines it anew: absent members have their defaults (UTC, USD, group 1; for a new one the
     * id after the largest). The same definition again changes nothing.
     *
     * @param code            the code of the path
     * @param expectedVersion the version that it must have now, 0 for none yet; -1 for any
     */
    public Website put(final String code, final WebsiteSpec spec, final int expectedVersion, final GroupTable groups)
        throws Refusal {
        if (!isCode(code)) {
            throw new Refusal(ResultCode.INVALID, "/code", "a website's code is 1 to 32 of A-Z a-z 0-9 _ and begins "
                + "with a letter");
        }
        if (spec.code() != null && !spec.code().equals(code)) {
            throw new Refusal(ResultCode.INVALID, "/code", "the code is not the one of the path: path=" + code);
        }
        final Website present = byCode.get(code);
        Versions.check(present == null ? 0 : present.version(), expectedVersion);
        final int id = id(spec, present);
        final ZoneId zone = spec.zone() == null ? UTC : spec.zone();
        final String currency = spec.currency() == null ? CURRENCY : spec.currency();
        if (!isCurrency(currency)) {
            throw new Refusal(ResultCode.INVALID, "/currency", "a currency is three letters A-Z");
        }
        final int group = spec.defaultGroupId() == null ? CustomerGroup.GENERAL : spec.defaultGroupId();
        if (group == CustomerGroup.NOT_LOGGED_IN) {
            throw new Refusal(ResultCode.INVALID, "/defaultGroupId", "group 0 is for visitors and no website's default "
                + "group");
        }
        if (groups.get(group) == null) {
            throw new Refusal(ResultCode.INVALID, "/defaultGroupId", "unknown group: id=" + group);
        }
        final Website unversioned = new Website(id, code, zone, currency, group,
            present == null ? 1 : present.version());
        if (unversioned.equals(present)) {
            return present;
        }
        final Website website = new Website(id, code, zone, currency, group,
            present == null ? 1 : present.version() + 1);
        add(website);
        return website;
    }

    /** Replaces all by what {@link #all()} said. */
    public void restore(final List<Website> restored) {
        byId.clear();
        byCode.clear();
        for (final Website website : restored) {
            if (byId.containsKey(website.id()) || byCode.containsKey(website.code())) {
                throw new IllegalStateException("website stands twice: id=" + website.id());
            }
            add(website);
        }
    }

    private int id(final WebsiteSpec spec, final Website present) throws Refusal {
        if (spec.id() == null) {
            return present == null ? nextId() : present.id();
        }
        final int id = spec.id();
        if (id < 1 || id > ID_MAX) {
            throw new Refusal(ResultCode.INVALID, "/id", "a website's id is 1 to " + ID_MAX + ": id=" + id);
        }
        if (present != null && present.id() != id) {
            throw new Refusal(ResultCode.CONFLICT, "/id", "a website's id cannot change: id=" + present.id());
        }
        final Website other = byId.get(id);
        if (present == null && other != null) {
            throw new Refusal(ResultCode.CONFLICT, "/id", "another website has the id: id=" + id + ", code="
                + other.code());
        }
        return id;
    }

    private int nextId() throws Refusal {
        final int next = byId.lastKey() + 1;
        if (next <= ID_MAX) {
            return next;
        }
        for (int id = 1; id <= ID_MAX; id++) {
            if (!byId.containsKey(id)) {
                return id;
            }
        }
        throw new Refusal(ResultCode.LIMIT, "", "too many websites: max=" + ID_MAX);
    }

    private void add(final Website website) {
        byId.put(website.id(), website);
        byCode.put(website.code(), website);
    }

    private static boolean isCode(final String code) {
        if (code.isEmpty() || code.length() > CODE_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < code.length(); i++) {
            final char c = code.charAt(i);
            final boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!isLetter && (i == 0 || c != '_' && (c < '0' || c > '9'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isCurrency(final String currency) {
        if (currency.length() != CURRENCY_LENGTH) {
            return false;
        }
        for (int i = 0; i < CURRENCY_LENGTH; i++) {
            if (currency.charAt(i) < 'A' || currency.charAt(i) > 'Z') {
                return false;
            }
        }
        return true;
    }
}
