package io.tagma.engine;

import static io.tagma.engine.Expect.equal;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.oracle.NaiveOracle;
import io.tagma.engine.oracle.NaiveShop;
import io.tagma.engine.oracle.PastView;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What holds of a subject while builds, swaps and sweeps are under way, and flips overdue:
 *
 * <ul>
 *   <li>A look-up shows of every segment the definition that was <em>swapped in</em> last: while a version is being
 *       built, the one before or none; of a segment that was paused or deleted, none from then on. The swap concerns
 *       all subjects at once, whether its sweep has come to them or not.
 *   <li>A subject has <em>caught up</em> when none of its flips is overdue and no sweep under way has still to come to
 *       it. Whoever a command named has. Its look-up, its bits in the columns and its explanations are what the oracle
 *       says of now.
 *   <li>A subject that has not sees a world of its own, which is as exact: of a changed product the fields from before
 *       the oldest change whose sweep has still to come, the zone of its home website likewise, in conditions the group
 *       that was deleted; and all of it at the instant before its first overdue flip, or else now. Its look-up, bits
 *       and explanations are what the oracle says of that world at that instant.
 *   <li>The group that a look-up shows is right for everybody at once; a deleted one is shown to nobody.
 *   <li>The sum of the change stream is what a look-up shows, but for what a sweep has still to tell: of a swapped
 *       segment, what the version before the oldest such swap said at the instant of that swap, or before the first
 *       overdue flip where that is earlier (who is paused or deleted does not wait for flips); of a deleted group, the
 *       group.
 * </ul>
 *
 * <p>Segments that ever referred to others or were valid for a time are not compared here, but when nothing is under
 * way.
 *
 * <p>The engine is asked only which definitions are swapped in, which sweeps have still to come to a subject, and up to
 * when its flips have run; what products, zones, groups and definitions were before is remembered here, by job.
 */
final class MidwayCheck {
    private static final int CONCERNED = 8;
    private static final int OTHERS = 4;
    private static final int COLUMNS_PART = 3;

    private final NaiveShop shop;
    private final NaiveOracle oracle;
    private final Random random;

    private final Map<Long, ProductBefore> products = new HashMap<>();
    private final Map<Long, ZoneBefore> zones = new HashMap<>();
    private final Map<Long, GroupGone> groups = new HashMap<>();
    private final Map<Long, Swapped> swaps = new HashMap<>();
    private final Map<Integer, Long> lastJob = new HashMap<>();
    private final Map<String, Long> compared = new TreeMap<>();
    /** Ids of segments that ever referred to others, or were valid for a time. */
    private final Set<Integer> linked = new HashSet<>();
    private Map<Integer, SegmentDefinition> shown = Map.of();
    private Object before;

    private record ProductBefore(String key, Map<String, Object> fields) {
    }

    private record ZoneBefore(String website, ZoneId zone) {
    }

    private record GroupGone(int group, Set<String> members) {
    }

    /** A segment's definition until a swap; null where there was none. */
    private record Swapped(int segment, SegmentDefinition before, long instant) {
    }

    /** What a subject sees, and what the change stream has still to say of it. */
    private record World(PastView past, Map<Integer, Swapped> untold, long asOf) {
        boolean hasCaughtUp(final long now) {
            return past.isNone() && untold.isEmpty() && asOf == now;
        }
    }

    MidwayCheck(final NaiveShop shop, final NaiveOracle oracle, final long seed) {
        this.shop = shop;
        this.oracle = oracle;
        random = new Random(seed);
    }

    // ---- what was before ---------------------------------------------------------------------------------------

    /** To be called before a command is applied anywhere. */
    void before(final Command command) {
        before = null;
        if (command instanceof Command.ProductUpsert upsert) {
            before = new ProductBefore(upsert.product(), shop.product(upsert.product()));
        } else if (command instanceof Command.ProductDelete delete) {
            before = new ProductBefore(delete.product(), shop.product(delete.product()));
        } else if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.WEBSITE
            && shop.website(put.key()) != null) {
            before = new ZoneBefore(put.key(), shop.website(put.key()).zone());
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.GROUP) {
            final int group = Integer.parseInt(delete.key());
            final Set<String> members = new HashSet<>();
            shop.groupOf().forEach((key, of) -> {
                if (of == group) {
                    members.add(key);
                }
            });
            before = new GroupGone(group, members);
        }
    }

    /** To be called after the engine has applied it. */
    void after(final CommandResult result, final Underway underway, final long now) {
        if (result.job() != 0) {
            if (before instanceof ProductBefore product) {
                products.put(result.job(), product);
            } else if (before instanceof ZoneBefore zone) {
                zones.put(result.job(), zone);
            } else if (before instanceof GroupGone group) {
                groups.put(result.job(), group);
            } else {
                lastJob.put((int)result.value(), result.job());
            }
        }
        swapped(underway, now);
    }

    /**
     * Whether the engine may refuse what the shop accepts: while members of a deleted group are on their way, and while
     * an old version of a segment still names a group.
     */
    static boolean isRefusedMeanwhile(final Command command, final CommandResult result, final Underway underway) {
        return isRefusedMeanwhile(command, result, underway.isAny(), underway.isDeletingGroup());
    }

    /** The same of what was under way when the command was answered. */
    static boolean isRefusedMeanwhile(final Command command, final CommandResult result, final boolean isAnyUnderway,
                                      final boolean isDeletingGroup) {
        return result.code() == ResultCode.CONFLICT
            && (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.GROUP
            && isAnyUnderway
            || command instanceof Command.PutDefinition put && isDeletingGroup
            && (put.kind() == DefinitionKind.GROUP || put.kind() == DefinitionKind.WEBSITE));
    }

    /** To be called after every slice. */
    void sliced(final Underway underway, final long now) {
        swapped(underway, now);
    }

    private void swapped(final Underway underway, final long now) {
        final Map<Integer, SegmentDefinition> next = underway.shown();
        final Set<Integer> ids = new TreeSet<>(shown.keySet());
        ids.addAll(next.keySet());
        for (final int id : ids) {
            if (shown.get(id) != next.get(id)) {
                swaps.put(lastJob.get(id), new Swapped(id, shown.get(id), now));
            }
        }
        shown = next;
        next.forEach((id, definition) -> {
            if (isLinked(definition)) {
                linked.add(id);
            }
        });
    }

    /** Whether it asks for membership of another segment, or is valid for a time. */
    static boolean isLinked(final SegmentDefinition definition) {
        return definition.validFrom() != null || definition.validTo() != null || !definition.references().isEmpty();
    }

    /** To be called when the engine is another, restored one. */
    void restored(final Underway underway) {
        final Map<Integer, SegmentDefinition> next = underway.shown();
        equal("segments shown after a restore", shown.keySet(), next.keySet());
        shown = next;
    }

    private World world(final Underway underway, final String key) {
        final Map<String, Map<String, Object>> seenProducts = new HashMap<>();
        final Map<String, ZoneId> seenZones = new HashMap<>();
        final Map<Integer, Swapped> untold = new TreeMap<>();
        Integer group = null;
        for (final Underway.Turn turn : underway.turns(key)) {
            if (!turn.isPending() || !turn.isCovered() || turn.job() == 0) {
                continue;
            }
            switch (turn.kind()) {
                case "PRODUCT":
                    final ProductBefore product = products.get(turn.job());
                    seenProducts.putIfAbsent(product.key(), product.fields());
                    break;
                case "ZONE":
                    final ZoneBefore zone = zones.get(turn.job());
                    seenZones.putIfAbsent(zone.website(), zone.zone());
                    break;
                case "GROUP_DELETE":
                    group = group == null ? (Integer)groups.get(turn.job()).group() : group;
                    break;
                default:
                    final Swapped swap = swaps.get(turn.job());
                    if (swap != null) {
                        untold.putIfAbsent(swap.segment(), swap);
                    }
                    break;
            }
        }
        return new World(new PastView(seenProducts, seenZones, group), untold, underway.asOf(key));
    }

    // ---- comparing ---------------------------------------------------------------------------------------------

    /** Whoever a command has just named: it has caught up. */
    void named(final EngineHarness engine, final String key, final long now, final Told told) {
        final World world = world(engine.engine().underway(), key);
        if (!world.hasCaughtUp(now)) {
            throw new AssertionError("named, but not caught up: subject=" + key + ", " + world + ", now=" + now);
        }
        compare(engine, key, world, told);
    }

    /** Compares some subjects: most of them concerned by a sweep, others at random. */
    void check(final EngineHarness engine, final long now, final Told told) {
        final Underway underway = engine.engine().underway();
        final List<String> keys = new ArrayList<>(shop.keys(now));
        Collections.shuffle(keys, random);
        final Map<Integer, Set<String>> columns = columns(engine.view());
        int concerned = 0;
        int others = 0;
        for (final String key : keys) {
            final boolean isConcerned = isConcerned(underway, key);
            if (isConcerned ? concerned++ < CONCERNED : others++ < OTHERS) {
                final World world = world(underway, key);
                final Set<Integer> expected = compare(engine, key, world, told);
                for (final Map.Entry<Integer, Set<String>> column : columns.entrySet()) {
                    equal("bit of " + key + " in the column of segment " + column.getKey(),
                        expected.contains(column.getKey()), column.getValue().contains(key));
                }
                explain(engine.view(), key, world);
                count(engine.view(), underway, key, world, now);
            }
        }
        stranger(engine);
    }

    private static boolean isConcerned(final Underway underway, final String key) {
        for (final Underway.Turn turn : underway.turns(key)) {
            if (turn.isCovered() && turn.job() != 0) {
                return true;
            }
        }
        return false;
    }

    private Set<Integer> compare(final EngineHarness engine, final String key, final World world, final Told told) {
        final Set<Integer> expected = new TreeSet<>();
        final Set<Integer> expectedTold = new TreeSet<>();
        final Set<Integer> actual = engine.lookup(key);
        final Set<Integer> actualTold = new TreeSet<>(told.segments(key));
        actual.removeAll(linked);
        actualTold.removeAll(linked);
        shown.forEach((id, definition) -> {
            if (linked.contains(id)) {
                return;
            }
            final boolean isMember = oracle.isMember(shop, key, definition, world.asOf(), world.past());
            if (isMember != actual.contains(id)) {
                throw new AssertionError("look-up of " + key + " midway: expected=" + isMember + ", " + world + "\n"
                    + oracle.why(shop, key, definition, world.asOf(), world.past()));
            }
            if (isMember) {
                expected.add(id);
                expectedTold.add(id);
            }
        });
        equal("look-up of " + key, expected, new TreeSet<>(actual));
        world.untold().forEach((id, swap) -> {
            expectedTold.remove(id);
            if (swap.before() != null && !linked.contains(id)
                && oracle.isMember(shop, key, swap.before(), Math.min(swap.instant(), world.asOf()), world.past())) {
                expectedTold.add(id);
            }
        });
        equal("told of " + key + " midway, " + world, expectedTold, actualTold);
        final Integer group = shop.group(key);
        equal("group of " + key, group, engine.group(key));
        equal("told group of " + key, world.past().group() == null ? group : world.past().group(),
            told.group(key));
        return expected;
    }

    /** Members by id, of some of the segments that still have a key. */
    private Map<Integer, Set<String>> columns(final EngineView view) {
        final Map<Integer, Set<String>> columns = new TreeMap<>();
        shown.forEach((id, definition) -> {
            final EngineView.SegmentStatus status = view.segment(definition.key());
            if (status != null && status.id() == id && random.nextInt(COLUMNS_PART) == 0
                && !linked.contains(id)) {
                final Set<String> keys = EngineHarness.keys(view.members(definition.key()));
                equal("count of " + definition.key(), (long)keys.size(), status.count());
                columns.put(id, keys);
            }
        });
        return columns;
    }

    private void explain(final EngineView view, final String key, final World world) {
        final List<SegmentDefinition> definitions = new ArrayList<>(shown.values());
        final SegmentDefinition definition = definitions.get(random.nextInt(definitions.size()));
        final EngineView.SegmentStatus status = view.segment(definition.key());
        if (status != null && shown.get(status.id()) == definition && !linked.contains(status.id())) {
            final EngineView.Explanation explanation = view.explain(key, definition.key());
            final String what = key + " midway, " + world + ", in " + definition.json();
            final boolean expected = isMember(key, definition, world.asOf(), world);
            equal("explanation of " + what, expected, explanation.isMember());
            equal("explained tree of " + what, expected,
                explanation.universe() == null && explanation.tree().verdict());
            equal("instant of the explanation of " + what, world.asOf(), explanation.asOf());
            if (explanation.nextFlip() != null) {
                final long flip = explanation.nextFlip();
                equal("at the next flip of " + what, !expected, isMember(key, definition, flip, world));
                equal("until the next flip of " + what, expected, isMember(key, definition, flip - 1, world));
            }
        }
    }

    private boolean isMember(final String key, final SegmentDefinition definition, final long instant,
                             final World world) {
        return oracle.isMember(shop, key, definition, instant, world.past());
    }

    private void stranger(final EngineHarness engine) {
        final Set<Integer> actual = engine.lookup("nobody:1");
        shown.forEach((id, definition) -> {
            if (!definition.json().contains("\"sample\"") && !linked.contains(id)) {
                equal("a stranger midway in " + definition.json(), oracle.isStrangerMember(shop, definition,
                    engine.view().now()), actual.contains(id));
            }
        });
    }

    // ---- counting ----------------------------------------------------------------------------------------------

    private void count(final EngineView view, final Underway underway, final String key, final World world,
                       final long now) {
        if (underway.isAny()) {
            compared.merge(world.hasCaughtUp(now) ? "caught up" : "not caught up", 1L, Long::sum);
        }
        if (world.asOf() < now) {
            compared.merge("before a flip that is overdue", 1L, Long::sum);
        }
        final Set<String> sweeps = new HashSet<>();
        for (final Underway.Turn turn : underway.turns(key)) {
            final boolean isOver = !turn.isPending() && (turn.isCovered()
                || turn.kind().equals("GROUP_DELETE") && groups.get(turn.job()).members().contains(key));
            if (turn.job() != 0 && (isOver || turn.isPending() && turn.isCovered())) {
                sweeps.add((isOver ? "swept: " : "not swept: ") + turn.kind());
            }
        }
        for (final EngineView.SegmentStatus status : view.segments()) {
            if (!status.isReady()) {
                sweeps.add(shown.containsKey(status.id()) ? "built aside: another version" : "built aside: the first");
            }
        }
        sweeps.forEach(what -> compared.merge(what, 1L, Long::sum));
    }

    /** Subjects compared while something was under way, by what was. */
    Map<String, Long> compared() {
        return Collections.unmodifiableMap(compared);
    }
}
