package io.tagma.engine;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.NaiveOracle;
import io.tagma.engine.oracle.NaiveShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The naive shop behind a soak. It follows with a script of its own when everything is to be compared: until then all
 * that is kept of a command is a byte, which says what the engine made of it.
 */
final class SoakOracle {
    static final byte REFUSED = 0;
    static final byte ACCEPTED = 1;
    /** Refused because of what is half done: nothing that a shop could know. */
    static final byte MEANWHILE = 2;

    private static final int THREADS = 2;
    private static final String STRANGER = "nobody:0";

    private final SoakScript script;
    private final NaiveShop shop;
    private boolean isBegun;

    SoakOracle(final SoakScript script) {
        this.script = script;
        shop = new NaiveShop(script.visitorTtlMs(), new Coverage());
    }

    /** Applies the next so many batches, of whose commands the engine made that. */
    void follow(final int batches, final byte[] outcomes, final int count) {
        int at = 0;
        for (int i = 0; i < batches; i++) {
            final SoakScript.Batch batch = isBegun ? script.next() : script.first();
            isBegun = true;
            shop.moveTo(batch.now());
            for (final Command command : batch.commands()) {
                final byte outcome = outcomes[at++];
                if (outcome != MEANWHILE && apply(command, batch.now()) != (outcome == ACCEPTED)) {
                    throw new AssertionError("engine accepts: " + (outcome == ACCEPTED) + ", oracle otherwise ("
                        + shop.refusal() + "): now=" + batch.now() + ", command=" + command);
                }
            }
        }
        shop.forgetOldEvents();
        if (at != count) {
            throw new IllegalStateException("not the same script: commands=" + at + ", outcomes=" + count);
        }
    }

    private boolean apply(final Command command, final long now) {
        if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT) {
            try {
                return shop.define(SegmentParser.parse(put.key(), put.json(), shop.catalog()));
            } catch (final Refusal refused) {
                return false;
            }
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.SEGMENT) {
            return shop.undefine(delete.key(), delete.force());
        }
        return shop.apply(command, now);
    }

    NaiveShop shop() {
        return shop;
    }

    /** Keys of the segments that each subject is a member of, evaluated from scratch. */
    Map<String, Set<String>> segmentsOfAll() {
        final List<String> keys = new ArrayList<>(shop.keys(shop.now()));
        final List<CompletableFuture<Map<String, Set<String>>>> parts = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            final int first = i;
            parts.add(CompletableFuture.supplyAsync(() -> {
                final NaiveOracle oracle = new NaiveOracle();
                final Map<String, Set<String>> part = new TreeMap<>();
                for (int k = first; k < keys.size(); k += THREADS) {
                    part.put(keys.get(k), oracle.segmentsOf(shop, keys.get(k), shop.now()));
                }
                return part;
            }));
        }
        final Map<String, Set<String>> all = new TreeMap<>();
        parts.forEach(part -> all.putAll(part.join()));
        return all;
    }

    /** What a look-up of an unknown key answers: keys of segments. */
    Set<String> segmentsOfStrangers() {
        return new HashSet<>(new NaiveOracle().lookup(shop, STRANGER, null, shop.now()));
    }

    /** Why a subject is a member or is not. */
    String why(final String key, final SegmentDefinition segment) {
        return new NaiveOracle().why(shop, key, segment, shop.now());
    }
}
