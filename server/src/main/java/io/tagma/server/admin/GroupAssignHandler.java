package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Many customers into one group: a stream of their keys, a line each. Immutable: any event loop. */
final class GroupAssignHandler {
    private final EnginePort port;
    private final AdminSettings settings;
    private final Streams streams;

    GroupAssignHandler(final EnginePort port, final AdminSettings settings, final Streams streams) {
        this.port = port;
        this.settings = settings;
        this.streams = streams;
    }

    List<Route> routes() {
        return List.of(Route.lines("/v1/groups/{id}/members", this::assign, "dryRun", "progress"));
    }

    private CompletableFuture<Answer.Duplex> assign(final Request request) {
        final int group = GroupsHandler.id(request);
        if (group == CustomerGroup.NOT_LOGGED_IN) {
            throw Problem.of(409, ResultCode.CONFLICT, "group 0 is for visitors");
        }
        final StreamTerms terms = StreamTerms.of(request, "group-members");
        return CompletableFuture.completedFuture(new Answer.Duplex(new IngestSession(port, settings, terms, streams,
            () -> port.query(view -> intake(view, group, terms.isDryRun())))));
    }

    private static Intake intake(final EngineView view, final int group, final boolean isDryRun) {
        if (GroupsHandler.find(view, group) == null) {
            throw Problem.notFound("group", Integer.toString(group));
        }
        return new Intake(new JsonLines(new KeyLine(group)::parse), null, isDryRun ? new DryRunCheck(view) : null);
    }

    /** {@code {"key":"42"}}. */
    private static final class KeyLine {
        private final LineReader in = new LineReader();
        private final int group;

        KeyLine(final int group) {
            this.group = group;
        }

        Command parse(final byte[] line, final int offset, final int length) throws LineFault {
            in.open(line, offset, length);
            String key = null;
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (!name.equals("key")) {
                    throw in.fault("unknown field");
                }
                key = in.key(Keys.SUBJECT_LENGTH_MAX);
            }
            if (key == null) {
                throw in.missing("key");
            }
            in.end();
            return new Command.GroupAssign(key, group, null);
        }
    }
}
