package io.tagma.server.net;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;

/** A valid frame of every request, and of every command that a client may send. */
final class Frames {
    static final long LANE = 99;

    private Frames() {
    }

    static List<Command> commands() {
        final List<NamedValue> values = List.of(
            new NamedValue("email", Value.of("zoë@example.com")),
            new NamedValue("storeCredit", new Value.Decimal(125_000)),
            new NamedValue("newsletter", Value.of(true)),
            new NamedValue("score", new Value.Floating(0.25)),
            new NamedValue("colours", Value.of(List.of("red", "blue"))),
            new NamedValue("gone", Value.MISSING),
            new NamedValue("points", Value.of(77)));
        return List.of(
            new Command.SubjectUpsert("42", SubjectKind.CUSTOMER, "base", 2, values,
                List.of(values, List.of(), values), "e1"),
            new Command.SubjectUpsert("v:8f1c", null, null, null, List.of(), null, null),
            new Command.SubjectDelete("42", null),
            new Command.GroupAssign("42", 3, null),
            new Command.OrderUpsert("42", "100000012", 1_700_000_000_000L, values,
                List.of(new Command.Item(null, values), new Command.Item(5L, List.of())), null),
            new Command.OrderDelete("42", "100000012", "e2"),
            new Command.ProductUpsert("sku-1", values, null),
            new Command.ProductDelete("sku-1", null),
            new Command.PutDefinition(DefinitionKind.SEGMENT, "vip", -1, "{\"condition\":{}}"),
            new Command.DeleteDefinition(DefinitionKind.GROUP, "7", 3, true),
            new Command.ClockAdvance(1_700_000_000_000L));
    }

    static List<byte[]> requests() {
        final List<byte[]> frames = new ArrayList<>();
        frames.add(RawClient.hello(1));
        frames.add(RawClient.lookup(1, "42", 1, ReadMode.AT_LEAST, 0));
        frames.add(RawClient.lookupMany(2, "a", "bb", "ccc"));
        frames.add(RawClient.lookupMany(3));
        frames.add(RawClient.isMember(4, "42", 7));
        frames.add(RawClient.pingFrame(5));
        frames.add(RawClient.openLane(6, LANE));
        frames.add(RawClient.defineSegment(7, LANE, 1, true, "vip", "{\"name\":\"Größe\"}"));
        frames.add(RawClient.updateBatch(8, LANE, 1, commands().toArray(Command[]::new)));
        for (final Command command : commands()) {
            frames.add(RawClient.update(9, LANE, 1, command));
        }
        return frames;
    }
}
