package io.tagma.engine.model;

import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * The customer groups; 0 to 3 are seeded, 32000 is reserved. Codes are unique after folding. Engine's thread.
 */
public final class GroupTable {
    /** The largest id: of the 16 bits on the wire the last value means none. */
    public static final int ID_MAX = 65_534;

    private static final int CODE_POINTS_MAX = 32;
    private static final int TAX_CLASS_MAX = 65_535;

    private final UnaryOperator<String> folding;
    private final TreeMap<Integer, CustomerGroup> byId = new TreeMap<>();
    private final Map<String, CustomerGroup> byFoldedCode = new HashMap<>();

    /**
     * With the seeded groups.
     *
     * @param folding makes equal what differs by case only
     */
    public GroupTable(final UnaryOperator<String> folding) {
        this.folding = folding;
        seed(CustomerGroup.NOT_LOGGED_IN, "NOT LOGGED IN", true);
        seed(CustomerGroup.GENERAL, "General", false);
        seed(2, "Wholesale", false);
        seed(3, "Retailer", false);
    }

    /** The group with that code, regardless of case and of space around it, or null. */
    public CustomerGroup get(final String code) {
        return byFoldedCode.get(folding.apply(code.strip()));
    }

    /** The group, or null. */
    public CustomerGroup get(final int id) {
        return byId.get(id);
    }

    /** All, by id. A copy. */
    public List<CustomerGroup> all() {
        return new ArrayList<>(byId.values());
    }

    /**
     * The id that a new group gets where none is asked for: after the largest, else the smallest free one; or -1.
     *
     * @param isHeld ids that are not free though no group has them
     */
    public int nextId(final IntPredicate isHeld) {
        for (int id = byId.lastKey() + 1; id <= ID_MAX; id++) {
            if (id != CustomerGroup.ALL_GROUPS && !isHeld.test(id)) {
                return id;
            }
        }
        for (int id = 1; id <= ID_MAX; id++) {
            if (id != CustomerGroup.ALL_GROUPS && !byId.containsKey(id) && !isHeld.test(id)) {
                return id;
            }
        }
        return -1;
    }

    /** Creates a group that must not exist; without an id it gets {@link #nextId}. */
    public CustomerGroup create(final GroupSpec spec, final WebsiteTable websites, final IntPredicate isHeld)
        throws Refusal {
        final int id = spec.id() == null ? nextId(isHeld) : spec.id();
        if (id < 0 && spec.id() == null) {
            throw new Refusal(ResultCode.LIMIT, "", "too many groups: max=" + ID_MAX);
        }
        if (byId.containsKey(id)) {
            throw new Refusal(ResultCode.CONFLICT, "/id", "another group has the id: id=" + id + ", code="
                + byId.get(id).code());
        }
        return put(id, spec, 0, websites);
    }

    /**
     * Creates or replaces the group with that id: absent members have their defaults (tax class 3, no excluded
     * websites), an absent code stays. The same definition again changes nothing.
     *
     * @param expectedVersion the version that it must have now, 0 for none yet; -1 for any
     */
    public CustomerGroup put(final int id, final GroupSpec spec, final int expectedVersion,
                             final WebsiteTable websites) throws Refusal {
        if (id < 0 || id > ID_MAX) {
            throw new Refusal(ResultCode.INVALID, "/id", "a group's id is 0 to " + ID_MAX + ": id=" + id);
        }
        if (id == CustomerGroup.ALL_GROUPS) {
            throw new Refusal(ResultCode.INVALID, "/id", "the id is reserved for all groups: id=" + id);
        }
        if (spec.id() != null && spec.id() != id) {
            throw new Refusal(ResultCode.INVALID, "/id", "the id is not the one of the path: id=" + spec.id()
                + ", path=" + id);
        }
        final CustomerGroup present = byId.get(id);
        Versions.check(present == null ? 0 : present.version(), expectedVersion);
        final boolean isSystem = present != null && present.system();
        if (spec.system() != null && spec.system() != isSystem) {
            throw new Refusal(ResultCode.INVALID, "/system", "whether a group is the system's is given by the server: "
                + "system=" + isSystem);
        }
        final String code = code(spec, present);
        final int taxClassId = spec.taxClassId() == null ? CustomerGroup.RETAIL_CUSTOMER : spec.taxClassId();
        if (taxClassId < 0 || taxClassId > TAX_CLASS_MAX) {
            throw new Refusal(ResultCode.INVALID, "/taxClassId", "a tax class is 0 to " + TAX_CLASS_MAX
                + ": taxClassId=" + taxClassId);
        }
        final List<String> excluded = excluded(id, spec, websites);
        final CustomerGroup unversioned = new CustomerGroup(id, code, taxClassId, excluded, isSystem,
            present == null ? 1 : present.version());
        if (unversioned.equals(present)) {
            return present;
        }
        if (present != null) {
            byFoldedCode.remove(folding.apply(present.code()));
        }
        final CustomerGroup group = new CustomerGroup(id, code, taxClassId, excluded, isSystem,
            present == null ? 1 : present.version() + 1);
        add(group);
        return group;
    }

    /**
     * Checks that the group can be deleted as far as groups and websites are concerned; whether a condition uses it is
     * for the caller to find.
     */
    public CustomerGroup checkDelete(final int id, final int expectedVersion, final WebsiteTable websites)
        throws Refusal {
        final CustomerGroup group = byId.get(id);
        if (group == null) {
            throw new Refusal(ResultCode.NOT_FOUND, "", "unknown group: id=" + id);
        }
        Versions.check(group.version(), expectedVersion);
        if (group.system()) {
            throw new Refusal(ResultCode.CONFLICT, "", "the group of visitors cannot be deleted: id=" + id);
        }
        final Website website = websites.withDefaultGroup(id);
        if (website != null) {
            throw new Refusal(ResultCode.CONFLICT, "", "the group is a website's default group: id=" + id
                + ", website=" + website.code());
        }
        return group;
    }

    /** Deletes the group after the checks of {@link #checkDelete}. */
    public CustomerGroup delete(final int id, final int expectedVersion, final WebsiteTable websites)
        throws Refusal {
        final CustomerGroup group = checkDelete(id, expectedVersion, websites);
        byId.remove(id);
        byFoldedCode.remove(folding.apply(group.code()));
        return group;
    }

    /** Replaces all by what {@link #all()} said. */
    public void restore(final List<CustomerGroup> restored) {
        byId.clear();
        byFoldedCode.clear();
        for (final CustomerGroup group : restored) {
            if (byId.containsKey(group.id()) || byFoldedCode.containsKey(folding.apply(group.code()))) {
                throw new IllegalStateException("group stands twice: id=" + group.id());
            }
            add(group);
        }
    }

    private String code(final GroupSpec spec, final CustomerGroup present) throws Refusal {
        if (spec.code() == null) {
            if (present == null) {
                throw new Refusal(ResultCode.INVALID, "", "a member is missing: name=code");
            }
            return present.code();
        }
        final String code = spec.code().strip();
        final int count = code.codePointCount(0, code.length());
        if (count < 1 || count > CODE_POINTS_MAX) {
            throw new Refusal(ResultCode.INVALID, "/code", "a group's code has 1 to " + CODE_POINTS_MAX
                + " characters: count=" + count);
        }
        if (code.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(ResultCode.INVALID, "/code", "a group's code has no control characters");
        }
        if (present != null && present.id() == CustomerGroup.NOT_LOGGED_IN && !code.equals(present.code())) {
            throw new Refusal(ResultCode.CONFLICT, "/code", "the group of visitors cannot be renamed: code="
                + present.code());
        }
        final CustomerGroup other = byFoldedCode.get(folding.apply(code));
        if (other != null && other != present) {
            throw new Refusal(ResultCode.CONFLICT, "/code", "another group has the code: code=" + other.code()
                + ", id=" + other.id());
        }
        return code;
    }

    private static List<String> excluded(final int id, final GroupSpec spec, final WebsiteTable websites)
        throws Refusal {
        if (spec.excludedWebsites() == null || spec.excludedWebsites().isEmpty()) {
            return List.of();
        }
        if (id == CustomerGroup.NOT_LOGGED_IN) {
            throw new Refusal(ResultCode.CONFLICT, "/excludedWebsites", "the group of visitors has no excluded "
                + "websites");
        }
        final TreeMap<Integer, String> codes = new TreeMap<>();
        for (int i = 0; i < spec.excludedWebsites().size(); i++) {
            final Website website = websites.get(spec.excludedWebsites().get(i));
            if (website == null) {
                throw new Refusal(ResultCode.INVALID, "/excludedWebsites/" + i, "unknown website");
            }
            codes.put(website.id(), website.code());
        }
        return List.copyOf(codes.values());
    }

    private void seed(final int id, final String code, final boolean isSystem) {
        add(new CustomerGroup(id, code, CustomerGroup.RETAIL_CUSTOMER, List.of(), isSystem, 1));
    }

    private void add(final CustomerGroup group) {
        byId.put(group.id(), group);
        byFoldedCode.put(folding.apply(group.code()), group);
    }
}
