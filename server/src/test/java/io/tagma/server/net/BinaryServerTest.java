package io.tagma.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ErrorDecoder;
import io.tagma.engine.protocol.HelloReplyDecoder;
import io.tagma.engine.protocol.IsMemberDecoder;
import io.tagma.engine.protocol.IsMemberReplyDecoder;
import io.tagma.engine.protocol.LookupManyDecoder;
import io.tagma.engine.protocol.LookupManyReplyDecoder;
import io.tagma.engine.protocol.LookupReplyDecoder;
import io.tagma.engine.protocol.PongDecoder;
import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BinaryServerTest {
    private final StubEngine engine = new StubEngine(10_000);
    private final BinaryServer server = new BinaryServer(engine, engine.router(), engine::lookups,
        UnaryOperator.identity(), new BinarySettings(1, 100, 30_000, 30_000, 30_000, 50));
    private final int port = server.start("127.0.0.1", 0);

    @AfterEach
    void close() {
        server.close();
        engine.close();
        assertThat(engine.readers.get()).as("readers given back").isZero();
        assertThat(engine.pinned.get()).as("rows unpinned").isZero();
    }

    @Test
    void shouldSayWhichPortWhenItCannotListen() {
        assertThatThrownBy(() -> server.start("127.0.0.1", port)).isInstanceOf(IllegalStateException.class)
            .hasMessage("cannot listen: host=127.0.0.1, port=" + port);
    }

    @Test
    void shouldAnswerHelloWithItsLimits() {
        try (RawClient client = new RawClient(port)) {
            client.send(RawClient.hello(9));
            final ByteBuffer message = client.receive();
            final HelloReplyDecoder reply =
                new HelloReplyDecoder().wrapAndApplyHeader(RawClient.body(message), 0, RawClient.header());
            assertThat(reply.protocolVersion()).isEqualTo(1);
            assertThat(reply.frameLengthMax()).isEqualTo(256 * 1024);
            assertThat(reply.commandLengthMax()).isEqualTo(64 * 1024);
            assertThat(reply.keysPerRequestMax()).isEqualTo(1000);
            assertThat(reply.commandsPerBatchMax()).isEqualTo(1000);
            assertThat(reply.server()).isEqualTo("tagma");
        }
    }

    @Test
    void shouldRefuseRequestsBeforeHelloAndVersionsItDoesNotSpeak() {
        try (RawClient client = new RawClient(port)) {
            client.send(RawClient.lookup(5, "a"));
            assertThat(client.receiveError(5)).isEqualTo(ResultCode.VERSION);
            client.send(RawClient.hello(0));
            assertThat(client.receiveError(0)).isEqualTo(ResultCode.VERSION);
            client.send(RawClient.hello(1));
            assertThat(client.receive().getShort(2)).isEqualTo((short)HelloReplyDecoder.TEMPLATE_ID);
        }
    }

    @Test
    void shouldAnswerALookupWithTheRow() {
        engine.row("42", 3, 7, 70_000, 8);
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookup(-5, "42", 2, ReadMode.LOCAL, 0));
            final LookupReplyDecoder reply = lookupReply(client.receive());
            assertThat(reply.correlationId()).isEqualTo(-5);
            assertThat(reply.isKnown().value()).isEqualTo((short)1);
            assertThat(reply.isStale().value()).isZero();
            assertThat(reply.customerGroup()).isEqualTo(3);
            assertThat(reply.epoch()).isEqualTo(StubEngine.EPOCH);
            assertThat(reply.asOf()).isEqualTo(StubEngine.AS_OF);
            assertThat(reply.varyHash()).isEqualTo(Arrays.hashCode(new int[] {7, 70_000, 8}));
            assertThat(segments(reply)).containsExactly(7, 70_000, 8);
        }
    }

    @Test
    void shouldAnswerAnUnknownKeyWithTheUnknownVisitorsRow() {
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookup(1, "nobody"));
            final LookupReplyDecoder reply = lookupReply(client.receive());
            assertThat(reply.isKnown().value()).isZero();
            assertThat(reply.customerGroup()).isZero();
            assertThat(segments(reply)).containsExactly(9_999);
        }
    }

    @Test
    void shouldAnswerManyKeysInTheirOrder() {
        engine.row("a", 1, 10);
        engine.row("c", 2, 30, 31, 32);
        engine.row("empty", 4);
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookupMany(77, "c", "b", "empty", "a", "c"));
            final LookupManyReplyDecoder reply = new LookupManyReplyDecoder()
                .wrapAndApplyHeader(RawClient.body(client.receive()), 0, RawClient.header());
            assertThat(reply.correlationId()).isEqualTo(77);
            final LookupManyReplyDecoder.ResultsDecoder results = reply.results();
            assertThat(results.count()).isEqualTo(5);
            final int[] groups = new int[5];
            final int[] known = new int[5];
            final int[] counts = new int[5];
            for (int i = 0; i < 5; i++) {
                results.next();
                groups[i] = results.customerGroup();
                known[i] = results.isKnown().value();
                final LookupManyReplyDecoder.ResultsDecoder.SegmentsDecoder segments = results.segments();
                counts[i] = segments.count();
                while (segments.hasNext()) {
                    segments.next();
                    assertThat(segments.id()).isPositive();
                }
            }
            assertThat(groups).containsExactly(2, 0, 4, 1, 2);
            assertThat(known).containsExactly(1, 0, 1, 1, 1);
            assertThat(counts).containsExactly(3, 1, 0, 1, 3);
        }
    }

    @Test
    void shouldRefuseManyKeysWhoseAnswerIsLongerThanAFrame() {
        engine.row("a", 1, IntStream.range(0, 1_000).toArray());
        final String[] keys = new String[100];
        Arrays.fill(keys, "a");
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookupMany(4, keys));
            assertThat(client.receiveError(4)).isEqualTo(ResultCode.TOO_LARGE);
            client.send(RawClient.lookupMany(5, Arrays.copyOf(keys, 60)));
            assertThat(client.receive().getLong(8)).isEqualTo(5);
        }
    }

    @Test
    void shouldRefuseMoreKeysThanTheLimit() {
        final String[] keys = new String[1_001];
        Arrays.fill(keys, "a");
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookupMany(4, keys));
            assertThat(client.receiveError(4)).isEqualTo(ResultCode.TOO_LARGE);
            client.ping(5);
        }
    }

    @Test
    void shouldSayWhetherASubjectIsAMember() {
        engine.row("42", 3, 7);
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.isMember(1, "42", 7));
            client.send(RawClient.isMember(2, "42", 8));
            client.send(RawClient.isMember(3, "x", 7));
            for (final int[] expected : new int[][] {{1, 1, 1}, {2, 0, 1}, {3, 0, 0}}) {
                final IsMemberReplyDecoder reply = new IsMemberReplyDecoder()
                    .wrapAndApplyHeader(RawClient.body(client.receive()), 0, RawClient.header());
                assertThat(reply.correlationId()).isEqualTo(expected[0]);
                assertThat(reply.isMember().value()).isEqualTo((short)expected[1]);
                assertThat(reply.isKnown().value()).isEqualTo((short)expected[2]);
            }
        }
    }

    @Test
    void shouldRefuseUnknownWebsitesAndKeysOutOfBounds() {
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookup(1, "42", 4, ReadMode.LOCAL, 0));
            assertThat(client.receiveError(1)).isEqualTo(ResultCode.UNKNOWN_WEBSITE);
            client.send(RawClient.lookup(2, ""));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.INVALID);
            client.send(RawClient.lookup(3, "k".repeat(65)));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.INVALID);
            client.send(RawClient.lookup(4, "k".repeat(64)));
            assertThat(lookupReply(client.receive()).isKnown().value()).isZero();
        }
    }

    @Test
    void shouldAnswerTenThousandPipelinedLookupsInOrder() {
        final int count = 10_000;
        for (int i = 0; i < 100; i++) {
            engine.row("k" + i, i, i, i + 1);
        }
        try (RawClient client = RawClient.greeted(port)) {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                bytes.writeBytes(RawClient.lookup(i, "k" + i % 100));
            }
            final CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> client.send(bytes.toByteArray()));
            for (int i = 0; i < count; i++) {
                final LookupReplyDecoder reply = lookupReply(client.receive());
                assertThat(reply.correlationId()).isEqualTo(i);
                assertThat(reply.customerGroup()).isEqualTo(i % 100);
            }
            sending.join();
        }
    }

    @Test
    void shouldAnswerFramesThatArriveByteByByte() {
        engine.row("42", 3, 7);
        try (RawClient client = RawClient.greeted(port)) {
            for (int round = 0; round < 3; round++) {
                for (final byte b : RawClient.lookup(round, "42")) {
                    client.send(new byte[] {b});
                }
                assertThat(lookupReply(client.receive()).correlationId()).isEqualTo(round);
            }
        }
    }

    @Test
    void shouldAnswerFramesCutAtEveryPlace() {
        engine.row("42", 3, 7);
        final byte[] two = concat(RawClient.lookup(1, "42"), RawClient.lookup(2, "4242424242"));
        try (RawClient client = RawClient.greeted(port)) {
            for (int cut = 1; cut < two.length; cut++) {
                client.send(Arrays.copyOfRange(two, 0, cut));
                client.send(Arrays.copyOfRange(two, cut, two.length));
                assertThat(lookupReply(client.receive()).correlationId()).isEqualTo(1);
                assertThat(lookupReply(client.receive()).correlationId()).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldCloseTheConnectionWhenALengthIsNegativeOrOverTheLimit() {
        for (final int length : new int[] {-1, Integer.MIN_VALUE, 256 * 1024 + 1, Integer.MAX_VALUE}) {
            try (RawClient client = RawClient.greeted(port)) {
                client.send(concat(RawClient.pingFrame(1), intLe(length)));
                assertThat(client.receive().getShort(2)).isEqualTo((short)PongDecoder.TEMPLATE_ID);
                assertThat(client.isClosedByServer()).isTrue();
            }
            try (RawClient client = RawClient.greeted(port)) {
                client.send(Arrays.copyOf(intLe(length), 2));
                client.send(Arrays.copyOfRange(intLe(length), 2, 4));
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
        try (RawClient client = RawClient.greeted(port)) {
            client.ping(2);
        }
    }

    @Test
    void shouldAnswerMalformedMessagesAndGoOn() {
        try (RawClient client = RawClient.greeted(port)) {
            client.send(intLe(0));
            assertThat(client.receiveError(0)).isEqualTo(ResultCode.MALFORMED);
            client.send(concat(intLe(3), new byte[3]));
            assertThat(client.receiveError(0)).isEqualTo(ResultCode.MALFORMED);

            final byte[] unknownTemplate = RawClient.pingFrame(11);
            unknownTemplate[6] = 77;
            client.send(unknownTemplate);
            assertThat(client.receiveError(11)).isEqualTo(ResultCode.UNSUPPORTED);

            final byte[] otherSchema = RawClient.pingFrame(12);
            otherSchema[8]++;
            client.send(otherSchema);
            assertThat(client.receiveError(12)).isEqualTo(ResultCode.MALFORMED);

            final byte[] otherVersion = RawClient.pingFrame(13);
            otherVersion[10]++;
            client.send(otherVersion);
            assertThat(client.receiveError(13)).isEqualTo(ResultCode.VERSION);
            otherVersion[10] = 0;
            client.send(otherVersion);
            assertThat(client.receiveError(13)).isEqualTo(ResultCode.VERSION);

            final byte[] longKey = RawClient.lookup(14, "abc");
            longKey[longKey.length - 5] = 60;
            client.send(longKey);
            assertThat(client.receiveError(14)).isEqualTo(ResultCode.MALFORMED);

            final byte[] badMode = RawClient.lookup(15, "abc");
            badMode[4 + 8 + 18] = 3;
            client.send(badMode);
            assertThat(client.receiveError(15)).isEqualTo(ResultCode.MALFORMED);

            client.ping(16);
        }
    }

    @Test
    void shouldWaitForAPositionAndAnswerOnceItIsApplied() {
        engine.row("42", 3, 7);
        final BinaryServer patient = new BinaryServer(engine, engine.router(), engine::lookups,
            UnaryOperator.identity(), new BinarySettings(1, 100, 30_000, 30_000, 30_000, 30_000));
        try (patient; RawClient client = RawClient.greeted(patient.start("127.0.0.1", 0))) {
            client.send(RawClient.lookup(1, "42", 0, ReadMode.AT_LEAST, 100));
            client.ping(2);
            engine.position = 100;
            final LookupReplyDecoder reply = lookupReply(client.receive());
            assertThat(reply.correlationId()).isEqualTo(1);
            assertThat(reply.position()).isEqualTo(100);
        }
    }

    @Test
    void shouldRefuseAPositionThatIsNotAppliedInTime() {
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.lookup(1, "42", 0, ReadMode.AT_LEAST, 1_000_000));
            assertThat(client.receiveError(1)).isEqualTo(ResultCode.STALE_POSITION);
        }
    }

    @Test
    void shouldNameTheNodeThatHasThePosition() {
        final BinaryServer server = new BinaryServer(engine, engine.router(), engine::lookups,
            UnaryOperator.identity(), position -> position <= 4096 ? "10.0.0.3:7070" : "",
            new BinarySettings(1, 100, 30_000, 30_000, 30_000, 0));
        try (server; RawClient client = RawClient.greeted(server.start("127.0.0.1", 0))) {
            client.send(RawClient.lookup(1, "42", 0, ReadMode.AT_LEAST, 4096));
            final ErrorDecoder named = client.receiveErrorItself();
            assertThat(named.correlationId()).isEqualTo(1);
            assertThat(named.code()).isEqualTo(ResultCode.STALE_POSITION);
            assertThat(named.detail()).isEqualTo("not applied here yet: asked=4096, applied=0, node=10.0.0.3:7070");
            assertThat(named.node()).isEqualTo("10.0.0.3:7070");
            client.send(RawClient.lookup(2, "42", 0, ReadMode.AT_LEAST, 4097));
            final ErrorDecoder unnamed = client.receiveErrorItself();
            assertThat(unnamed.detail()).isEqualTo("not applied here yet: asked=4097, applied=0");
            assertThat(unnamed.node()).isEmpty();
        }
    }

    @Test
    void shouldTakeRequestsAndCommandsOfVersion1() {
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.openLane(1, 9));
            client.receive();
            final byte[] update = RawClient.update(2, 9, 1, new Command.GroupAssign("42", 5, null));
            update[10] = 1;
            update[4 + 8 + UpdateDecoder.BLOCK_LENGTH + UpdateDecoder.commandHeaderLength() + 6] = 1;
            client.send(update);
            client.receive();
            assertThat(engine.history("42")).containsExactly(5);
        }
    }

    @Test
    void shouldAnswerALinearizableLookupBehindEverythingThatWasInTheLog() {
        try (RawClient writer = RawClient.greeted(port); RawClient reader = RawClient.greeted(port)) {
            writer.send(RawClient.openLane(1, 9));
            writer.receive();
            engine.pause(true);
            writer.send(RawClient.update(2, 9, 1, new Command.GroupAssign("42", 5, null)));
            writer.ping(3);

            reader.send(RawClient.lookup(11, "42", 1, ReadMode.LINEARIZABLE, 0));
            reader.send(linearizable(RawClient.lookupMany(12, "42", "nobody"),
                LookupManyDecoder.readModeEncodingOffset()));
            reader.send(linearizable(RawClient.isMember(13, "42", 5), IsMemberDecoder.readModeEncodingOffset()));
            reader.send(RawClient.lookup(14, "42"));
            final LookupReplyDecoder local = lookupReply(reader.receive());
            assertThat(local.correlationId()).isEqualTo(14);
            assertThat(local.isKnown().value()).as("the log stands still").isZero();
            engine.pause(false);

            final LookupReplyDecoder first = lookupReply(reader.receive());
            assertThat(first.correlationId()).isEqualTo(11);
            assertThat(first.customerGroup()).isEqualTo(5);
            assertThat(first.position()).isPositive().isLessThanOrEqualTo(engine.position);
            final LookupManyReplyDecoder many = new LookupManyReplyDecoder()
                .wrapAndApplyHeader(RawClient.body(reader.receive()), 0, RawClient.header());
            assertThat(many.correlationId()).isEqualTo(12);
            assertThat(many.results().next().customerGroup()).isEqualTo(5);
            final IsMemberReplyDecoder member = new IsMemberReplyDecoder()
                .wrapAndApplyHeader(RawClient.body(reader.receive()), 0, RawClient.header());
            assertThat(member.correlationId()).isEqualTo(13);
            assertThat(member.isMember().value()).isEqualTo((short)1);
        }
    }

    @Test
    void shouldLetLinearizableLookupsShareTheirBarriers() {
        final int count = 200;
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(RawClient.lookup(i, "42", 0, ReadMode.LINEARIZABLE, 0));
        }
        try (RawClient client = RawClient.greeted(port)) {
            client.send(all.toByteArray());
            for (int i = 0; i < count; i++) {
                assertThat(lookupReply(client.receive()).correlationId()).isEqualTo(i);
            }
        }
        assertThat(engine.position).isPositive().isLessThan(32L * count / 4);
    }

    @Test
    void shouldOfferABarrierAgainAndGiveUpWhereNoneComesBack() {
        try (RawClient client = RawClient.greeted(port)) {
            engine.busyEvery = 1;
            client.send(RawClient.lookup(1, "42", 0, ReadMode.LINEARIZABLE, 0));
            client.ping(2);
            engine.busyEvery = 0;
            assertThat(lookupReply(client.receive()).correlationId()).isEqualTo(1);
            engine.isNotConnected = true;
            client.send(RawClient.lookup(3, "42", 0, ReadMode.LINEARIZABLE, 0));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.STALE_POSITION);
            client.send(RawClient.lookup(4, "42", 77, ReadMode.LINEARIZABLE, 0));
            assertThat(client.receiveError(4)).isEqualTo(ResultCode.UNKNOWN_WEBSITE);
        }
    }

    /** The frame with another read mode. */
    private static byte[] linearizable(final byte[] frame, final int readModeOffset) {
        frame[4 + 8 + readModeOffset] = (byte)ReadMode.LINEARIZABLE.value();
        return frame;
    }

    @Test
    void shouldCloseConnectionsThatAreTooSlowToSpeak() {
        final BinaryServer strict = new BinaryServer(engine, engine.router(), engine::lookups,
            UnaryOperator.identity(), new BinarySettings(1, 100, 50, 50, 30_000, 50));
        try (strict) {
            final int strictPort = strict.start("127.0.0.1", 0);
            try (RawClient silent = new RawClient(strictPort)) {
                assertThat(silent.isClosedByServer()).isTrue();
            }
            try (RawClient half = RawClient.greeted(strictPort)) {
                half.send(new byte[] {20, 0});
                assertThat(half.isClosedByServer()).isTrue();
            }
            Await.until("all connections closed", () -> strict.connections() == 0);
        }
    }

    @Test
    void shouldCloseConnectionsOverTheLimit() {
        final BinaryServer narrow = new BinaryServer(engine, engine.router(), engine::lookups,
            UnaryOperator.identity(), new BinarySettings(1, 1, 30_000, 30_000, 30_000, 50));
        try (narrow) {
            final int narrowPort = narrow.start("127.0.0.1", 0);
            try (RawClient first = RawClient.greeted(narrowPort); RawClient second = new RawClient(narrowPort)) {
                assertThat(second.isClosedByServer()).isTrue();
                first.ping(1);
            }
        }
    }

    @Test
    void shouldStopReadingFromAClientThatTakesNoRepliesAndAnswerAllOnceItDoes() {
        engine.row("big", 1, IntStream.range(0, 10_000).toArray());
        final int count = 5_000;
        final AtomicLong sent = new AtomicLong();
        try (RawClient client = RawClient.greeted(port); RawClient other = RawClient.greeted(port)) {
            final CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < count; i++) {
                    client.send(RawClient.lookup(i, "big"));
                    sent.incrementAndGet();
                }
            });
            // 200 MB of replies: another client is served all the while, and in the end every reply arrives in order.
            Await.until("some were sent", () -> sent.get() > 500);
            other.ping(1);
            for (int i = 0; i < count; i++) {
                final ByteBuffer message = client.receive();
                assertThat(message).as("reply " + i).isNotNull();
                assertThat(message.getLong(8)).isEqualTo(i);
                assertThat(message.limit()).isEqualTo(8 + 40 + 4 + 40_000);
            }
            sending.join();
        }
    }

    @Test
    void shouldCloseAClientThatTakesNoRepliesForTooLong() {
        engine.row("big", 1, IntStream.range(0, 10_000).toArray());
        final BinaryServer strict = new BinaryServer(engine, engine.router(), engine::lookups,
            UnaryOperator.identity(), new BinarySettings(1, 100, 30_000, 30_000, 100, 50));
        try (strict; RawClient client = RawClient.greeted(strict.start("127.0.0.1", 0))) {
            for (int i = 0; i < 1_000; i++) {
                client.send(RawClient.lookup(i, "big"));
            }
            Await.until("the stalled connection is closed", () -> strict.connections() == 0);
        }
    }

    private static LookupReplyDecoder lookupReply(final ByteBuffer message) {
        assertThat(message).isNotNull();
        assertThat(message.getShort(2)).isEqualTo((short)LookupReplyDecoder.TEMPLATE_ID);
        return new LookupReplyDecoder().wrapAndApplyHeader(RawClient.body(message), 0, RawClient.header());
    }

    private static int[] segments(final LookupReplyDecoder reply) {
        final LookupReplyDecoder.SegmentsDecoder segments = reply.segments();
        final int[] ids = new int[segments.count()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int)segments.next().id();
        }
        return ids;
    }

    private static byte[] intLe(final int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    private static byte[] concat(final byte[] a, final byte[] b) {
        final byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
