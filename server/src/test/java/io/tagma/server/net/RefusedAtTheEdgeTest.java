package io.tagma.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.client.BatchResult;
import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateReplyDecoder;
import io.tagma.engine.protocol.Value;
import io.tagma.server.ServerConfig;
import io.tagma.server.TagmaServer;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server, whose log and engine are the real ones: pipelines with a command that the edge refuses. */
class RefusedAtTheEdgeTest {
    private static final long LANE = 4_711;
    private static final int COUNT = 100;
    private static final int BAD = 50;
    private static final String REASON = "folded texts are the server's to add";

    @TempDir
    private Path directory;

    @Test
    void shouldApplyAllButTheMalformedOneOfAPipeline() {
        try (TagmaServer server = start(null); RawClient client = RawClient.greeted(server.port())) {
            assertThat(pipeline(client)).isEqualTo(COUNT - 1);
            assertThat(groups(server)).containsExactlyElementsOf(expected());
        }
    }

    @Test
    void shouldAnswerThePipelineTheSameWayWhenItIsSentAgainToARestartedServer() {
        try (TagmaServer server = start(directory); RawClient client = RawClient.greeted(server.port())) {
            assertThat(pipeline(client)).isEqualTo(COUNT - 1);
        }
        try (TagmaServer server = start(directory); RawClient client = RawClient.greeted(server.port())) {
            assertThat(pipeline(client)).isEqualTo(COUNT - 1);
            assertThat(groups(server)).containsExactlyElementsOf(expected());
            try (TagmaClient other = client(server)) {
                assertThat(other.lookupLinearizable("k1", 0).join().customerGroup()).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldAnswerEveryCallOfTheClient() {
        try (TagmaServer server = start(null); TagmaClient client = client(server)) {
            final List<Command> commands = new ArrayList<>();
            final List<CompletableFuture<UpdateResult>> calls = new ArrayList<>();
            for (int i = 1; i <= COUNT; i++) {
                commands.add(command(i));
                calls.add(client.update(command(i)));
            }
            for (int i = 1; i <= COUNT; i++) {
                final UpdateResult result = calls.get(i - 1).join();
                assertThat(result.isApplied()).as("%s", i).isEqualTo(i != BAD);
                assertThat(result.detail()).isEqualTo(i == BAD ? REASON : "");
            }
            assertThat(groups(server)).containsExactlyElementsOf(expected());

            final BatchResult batch = client.updateAll(commands).join();
            assertThat(batch.applied()).isEqualTo(COUNT - 1);
            assertThat(batch.failures()).containsExactly(
                new BatchResult.Failure(BAD - 1, ResultCode.MALFORMED, "", REASON));
        }
    }

    /** Opens the lane, sends all at once, and answers how many were applied; the bad one must say why it was not. */
    private static int pipeline(final RawClient client) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(RawClient.openLane(1_000, LANE));
        for (int i = 1; i <= COUNT; i++) {
            all.writeBytes(RawClient.update(i, LANE, i, command(i)));
        }
        client.send(all.toByteArray());
        client.receive();
        int applied = 0;
        for (int i = 1; i <= COUNT; i++) {
            final UpdateReplyDecoder reply = new UpdateReplyDecoder()
                .wrapAndApplyHeader(RawClient.body(client.receive()), 0, RawClient.header());
            assertThat(reply.sbeTemplateId()).isEqualTo(UpdateReplyDecoder.TEMPLATE_ID);
            assertThat(reply.correlationId()).isEqualTo(i);
            assertThat(reply.code()).isEqualTo(i == BAD ? ResultCode.MALFORMED : ResultCode.OK);
            assertThat(reply.pointer()).isEmpty();
            assertThat(reply.detail()).isEqualTo(i == BAD ? REASON : "");
            applied += i == BAD ? 0 : 1;
        }
        return applied;
    }

    /** A customer each, but for the bad one. */
    private static Command command(final int i) {
        return i == BAD ? new Command.SubjectUpsert("42", null, null, null,
            List.of(new NamedValue("email", new Value.Text("A", "a"))), null, null)
            : new Command.GroupAssign("k" + i, 1 + i % 3, null);
    }

    private static List<Integer> expected() {
        final List<Integer> groups = new ArrayList<>();
        for (int i = 1; i <= COUNT; i++) {
            groups.add(i == BAD ? 0 : 1 + i % 3);
        }
        return groups;
    }

    private static List<Integer> groups(final TagmaServer server) {
        final List<String> keys = new ArrayList<>();
        for (int i = 1; i <= COUNT; i++) {
            keys.add("k" + i);
        }
        try (TagmaClient client = client(server)) {
            return client.lookupMany(keys).join().stream().map(result -> result.customerGroup()).toList();
        }
    }

    private static TagmaClient client(final TagmaServer server) {
        return TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port()).withTimeout(Duration.ofSeconds(30)));
    }

    private static TagmaServer start(final Path data) {
        return TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, data, null, 0, 1_000), failure -> {
            throw new AssertionError("the log has failed", failure);
        });
    }
}
