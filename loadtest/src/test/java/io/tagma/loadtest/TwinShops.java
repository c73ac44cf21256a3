package io.tagma.loadtest;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineHarness;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One shop twice: in an engine and in DuckDB, both at the same instant, asked for the members of the same segments. */
final class TwinShops implements AutoCloseable {
    private static final int NAMED_MAX = 3;

    private final SqlShop shop;
    private final Connection connection;
    private final List<SqlSegment> segments = new ArrayList<>();
    private final Map<String, List<String>> members = new LinkedHashMap<>();
    private final Map<String, List<String>> before = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private EngineHarness engine;
    private Instant now;

    TwinShops(final SqlShop shop, final Instant now) throws SQLException {
        this.shop = shop;
        this.now = now;
        connection = DuckDatabase.open();
        DuckDatabase.begin(connection, now);
        engine = EngineHarness.begin(now.toEpochMilli());
        shop.definitions().forEach(this::applyToEngine);
    }

    /** Loads the whole shop. */
    void load() throws SQLException {
        shop.forEachLoaded(this::applyToEngine);
        engine.settle(now.toEpochMilli());
        shop.loadTables(connection);
    }

    /** Defines segments and waits until they are built. */
    void define(final List<SqlSegment> definitions) {
        for (final SqlSegment segment : definitions) {
            final CommandResult result = applyToEngine(
                new Command.PutDefinition(DefinitionKind.SEGMENT, segment.key(), -1, segment.definition()));
            ids.put(segment.key(), (int) result.value());
            segments.add(segment);
        }
        engine.settle(now.toEpochMilli());
    }

    /** Applies commands to both and lets the engine finish what they started. */
    void apply(final List<? extends Command> commands) throws SQLException {
        commands.forEach(this::applyToEngine);
        connection.setAutoCommit(false);
        shop.change(connection, commands);
        connection.setAutoCommit(true);
        engine.settle(now.toEpochMilli());
    }

    private CommandResult applyToEngine(final Command command) {
        final CommandResult result = engine.apply(command, now.toEpochMilli());
        if (!result.isOk()) {
            throw new IllegalStateException("refused: result=" + result + ", command=" + command);
        }
        return result;
    }

    /** Moves both clocks on. */
    void moveTo(final Instant instant) throws SQLException {
        now = instant;
        engine.settle(now.toEpochMilli());
        DuckDatabase.moveTo(connection, now);
    }

    /** Goes on with an engine restored from a snapshot of the present one. */
    void restart() {
        final EngineHarness restored = EngineHarness.restore(engine);
        engine.close();
        engine = restored;
    }

    /** The members by SQL of every segment as of the last {@link #differences}. */
    Map<String, List<String>> members() {
        return Map.copyOf(members);
    }

    /** The segments whose members by SQL were others before the last {@link #differences}. */
    List<String> changed() {
        return members.keySet().stream().filter(key -> !members.get(key).equals(before.get(key))).toList();
    }

    /** Where the engine's member lists, counts or look-ups say something else than SQL: a sentence each. */
    List<String> differences() throws SQLException {
        before.clear();
        before.putAll(members);
        for (final SqlSegment segment : segments) {
            members.put(segment.key(), DuckDatabase.keys(connection, segment.sql()));
        }
        final List<String> differences = new ArrayList<>();
        final Map<String, Set<Integer>> expectedLookups = new HashMap<>();
        for (final String key : DuckDatabase.keys(connection, "SELECT key FROM customers")) {
            expectedLookups.put(key, new TreeSet<>());
        }
        members.forEach((segment, expected) -> {
            compare(segment, expected, differences);
            expected.forEach(key -> expectedLookups.get(key).add(ids.get(segment)));
        });
        expectedLookups.forEach((key, expected) -> {
            final Set<Integer> actual = engine.lookup(key);
            if (!actual.equals(expected)) {
                differences.add("look-up: key=" + key + ", engine=" + new TreeSet<>(actual) + ", sql=" + expected);
            }
        });
        return differences;
    }

    private void compare(final String segment, final List<String> expected, final List<String> differences) {
        final List<String> actual = List.copyOf(EngineHarness.keys(engine.view().members(segment)));
        if (!actual.equals(expected)) {
            differences.add("members: segment=" + segment + ", engine=" + actual.size() + ", sql=" + expected.size()
                + ", only in the engine: " + without(actual, expected) + ", only in SQL: " + without(expected, actual)
                + ", now=" + now);
        }
        final long count = engine.view().segment(segment).count();
        if (count != expected.size()) {
            differences.add("count: segment=" + segment + ", engine=" + count + ", sql=" + expected.size());
        }
    }

    private static List<String> without(final List<String> keys, final List<String> others) {
        final Set<String> rest = new TreeSet<>(keys);
        others.forEach(rest::remove);
        return rest.stream().limit(NAMED_MAX).toList();
    }

    @Override
    public void close() throws SQLException {
        engine.close();
        connection.close();
    }
}
