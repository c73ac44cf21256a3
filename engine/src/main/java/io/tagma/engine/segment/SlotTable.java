package io.tagma.engine.segment;

import io.tagma.engine.model.Website;
import java.util.Arrays;

/**
 * What look-ups show of the slots in rows: which are live, under which public id, on which website, and which count for
 * the vary hash. Immutable; replaced whole by one publication, which is how a segment is swapped, paused, archived or
 * deleted, and how a group's deletion reaches all its members at once.
 *
 * <p>Readers load the row first, then the table. Whoever publishes: a slot is cleaned out of rows only after a table
 * without it is published, and given to another segment only after that; the first table after a slot was given again
 * says so ({@link Builder#recycledSlots}). Every published table has a higher epoch than the one before.
 */
public final class SlotTable {
    private static final int[] NO_SLOTS = new int[0];
    private static final Site HIDDEN = new Site(0, new Shown(new int[0], new long[0]), NO_SLOTS, 0);

    private final int epoch;
    private final int recycledEpoch;
    private final Site[] sites;
    private final long[] deletedGroups;

    private SlotTable(final int epoch, final int recycledEpoch, final Site[] sites, final long[] deletedGroups) {
        this.epoch = epoch;
        this.recycledEpoch = recycledEpoch;
        this.sites = sites;
        this.deletedGroups = deletedGroups;
    }

    /** Nothing is defined but the website that always exists. */
    public static SlotTable empty() {
        return new Builder(0).website(Website.BASE_ID, 1).build();
    }

    /** Number of the definitions' state that this table shows. */
    public int epoch() {
        return epoch;
    }

    /** Whether the website is declared; 0 stands for the home website. */
    public boolean hasWebsite(final int website) {
        return website == 0 || website < sites.length && sites[website] != null;
    }

    /** The group that new customers of the website start in; 0 where there is no such website. */
    public int defaultGroup(final int website) {
        return site(website).defaultGroup;
    }

    /** Whether the group was deleted: its members are in their home websites' default groups. */
    public boolean isGroupDeleted(final int group) {
        return deletedGroups.length != 0 && (deletedGroups[group >>> 6] & 1L << group) != 0;
    }

    /** The group that a row's customer is in. */
    public int customerGroup(final int group, final int homeWebsite) {
        return isGroupDeleted(group) ? site(homeWebsite).defaultGroup : group;
    }

    /** The slot's public id on that website, or 0 where it is not shown. */
    public int id(final int slot, final int website) {
        final int[] ids = ids(website);
        return slot < ids.length ? ids[slot] : 0;
    }

    /** Epoch of the table since which a slot may mean another segment than before. */
    int recycledEpoch() {
        return recycledEpoch;
    }

    /** Slot to public id or 0, on that website. Slots beyond are not shown. Not to be written. */
    int[] ids(final int website) {
        return site(website).shown.ids;
    }

    /** Slot to its part of the vary hash, or 0. As long as {@link #ids}. Not to be written. */
    long[] varyParts(final int website) {
        return site(website).shown.varyParts;
    }

    /** Public ids that a subject nobody has seen gets on that website. Not to be written. */
    int[] unknownIds(final int website) {
        return site(website).unknownIds;
    }

    /** Vary hash of {@link #unknownIds}. */
    long unknownVaryHash(final int website) {
        return site(website).unknownVaryHash;
    }

    private Site site(final int website) {
        final Site site = website < sites.length ? sites[website] : null;
        return site == null ? HIDDEN : site;
    }

    /** What a website shows of the slots; shared by websites that show the same. */
    private record Shown(int[] ids, long[] varyParts) {
    }

    private record Site(int defaultGroup, Shown shown, int[] unknownIds, long unknownVaryHash) {
    }

    /** Collects a table; used once, by one thread. */
    public static final class Builder {
        private static final int GROUPS = 1 << 16;

        private final int epoch;
        private int recycledEpoch;
        private int[] defaultGroups = new int[4];
        private int[][] unknownSlots = new int[4][];
        private int[] ids = new int[64];
        private boolean[] cacheRelevant = new boolean[64];
        private int[][] websites = new int[64][];
        private int slotsEnd;
        private long[] deletedGroups = new long[0];

        /** Begins the table of that epoch: slots have not been given again since the first one. */
        public Builder(final int epoch) {
            this.epoch = epoch;
            Arrays.fill(defaultGroups, -1);
        }

        /**
         * Epoch of the newest table, this one perhaps, before which a slot was given to another segment than it had
         * belonged to. A reader that was halted so long as to hold a row from before looks again.
         */
        public Builder recycledSlots(final int tableEpoch) {
            assert tableEpoch - epoch <= 0 : "recycled in the future: epoch=" + epoch + ", recycled=" + tableEpoch;
            this.recycledEpoch = tableEpoch;
            return this;
        }

        /** Declares a website. */
        public Builder website(final int website, final int defaultGroup) {
            assert website > 0 && website <= 0xFFFF : "website=" + website;
            if (website >= defaultGroups.length) {
                final int length = Math.max(website + 1, defaultGroups.length * 2);
                final int from = defaultGroups.length;
                defaultGroups = Arrays.copyOf(defaultGroups, length);
                Arrays.fill(defaultGroups, from, length, -1);
                unknownSlots = Arrays.copyOf(unknownSlots, length);
            }
            defaultGroups[website] = defaultGroup;
            return this;
        }

        /**
         * Shows a slot.
         *
         * @param id            the segment's public id, not 0
         * @param onlyWebsites  ids of the websites it is shown on; empty: all
         */
        public Builder live(final int slot, final int id, final boolean isCacheRelevant, final int[] onlyWebsites) {
            assert slot >= 0 : "slot=" + slot;
            assert id != 0 : "a segment's id is not 0: slot=" + slot;
            if (slot >= ids.length) {
                final int length = Math.max(slot + 1, ids.length * 2);
                ids = Arrays.copyOf(ids, length);
                cacheRelevant = Arrays.copyOf(cacheRelevant, length);
                websites = Arrays.copyOf(websites, length);
            }
            assert ids[slot] == 0 : "shown twice: slot=" + slot;
            ids[slot] = id;
            cacheRelevant[slot] = isCacheRelevant;
            websites[slot] = onlyWebsites.length == 0 ? NO_SLOTS : onlyWebsites.clone();
            slotsEnd = Math.max(slotsEnd, slot + 1);
            return this;
        }

        /** The group is deleted: its members are in the default group of their home website. */
        public Builder deletedGroup(final int group) {
            if (deletedGroups.length == 0) {
                deletedGroups = new long[GROUPS >>> 6];
            }
            deletedGroups[group >>> 6] |= 1L << group;
            return this;
        }

        /** Slots that a visitor of the (declared) website whom nobody has seen is in, ascending. */
        public Builder unknown(final int website, final int[] slots) {
            unknownSlots[website] = slots.clone();
            return this;
        }

        /** The table. */
        public SlotTable build() {
            final boolean[] isMentioned = new boolean[defaultGroups.length];
            for (int slot = 0; slot < slotsEnd; slot++) {
                if (ids[slot] != 0) {
                    for (final int website : websites[slot]) {
                        if (website < isMentioned.length) {
                            isMentioned[website] = true;
                        }
                    }
                }
            }
            final Shown common = shown(0);
            final Site[] sites = new Site[defaultGroups.length];
            for (int website = 1; website < sites.length; website++) {
                if (defaultGroups[website] >= 0) {
                    sites[website] = site(website, isMentioned[website] ? shown(website) : common);
                }
            }
            return new SlotTable(epoch, recycledEpoch, sites, deletedGroups);
        }

        private Shown shown(final int website) {
            final int[] shownIds = new int[slotsEnd];
            final long[] varyParts = new long[slotsEnd];
            for (int slot = 0; slot < slotsEnd; slot++) {
                if (ids[slot] != 0 && isShownOn(slot, website)) {
                    shownIds[slot] = ids[slot];
                    varyParts[slot] = cacheRelevant[slot] ? SetHash.mix(ids[slot]) : 0;
                }
            }
            return new Shown(shownIds, varyParts);
        }

        private boolean isShownOn(final int slot, final int website) {
            if (websites[slot].length == 0) {
                return true;
            }
            for (final int shownOn : websites[slot]) {
                if (shownOn == website) {
                    return true;
                }
            }
            return false;
        }

        private Site site(final int website, final Shown shown) {
            final int[] slots = unknownSlots[website] == null ? NO_SLOTS : unknownSlots[website];
            final int[] unknownIds = new int[slots.length];
            int count = 0;
            long varyHash = 0;
            for (final int slot : slots) {
                if (slot < slotsEnd && shown.ids[slot] != 0) {
                    unknownIds[count++] = shown.ids[slot];
                    varyHash ^= shown.varyParts[slot];
                }
            }
            return new Site(defaultGroups[website], shown, Arrays.copyOf(unknownIds, count), varyHash);
        }
    }
}
