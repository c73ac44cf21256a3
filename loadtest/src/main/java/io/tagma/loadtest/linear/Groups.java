package io.tagma.loadtest.linear;

import io.tagma.client.BatchResult;
import io.tagma.client.TagmaClient;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The customer groups that are the values of the registers. */
final class Groups {
    /** Behind the groups that are there from the beginning. */
    static final int FIRST = 10;
    static final int LAST = 1_209;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Groups() {
    }

    /** Defines them all. */
    static void define(final TagmaClient client) {
        final List<Command> commands = new ArrayList<>();
        for (int id = FIRST; id <= LAST; id++) {
            commands.add(new Command.PutDefinition(DefinitionKind.GROUP, Integer.toString(id), -1,
                "{\"code\":\"value " + id + "\"}"));
        }
        final BatchResult result = client.updateAll(commands, TIMEOUT).join();
        if (!result.failures().isEmpty()) {
            throw new IllegalStateException("a group was refused: failure=" + result.failures().get(0));
        }
    }
}
