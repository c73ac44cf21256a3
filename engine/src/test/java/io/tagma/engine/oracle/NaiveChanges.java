package io.tagma.engine.oracle;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A shop watched: who enters and leaves which segment, and why. Everybody is asked before and after each command and
 * each step of time, so that what comes and goes within one step is not seen.
 */
public final class NaiveChanges {
    private final NaiveShop shop;
    private final NaiveOracle oracle;
    private final List<Change> changes = new ArrayList<>();
    private Map<String, Set<String>> membersOf = new TreeMap<>();

    /** Somebody entered or left. */
    public record Change(String subject, String segment, boolean isEnter, Cause cause) {
    }

    /** Watches a shop that nobody else changes. */
    public NaiveChanges(final NaiveShop shop, final NaiveOracle oracle) {
        this.shop = shop;
        this.oracle = oracle;
    }

    /** Lets time pass up to the command, then applies it; whether it was accepted. */
    public boolean apply(final Command command, final long at) {
        moveTo(at);
        final boolean isAccepted = shop.apply(command, at);
        compare(causeOf(command), causeOf(command));
        return isAccepted;
    }

    /** Lets time pass. */
    public void moveTo(final long at) {
        shop.moveTo(at);
        compare(Cause.TIME, Cause.EXPIRE);
    }

    /** The latest change of that subject and segment; null where there was none. */
    public Change latest(final String subject, final String segment) {
        Change latest = null;
        for (final Change change : changes) {
            if (change.subject().equals(subject) && change.segment().equals(segment)) {
                latest = change;
            }
        }
        return latest;
    }

    /** Why memberships change at a command's instant, other than by the clock. */
    public static Cause causeOf(final Command command) {
        if (command instanceof Command.SubjectDelete) {
            return Cause.ERASE;
        } else if (command instanceof Command.GroupAssign) {
            return Cause.ASSIGN;
        } else if (command instanceof Command.ConsentSet) {
            return Cause.CONSENT;
        } else if (command instanceof Command.Login) {
            return Cause.MERGE;
        } else if (command instanceof Command.ProductUpsert || command instanceof Command.ProductDelete) {
            return Cause.PRODUCT;
        } else if (command instanceof Command.DeleteDefinition delete && delete.kind() == DefinitionKind.GROUP) {
            return Cause.GROUP_DELETED;
        } else if (command instanceof Command.PutDefinition || command instanceof Command.DeleteDefinition) {
            return Cause.DEFINITION;
        } else if (command instanceof Command.ClockAdvance) {
            return Cause.TIME;
        }
        return Cause.EVENT;
    }

    private void compare(final Cause cause, final Cause causeOfGone) {
        final Map<String, Set<String>> before = membersOf;
        membersOf = new TreeMap<>();
        for (final SegmentDefinition segment : shop.segments().values()) {
            membersOf.put(segment.key(), oracle.members(shop, segment, shop.now()));
        }
        final Set<String> keys = shop.keys(shop.now());
        final Set<String> segments = new TreeSet<>(before.keySet());
        segments.addAll(membersOf.keySet());
        for (final String segment : segments) {
            final Set<String> were = before.getOrDefault(segment, Set.of());
            final Set<String> are = membersOf.getOrDefault(segment, Set.of());
            for (final String subject : were) {
                if (!are.contains(subject)) {
                    changes.add(new Change(subject, segment, false, keys.contains(subject) ? cause : causeOfGone));
                }
            }
            for (final String subject : are) {
                if (!were.contains(subject)) {
                    changes.add(new Change(subject, segment, true, cause));
                }
            }
        }
    }
}
