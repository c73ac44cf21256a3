package io.tagma.engine;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.oracle.Scenario;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.regex.Pattern;

/** What the engine keeps of the domain today, and what the README lists under "Not yet". */
final class Kept {
    /** Carts, wishes, views, events, addresses, consents, logins, expiry; notIn, eventScope, purpose. */
    static final boolean WHOLE_DOMAIN = true;
    /** Segments that refer to others or are valid for a time. */
    static final boolean LINKS = true;

    private static final Pattern WHOLE = Pattern.compile(
        "\"source\":\"(?!order\"|orderItem\")|\"notIn\":\\{|\"eventScope\":\"WEBSITE\"|\"purpose\":");
    private static final Pattern LINK = Pattern.compile("\"segment\":|\"validFrom\":|\"validTo\":");

    private Kept() {
    }

    /** Whether it says nothing that is refused as not supported yet. */
    static boolean isKept(final Scenario scenario) {
        return scenario.steps().stream().allMatch(Kept::isKept)
            && (WHOLE_DOMAIN || !scenario.name().startsWith("a visitor expires"));
    }

    private static boolean isKept(final Scenario.Step step) {
        if (step instanceof Scenario.Step.Apply apply) {
            return isKept(apply.command());
        }
        return !(step instanceof Scenario.Step.Define define) || isKept(define.command());
    }

    /** Whether it asks for membership of another segment, or is valid for a time. */
    static boolean isLinked(final SegmentDefinition definition) {
        return LINK.matcher(definition.json()).find();
    }

    /** Whether the engine keeps what the command says, whatever else may be wrong with it. */
    static boolean isKept(final Command command) {
        if (command instanceof Command.PutDefinition put && put.kind() == DefinitionKind.SEGMENT) {
            return (WHOLE_DOMAIN || !WHOLE.matcher(put.json()).find()) && (LINKS || !LINK.matcher(put.json()).find());
        }
        return WHOLE_DOMAIN || !(command instanceof Command.View || command instanceof Command.CustomEvent
            || command instanceof Command.CartPut || command instanceof Command.CartClear
            || command instanceof Command.WishlistAdd || command instanceof Command.WishlistRemove
            || command instanceof Command.ConsentSet || command instanceof Command.Login
            || command instanceof Command.Logout
            || command instanceof Command.SubjectUpsert upsert && upsert.addresses() != null);
    }
}
