package io.tagma.engine.segment;

import io.tagma.engine.model.Website;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.Int2ObjectHashMap;

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
    private static final Site HIDDEN = new Site(0, new Shown(new int[0], new long[0]), NO_SLOTS, NO_SLOTS,
        0);

    private final int epoch;
    private final int recycledEpoch;
    private final Site[] sites;
    private final long[] deletedGroups;
    private final Int2ObjectHashMap<int[]> movedTo;

    private SlotTable(final int epoch, final int recycledEpoch, final Site[] sites, final long[] deletedGroups,
                      final Int2ObjectHashMap<int[]> movedTo) {
        this.epoch = epoch;
        this.recycledEpoch = recycledEpoch;
        this.sites = sites;
        this.deletedGroups = deletedGroups;
        this.movedTo = movedTo;
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

    /** Whether the group was deleted: its members are in what were their home websites' default groups then. */
    public boolean isGroupDeleted(final int group) {
        return deletedGroups.length != 0 && (deletedGroups[group >>> 6] & 1L << group) != 0;
    }

    /** The group that a row's customer is in. */
    public int customerGroup(final int group, final int homeWebsite) {
        return isGroupDeleted(group) ? movedTo(group, homeWebsite) : group;
    }

    private int movedTo(final int group, final int homeWebsite) {
        final int[] byWebsite = movedTo.get(group);
        return byWebsite == null || homeWebsite >= byWebsite.length || byWebsite[homeWebsite] < 0
            ? site(homeWebsite).defaultGroup : byWebsite[homeWebsite];
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

    private record Site(int defaultGroup, Shown shown, int[] unknownSlots, int[] unknownIds, long unknownVaryHash) {
    }

    /** Collects what tables show, and makes them; one thread. A table made shows nothing of what comes later. */
    public static final class Builder {
        private static final int GROUPS = 1 << 16;

        private int epoch;
        private int recycledEpoch;
        private int[] defaultGroups = new int[4];
        private int[][] unknownSlots = new int[4][];
        /** Of slots shown everywhere; 0 for the others. */
        private int[] ids = new int[64];
        private long[] varyParts = new long[64];
        private final TreeMap<Integer, Restricted> restricted = new TreeMap<>();
        /** How many slots name the website. */
        private int[] mentions = new int[4];
        private int mentionedWebsites;
        private int slotsEnd;
        private long[] deletedGroups = new long[0];
        private Int2ObjectHashMap<int[]> movedTo = new Int2ObjectHashMap<>();

        /** A slot shown on some websites only. */
        private record Restricted(int id, long varyPart, int[] websites) {
        }

        /** Begins the table of that epoch: slots have not been given again since the first one. */
        public Builder(final int epoch) {
            this.epoch = epoch;
            Arrays.fill(defaultGroups, -1);
        }

        /** Epoch of the table made next. */
        Builder epoch(final int next) {
            epoch = next;
            return this;
        }

        /**
         * Epoch of the newest table, the next one perhaps, before which a slot was given to another segment than it had
         * belonged to. A reader that was halted so long as to hold a row from before looks again.
         */
        public Builder recycledSlots(final int tableEpoch) {
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
                varyParts = Arrays.copyOf(varyParts, length);
            }
            assert ids[slot] == 0 && !restricted.containsKey(slot) : "shown twice: slot=" + slot;
            final long varyPart = isCacheRelevant ? SetHash.mix(id) : 0;
            if (onlyWebsites.length == 0) {
                ids[slot] = id;
                varyParts[slot] = varyPart;
            } else {
                restricted.put(slot, new Restricted(id, varyPart, onlyWebsites.clone()));
                mention(onlyWebsites, 1);
            }
            slotsEnd = Math.max(slotsEnd, slot + 1);
            return this;
        }

        /** Shows a slot no longer. */
        Builder hide(final int slot) {
            ids[slot] = 0;
            varyParts[slot] = 0;
            final Restricted removed = restricted.remove(slot);
            if (removed != null) {
                mention(removed.websites, -1);
            }
            return this;
        }

        private void mention(final int[] websites, final int change) {
            for (final int website : websites) {
                if (website >= mentions.length) {
                    mentions = Arrays.copyOf(mentions, Math.max(website + 1, mentions.length * 2));
                }
                mentionedWebsites -= mentions[website] > 0 ? 1 : 0;
                mentions[website] += change;
                mentionedWebsites += mentions[website] > 0 ? 1 : 0;
            }
        }

        /** Number of websites that some slot shown names: each has a table of its own. */
        int mentionedWebsites() {
            return mentionedWebsites;
        }

        /** The group is deleted: its members are in the default group of their home website. */
        public Builder deletedGroup(final int group) {
            if (deletedGroups.length == 0) {
                deletedGroups = new long[GROUPS >>> 6];
            }
            deletedGroups[group >>> 6] |= 1L << group;
            return this;
        }

        /** The group is deleted: its members are in these groups, by home website; not to be written any more. */
        Builder deletedGroup(final int group, final int[] groupByWebsite) {
            movedTo.put(group, groupByWebsite);
            return deletedGroup(group);
        }

        /** No group is deleted. */
        Builder noDeletedGroups() {
            deletedGroups = new long[0];
            movedTo = new Int2ObjectHashMap<>();
            return this;
        }

        /** Slots that a visitor of the (declared) website whom nobody has seen is in, ascending. */
        public Builder unknown(final int website, final int[] slots) {
            return sharedUnknown(website, slots.clone());
        }

        /** The same; the array is not to be written any more, and websites with the same share what is made of it. */
        Builder sharedUnknown(final int website, final int[] slots) {
            unknownSlots[website] = slots;
            return this;
        }

        /** The table. */
        public SlotTable build() {
            final Shown common = new Shown(Arrays.copyOf(ids, slotsEnd), Arrays.copyOf(varyParts, slotsEnd));
            final Shown[] shown = new Shown[defaultGroups.length];
            for (int website = 1; website < shown.length; website++) {
                shown[website] = website < mentions.length && mentions[website] > 0
                    ? new Shown(common.ids.clone(), common.varyParts.clone()) : common;
            }
            for (final Map.Entry<Integer, Restricted> each : restricted.entrySet()) {
                final int slot = each.getKey();
                for (final int website : each.getValue().websites) {
                    if (website < shown.length) {
                        shown[website].ids[slot] = each.getValue().id;
                        shown[website].varyParts[slot] = each.getValue().varyPart;
                    }
                }
            }
            final Site[] sites = new Site[defaultGroups.length];
            Site shared = null;
            for (int website = 1; website < sites.length; website++) {
                if (defaultGroups[website] >= 0) {
                    final int[] slots = unknownSlots[website] == null ? NO_SLOTS : unknownSlots[website];
                    if (shown[website] == common && shared != null && slots == shared.unknownSlots) {
                        sites[website] = new Site(defaultGroups[website], common, slots, shared.unknownIds,
                            shared.unknownVaryHash);
                    } else {
                        sites[website] = site(website, shown[website], slots);
                        shared = shown[website] == common ? sites[website] : shared;
                    }
                }
            }
            return new SlotTable(epoch, recycledEpoch, sites, deletedGroups, movedTo);
        }

        private Site site(final int website, final Shown shown, final int[] slots) {
            final int[] unknownIds = new int[slots.length];
            int count = 0;
            long varyHash = 0;
            for (final int slot : slots) {
                if (slot < slotsEnd && shown.ids[slot] != 0) {
                    unknownIds[count++] = shown.ids[slot];
                    varyHash ^= shown.varyParts[slot];
                }
            }
            return new Site(defaultGroups[website], shown, slots, Arrays.copyOf(unknownIds, count), varyHash);
        }
    }
}
