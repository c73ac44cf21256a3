package io.tagma.engine.condition;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Gives the texts of a command their folded form before it enters the log, so that nodes with another Unicode version
 * still apply the same bytes. What a client claims to be the folded form is overwritten. Stateless; any thread.
 */
public final class TextNormaliser {
    private TextNormaliser() {
    }

    /** The command with every text that is not pure ASCII folded; the same instance where nothing changes. */
    public static Command normalise(final Command command) {
        if (command instanceof Command.SubjectUpsert upsert) {
            return subject(upsert);
        }
        if (command instanceof Command.OrderUpsert upsert) {
            return order(upsert);
        }
        if (command instanceof Command.ProductUpsert upsert) {
            final List<NamedValue> fields = values(upsert.fields());
            return fields == upsert.fields() ? upsert
                : new Command.ProductUpsert(upsert.product(), fields, upsert.eventId());
        }
        if (command instanceof Command.CartPut put) {
            return cart(put);
        }
        if (command instanceof Command.CustomEvent event) {
            final List<NamedValue> fields = values(event.fields());
            return fields == event.fields() ? event : new Command.CustomEvent(event.key(), event.name(), event.t(),
                event.website(), fields, event.eventId());
        }
        return command;
    }

    private static Command subject(final Command.SubjectUpsert upsert) {
        final List<NamedValue> attributes = values(upsert.attributes());
        final List<List<NamedValue>> addresses = addresses(upsert.addresses());
        return attributes == upsert.attributes() && addresses == upsert.addresses() ? upsert
            : new Command.SubjectUpsert(upsert.key(), upsert.kind(), upsert.website(), upsert.group(), attributes,
                addresses, upsert.eventId());
    }

    private static Command order(final Command.OrderUpsert upsert) {
        final List<NamedValue> fields = values(upsert.fields());
        final List<Command.Item> items = items(upsert.items());
        return fields == upsert.fields() && items == upsert.items() ? upsert
            : new Command.OrderUpsert(upsert.key(), upsert.orderId(), upsert.t(), fields, items, upsert.eventId());
    }

    private static Command cart(final Command.CartPut put) {
        final List<NamedValue> fields = values(put.fields());
        final List<Command.Item> items = items(put.items());
        return fields == put.fields() && items == put.items() ? put
            : new Command.CartPut(put.key(), put.website(), put.t(), fields, items, put.eventId());
    }

    private static List<List<NamedValue>> addresses(final List<List<NamedValue>> addresses) {
        List<List<NamedValue>> changed = null;
        for (int i = 0; addresses != null && i < addresses.size(); i++) {
            final List<NamedValue> address = values(addresses.get(i));
            if (address != addresses.get(i)) {
                changed = changed == null ? new ArrayList<>(addresses) : changed;
                changed.set(i, address);
            }
        }
        return changed == null ? addresses : changed;
    }

    private static List<Command.Item> items(final List<Command.Item> items) {
        List<Command.Item> changed = null;
        for (int i = 0; items != null && i < items.size(); i++) {
            final Command.Item item = items.get(i);
            final List<NamedValue> fields = values(item.fields());
            if (fields != item.fields()) {
                changed = changed == null ? new ArrayList<>(items) : changed;
                changed.set(i, new Command.Item(item.t(), fields));
            }
        }
        return changed == null ? items : changed;
    }

    private static List<NamedValue> values(final List<NamedValue> values) {
        List<NamedValue> changed = null;
        for (int i = 0; values != null && i < values.size(); i++) {
            final NamedValue named = values.get(i);
            if (named.value() instanceof Value.Text text) {
                final String folded = folded(text.value());
                if (!Objects.equals(folded, text.folded())) {
                    changed = changed == null ? new ArrayList<>(values) : changed;
                    changed.set(i, new NamedValue(named.name(), new Value.Text(text.value(), folded)));
                }
            }
        }
        return changed == null ? values : changed;
    }

    /** A text over the limit will be refused; folding could lengthen it beyond what a command can carry. */
    private static String folded(final String text) {
        return CaseFolding.isAscii(text) || JsonTree.isLonger(text, ValueParser.TEXT_LENGTH_MAX) ? null
            : CaseFolding.fold(text);
    }
}
