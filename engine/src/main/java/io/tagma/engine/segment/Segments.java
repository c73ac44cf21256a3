package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * All segments and the work of changing them: a definition is compiled, built aside in slices under a new slot together
 * with all that depends on it, and swapped in at one instant; the difference follows as change events. Builds that wait
 * start together and share one sweep. Engine's thread.
 */
public final class Segments {
    /** Segments that leave in one sweep. */
    private static final int LEAVING_MAX = 64;
    /** Names of deleted segments kept for the change stream. */
    private static final int DELETED_MAX = 100_000;
    private static final long OPEN = Long.MAX_VALUE;

    private final Subjects subjects;
    private final Publication publication;
    private final LongConsumer jobDone;

    private final Map<String, SegmentEntry> byKey = new HashMap<>();
    private final TreeMap<Integer, SegmentEntry> byId = new TreeMap<>();
    private final References references = new References();
    private final Turns turns = new Turns();
    private final Plans plans;
    private final Builds builds;
    /** Deleted segments that change events may still name, in order of deletion. */
    private final Map<Integer, Deleted> deleted = new LinkedHashMap<>();
    private boolean isAnyEndOpen = true;
    private int nextId = 1;

    /** A deleted segment's key, and the number below which its change events lie; {@link #OPEN} until that is known. */
    private record Deleted(String key, long end) {
    }

    /** No segments yet. */
    public Segments(final Subjects subjects, final WebsiteTable websites, final Published<SlotTable> table,
                    final LongConsumer jobDone) {
        this.subjects = subjects;
        this.jobDone = jobDone;
        publication = new Publication(websites, table, subjects.work());
        plans = new Plans(subjects, websites);
        builds = new Builds(subjects, this::swap);
    }

    /** The segment, or null. */
    public SegmentEntry get(final String key) {
        return byKey.get(key);
    }

    /** The definition that answers, or will once it is valid; null where there is none. */
    public SegmentDefinition liveDefinition(final String key) {
        final SegmentEntry entry = byKey.get(key);
        return entry == null || entry.live() == null ? null : entry.live().definition();
    }

    /** All segments by id. */
    public Iterable<SegmentEntry> all() {
        return byId.values();
    }

    /** Number of segments. */
    public int size() {
        return byId.size();
    }

    /** Changes with every table that look-ups see. */
    public int epoch() {
        return publication.epoch();
    }

    /** Key of a segment, also of a deleted one as long as the change stream may name it; else empty. */
    public String key(final int id) {
        final SegmentEntry entry = byId.get(id);
        if (entry != null) {
            return entry.key();
        }
        final Deleted gone = deleted.get(id);
        return gone == null ? "" : gone.key();
    }

    /** Keys of segments whose definition, or that of a plan which is still kept for them, is of some kind. */
    public Set<String> keys(final java.util.function.Predicate<SegmentDefinition> kind) {
        final Set<String> keys = new LinkedHashSet<>();
        for (final SegmentEntry entry : byId.values()) {
            if (kind.test(entry.definition())) {
                keys.add(entry.key());
            }
        }
        for (final SegmentPlan plan : subjects.plans()) {
            if (kind.test(plan.definition())) {
                keys.add(plan.definition().key());
            }
        }
        return keys;
    }

    /** Whether there are slots for a segment and all that may depend on it: rows cannot have any number of them. */
    public boolean hasFreeSlots() {
        return plans.room() > References.DEPENDENTS_MAX + builds.planCount();
    }

    /** Which segments refer to which. */
    public References references() {
        return references;
    }

    /** Creates a segment or replaces its definition. Returns whether the job is needed to make it visible. */
    public boolean define(final SegmentDefinition definition, final long job) {
        SegmentEntry entry = byKey.get(definition.key());
        if (entry == null) {
            entry = new SegmentEntry(nextId++, definition.key());
            byKey.put(entry.key(), entry);
            byId.put(entry.id(), entry);
        }
        references.define(definition);
        entry.define(definition, entry.version() + 1);
        final SegmentPlan live = entry.live();
        if (isWanted(entry) && live != null && live.isOpen() && definition.hasBegun(subjects.now())
            && !entry.isUnderWay() && hasSameMembers(live.definition(), definition)) {
            publication.hide(live);
            live.definition(definition, entry.version());
            turns.schedule(live);
            publication.show(live);
            publish();
            return false;
        }
        return change(entry, job);
    }

    /** Deletes a segment. Returns whether the job is needed to tell who left. */
    public boolean delete(final SegmentEntry entry, final long job) {
        byKey.remove(entry.key());
        byId.remove(entry.id());
        references.delete(entry.key());
        deleted.put(entry.id(), new Deleted(entry.key(), OPEN));
        isAnyEndOpen = true;
        if (deleted.size() > DELETED_MAX) {
            final Iterator<Deleted> oldest = deleted.values().iterator();
            oldest.next();
            oldest.remove();
        }
        return change(entry, job);
    }

    private boolean change(final SegmentEntry entry, final long job) {
        if (!isWanted(entry)) {
            if (entry.live() == null && !entry.isUnderWay()) {
                return false;
            }
            if (dependents(entry).isEmpty() && (!entry.isUnderWay() || entry.build().entries().size() == 1)) {
                if (entry.isUnderWay()) {
                    final long superseded = entry.job();
                    cancel(entry.build());
                    jobDone.accept(superseded);
                }
                return leave(entry, job);
            }
        }
        rebuild(entry, job);
        return true;
    }

    /** Whether it has, or will have, members. */
    private boolean isWanted(final SegmentEntry entry) {
        return byId.get(entry.id()) == entry && entry.definition().status() == Status.ACTIVE
            && !entry.definition().isOver(subjects.now());
    }

    /**
     * Segments that refer to one directly and have, or will have, members: by what was last asked of them, and by what
     * answers until a build ends.
     */
    private List<SegmentEntry> dependents(final SegmentEntry entry) {
        final List<SegmentEntry> dependents = new ArrayList<>();
        for (final String key : references.referringTo(entry.key())) {
            if (isWanted(byKey.get(key))) {
                dependents.add(byKey.get(key));
            }
        }
        builds.forEach(other -> {
            if (isNamed(entry.key(), other.live()) && !dependents.contains(other)) {
                dependents.add(other);
            }
        });
        return dependents;
    }

    private static boolean isNamed(final String key, final SegmentPlan plan) {
        return plan != null && !plan.references().isEmpty() && plan.definition().references().containsKey(key);
    }

    /** Nobody is a member from now on; the sweep tells so, after what happened before. */
    private boolean leave(final SegmentEntry entry, final long job) {
        final SegmentPlan live = entry.live();
        if (live == null) {
            return false;
        }
        entry.live(null);
        turns.cancel(live);
        final SwapSweep.Part part = new SwapSweep.Part(job, SwapSweep.Version.of(live), null);
        final List<Sweep> sweeps = subjects.sweeps();
        final SwapSweep sweep = sweeps.isEmpty() || !(sweeps.get(sweeps.size() - 1) instanceof SwapSweep last)
            ? null : last;
        if (sweep != null && sweep.isFresh() && sweep.isOnlyLeaving() && sweep.instant() == subjects.now()
            && sweep.parts().size() < LEAVING_MAX) {
            sweep.add(part);
        } else {
            sweeps.add(swapSweep(subjects.now(), List.of(part)));
        }
        publication.hide(live);
        publish();
        return true;
    }

    SwapSweep swapSweep(final long instant, final List<SwapSweep.Part> parts) {
        return new SwapSweep(instant, subjects, parts, this::gone);
    }

    TurnSweep turnSweep(final long instant, final List<SegmentPlan> opening, final List<SegmentPlan> closing) {
        return new TurnSweep(instant, subjects, opening, closing, this::gone);
    }

    /** No row has the version's slot any more. */
    private void gone(final SwapSweep.Version version) {
        if (version.plan() == null) {
            plans.free(version.slot());
        } else {
            gone(version.plan());
        }
    }

    private void gone(final SegmentPlan plan) {
        plans.detach(plan);
        plans.free(plan.slot());
    }

    private static boolean hasSameMembers(final SegmentDefinition a, final SegmentDefinition b) {
        return a.condition().equals(b.condition()) && a.applyTo() == b.applyTo()
            && a.websites().equals(b.websites()) && a.websiteScope() == b.websiteScope()
            && Objects.equals(a.purpose(), b.purpose());
    }

    // ---- building what belongs together ------------------------------------------------------------------------

    /**
     * Begins a build of a segment and of all that depends on it. What is under way of those, and of what they refer to,
     * is given up and becomes part of it: a plan refers to plans that answer, or will with it.
     */
    private void rebuild(final SegmentEntry changed, final long job) {
        final Map<Integer, SegmentEntry> connected = connected(changed);
        final Map<Integer, Long> jobs = new HashMap<>();
        for (final SegmentEntry entry : connected.values()) {
            jobs.put(entry.id(), entry.job());
        }
        if (changed.isUnderWay()) {
            jobDone.accept(changed.job());
        }
        jobs.put(changed.id(), job);
        for (final SegmentEntry entry : connected.values()) {
            if (entry.isUnderWay()) {
                cancel(entry.build());
            }
        }
        final Build build = new Build();
        final Set<SegmentEntry> done = new HashSet<>();
        for (final SegmentEntry entry : connected.values()) {
            add(entry, connected, done, jobs, build);
        }
        builds.add(build);
    }

    private Map<Integer, SegmentEntry> connected(final SegmentEntry changed) {
        final Map<Integer, SegmentEntry> connected = new TreeMap<>();
        final Deque<SegmentEntry> open = new ArrayDeque<>();
        open.add(changed);
        while (!open.isEmpty()) {
            final SegmentEntry entry = open.poll();
            if (connected.putIfAbsent(entry.id(), entry) != null) {
                continue;
            }
            open.addAll(dependents(entry));
            // A segment of the same key that is deleted answers until the build ends in which it goes.
            builds.forEach(other -> {
                if (other.key().equals(entry.key())) {
                    open.add(other);
                }
            });
            if (entry.isUnderWay()) {
                open.addAll(entry.build().entries());
            }
            if (isWanted(entry)) {
                for (final String key : entry.definition().references().keySet()) {
                    final SegmentEntry reference = byKey.get(key);
                    if (reference != null && reference.isUnderWay()) {
                        open.add(reference);
                    }
                }
            }
        }
        return connected;
    }

    /** What a segment refers to comes first. */
    private void add(final SegmentEntry entry, final Map<Integer, SegmentEntry> connected,
                     final Set<SegmentEntry> done, final Map<Integer, Long> jobs, final Build build) {
        if (!done.add(entry)) {
            return;
        }
        if (!isWanted(entry)) {
            build.add(entry, null, jobs.get(entry.id()));
            return;
        }
        for (final String key : entry.definition().references().keySet()) {
            final SegmentEntry reference = byKey.get(key);
            if (reference != null && connected.get(reference.id()) == reference) {
                add(reference, connected, done, jobs, build);
            }
        }
        final List<SegmentPlan> references = new ArrayList<>();
        for (final String key : entry.definition().references().keySet()) {
            final SegmentEntry reference = byKey.get(key);
            references.add(reference == null ? null
                : reference.build() == build ? reference.building() : reference.live());
        }
        final SegmentPlan plan = plans.create(entry, references);
        if (plan.definition().hasBegun(subjects.now())) {
            plan.open(null);
        }
        turns.schedule(plan);
        build.add(entry, plan, jobs.get(entry.id()));
    }

    private void cancel(final Build build) {
        builds.cancel(build);
        for (final SegmentEntry entry : build.entries()) {
            final SegmentPlan plan = entry.building();
            entry.build(null, null, 0);
            if (plan != null) {
                turns.cancel(plan);
                if (plan.opening() != null) {
                    plan.opening().giveUp(plan);
                }
                plans.detach(plan);
                cleanUp(plan);
            }
        }
    }

    private void cleanUp(final SegmentPlan given) {
        if (subjects.members().members(given.slot()).isEmpty()) {
            plans.free(given.slot());
            return;
        }
        subjects.sweeps().add(swapSweep(subjects.now(),
            List.of(new SwapSweep.Part(0, SwapSweep.Version.of(given).givenUp(), null))));
    }

    // ---- building ----------------------------------------------------------------------------------------------

    /** Whether there is anything to build. */
    public boolean hasWork() {
        return builds.hasWork();
    }

    /** Advances builds by so many work units, the last subject's beyond; returns the units spent. */
    public int build(final int workMax) {
        return builds.build(workMax);
    }

    /** All subjects are built: the new versions answer from now on, and the sweep tells who entered and who left. */
    private void swap(final List<Build> built) {
        final List<SwapSweep.Part> parts = new ArrayList<>();
        final List<SegmentPlan> entering = new ArrayList<>();
        for (final Build build : built) {
            for (final SegmentEntry entry : build.entries()) {
                if (entry.live() == null && entry.building() == null) {
                    jobDone.accept(entry.job());
                } else {
                    parts.add(new SwapSweep.Part(entry.job(), SwapSweep.Version.of(entry.live()),
                        SwapSweep.Version.of(entry.building())));
                }
                if (entry.live() != null) {
                    turns.cancel(entry.live());
                    publication.hide(entry.live());
                }
                if (entry.building() != null) {
                    entering.add(entry.building());
                }
                entry.live(entry.building());
                entry.build(null, null, 0);
            }
        }
        if (!parts.isEmpty()) {
            subjects.sweeps().add(swapSweep(subjects.now(), parts));
        }
        for (final SegmentPlan plan : entering) {
            if (plan.isOpen()) {
                publication.show(plan);
            }
        }
        publish();
    }

    /** Forgets the names of deleted segments that no change event names any more. */
    public void trim(final ChangeStream changes) {
        if (deleted.isEmpty()) {
            return;
        }
        if (isAnyEndOpen && subjects.sweeps().isEmpty() && !hasWork()) {
            isAnyEndOpen = false;
            deleted.replaceAll((id, gone) -> gone.end() == OPEN ? new Deleted(gone.key(), changes.next()) : gone);
        }
        final Iterator<Deleted> oldest = deleted.values().iterator();
        while (oldest.hasNext() && oldest.next().end() <= changes.floor()) {
            oldest.remove();
        }
    }

    /** Whether the job's segment waits or is being built. */
    public boolean hasJob(final long job) {
        return builds.hasJob(job);
    }

    /** Hears of builds. */
    @FunctionalInterface
    public interface BuildConsumer {
        /** A build's job, the segment's key, and how far it is, 0 to 1. */
        void accept(long job, String key, double fraction);
    }

    /** Lists the segments that wait or are being built, by their order. */
    public void describe(final BuildConsumer consumer) {
        builds.describe(consumer);
    }

    /** How much of a segment is built, 0 to 1. */
    public double builtFraction(final SegmentEntry entry) {
        return builds.builtFraction(entry);
    }

    // ---- validity ----------------------------------------------------------------------------------------------

    /** The next instant at which a segment's validity begins or ends; {@link Long#MAX_VALUE} where there is none. */
    public long nextTurn() {
        return turns.next();
    }

    /**
     * Begins and ends what begins and ends at the next such instant; {@link #publish} makes it visible. To be called
     * before anything happens later, and after all flips from before it where that can be. Returns the units spent.
     */
    public int turn() {
        final long before = subjects.work().units();
        final long instant = turns.next();
        final List<SegmentPlan> opening = new ArrayList<>();
        final List<SegmentPlan> closing = new ArrayList<>();
        for (final SegmentPlan plan : turns.poll()) {
            (plan.definition().isOver(instant) ? closing : opening).add(plan);
        }
        subjects.sweeps().add(turnSweep(instant, opening, closing));
        closing.forEach(this::close);
        opening.sort(RowUpdate.BY_DEPTH);
        for (final SegmentPlan plan : opening) {
            turns.schedule(plan);
            if (plan.isLive()) {
                publication.show(plan);
            }
        }
        publication.askDependents(Stream.concat(closing.stream(), opening.stream()));
        return (int)(subjects.work().units() - before);
    }

    private void close(final SegmentPlan plan) {
        final SegmentEntry entry = plan.entry();
        publication.hide(plan);
        if (entry.live() == plan) {
            entry.live(null);
        } else {
            // Nobody was told of it, and the measures it reads may be built anew for others before its sweep ends.
            plan.builtBelow(0);
            entry.building(null);
            builds.leaveOut(plan);
        }
    }

    // ---- what look-ups see -------------------------------------------------------------------------------------

    /** What look-ups show. */
    public List<SegmentPlan> live() {
        return subjects.plans().stream().filter(SegmentPlan::isShown).toList();
    }

    /** Publishes a table of what is live now. */
    public void publish() {
        publication.publish(subjects.sweeps(), plans.slotsEnd());
    }

    /** A website is new. */
    public void websiteAdded(final int website) {
        publication.websiteAdded(website);
    }

    /** Publishes the table of a restored state; its sweeps are there. */
    public void publishRestored() {
        publication.republish(subjects.sweeps(), plans.slotsEnd());
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    /** Parses a definition that was accepted before. */
    @FunctionalInterface
    public interface DefinitionReader {
        /** The definition of a key in canonical JSON. */
        SegmentDefinition read(String key, String json);
    }

    /** Writes segments, plans and what is under way. */
    public void write(final StateWriter writer) {
        writer.putInt(nextId);
        plans.write(writer);
        writer.putInt(publication.epoch());
        writer.putInt(byId.size());
        for (final SegmentEntry entry : byId.values()) {
            writer.putInt(entry.id());
            writer.putText(entry.key());
            writer.putInt(entry.version());
            writer.putText(entry.definition().json());
        }
        writer.putInt(deleted.size());
        for (final Map.Entry<Integer, Deleted> gone : deleted.entrySet()) {
            writer.putInt(gone.getKey());
            writer.putText(gone.getValue().key());
            writer.putLong(gone.getValue().end());
        }
        writer.putInt(subjects.plans().size());
        for (final SegmentPlan plan : subjects.plans()) {
            Plans.write(plan, writer);
        }
        builds.write(writer);
    }

    /** Reads into an empty registry; sweeps and rows come later, and then {@link #publishRestored}. */
    public void read(final StateReader reader, final DefinitionReader definitions) {
        nextId = reader.getInt();
        plans.read(reader);
        publication.epoch(reader.getInt());
        final int entries = reader.getInt();
        for (int i = 0; i < entries; i++) {
            final SegmentEntry entry = new SegmentEntry(reader.getInt(), reader.getText());
            final int version = reader.getInt();
            entry.define(definitions.read(entry.key(), reader.getText()), version);
            references.define(entry.definition());
            byKey.put(entry.key(), entry);
            byId.put(entry.id(), entry);
        }
        for (int i = reader.getInt(); i > 0; i--) {
            deleted.put(reader.getInt(), new Deleted(reader.getText(), reader.getLong()));
        }
        final Map<Integer, SegmentEntry> owners = new HashMap<>(byId);
        for (int i = reader.getInt(); i > 0; i--) {
            readPlan(reader, definitions, owners);
        }
        builds.read(reader, (id, key) -> owners.computeIfAbsent(id, i -> new SegmentEntry(i, key)), plans::get);
    }

    private void readPlan(final StateReader reader, final DefinitionReader definitions,
                          final Map<Integer, SegmentEntry> owners) {
        final int slot = reader.getInt();
        final int segmentId = reader.getInt();
        final int version = reader.getInt();
        final SegmentDefinition definition = definitions.read(reader.getText(), reader.getText());
        final SegmentEntry entry =
            owners.computeIfAbsent(segmentId, id -> new SegmentEntry(id, definition.key()));
        final SegmentPlan plan = new SegmentPlan(slot, entry, version, definition);
        if (!plans.readRest(plan, reader)) {
            turns.schedule(plan);
            if (plan.isLive()) {
                entry.live(plan);
                if (plan.isOpen()) {
                    publication.show(plan);
                }
            }
        }
    }

    /** The plan of a slot. */
    SegmentPlan plan(final int slot) {
        return plans.get(slot);
    }

    /** A version whose build was given up was read: its members are to be taken out of the rows still. */
    void restoreGivenUp(final int slot) {
        subjects.members().open(slot);
    }
}
