package io.tagma.engine.protocol;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;

/**
 * The golden frames as the generated encoders make them, one of every message and command. After a deliberate change of
 * the format, {@link #main} writes their files and the dumps of PROTOCOL.md anew.
 */
final class WireVectors {
    static final String DUMPS_BEGIN = "<!-- dumps: written by WireVectors -->\n";
    static final String DUMPS_END = "<!-- end of dumps -->\n";

    private static final long CLIENT = 0x0123_4567_89AB_CDEFL;
    private static final long POSITION = 4_096;
    private static final long AS_OF = 1_790_000_000_000L;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);
    private final Map<String, byte[]> frames = new LinkedHashMap<>();

    private WireVectors() {
    }

    /** By name, in the order of the protocol's pages. */
    static Map<String, byte[]> frames() {
        final WireVectors vectors = new WireVectors();
        vectors.greetings();
        vectors.lookups();
        vectors.lanes();
        vectors.commands();
        vectors.logEntries();
        return vectors.frames;
    }

    /** Arguments: the directory of the vectors, and PROTOCOL.md. */
    public static void main(final String[] args) throws IOException {
        final SchemaReader reader = new SchemaReader();
        final StringBuilder dumps = new StringBuilder();
        for (final Map.Entry<String, byte[]> each : frames().entrySet()) {
            Files.writeString(Path.of(args[0], each.getKey() + ".json"), file(reader, each.getValue()));
            dumps.append(dump(reader, each.getKey(), each.getValue()));
        }
        final Path protocol = Path.of(args[1]);
        final String text = Files.readString(protocol);
        Files.writeString(protocol, text.substring(0, text.indexOf(DUMPS_BEGIN)) + DUMPS_BEGIN + dumps
            + text.substring(text.indexOf(DUMPS_END)));
    }

    /** A vector's file: the frame in hex, and what it says. */
    static String file(final SchemaReader reader, final byte[] frame) {
        final Map<String, Object> message = reader.read(frame);
        final StringBuilder json = new StringBuilder("{\n  \"message\": ");
        write(json, message.get("message"), "  ");
        json.append(",\n  \"template\": ").append(message.get("template"));
        json.append(",\n  \"frame\": \"").append(HexFormat.of().formatHex(frame)).append("\",\n  \"fields\": ");
        write(json, message.get("fields"), "  ");
        return json.append("\n}\n").toString();
    }

    /** A vector for people: offset, bytes, and what they say. */
    static String dump(final SchemaReader reader, final String name, final byte[] frame) {
        final StringBuilder text = new StringBuilder("### ").append(name).append("\n```\n");
        reader.read(frame);
        for (final SchemaReader.Part part : reader.parts()) {
            for (int at = 0; at < part.length(); at += 8) {
                final int length = Math.min(8, part.length() - at);
                final String hex = HexFormat.ofDelimiter(" ").formatHex(frame, part.offset() + at,
                    part.offset() + at + length);
                text.append(at == 0
                    ? String.format("%04x  %-23s  %s = %s", part.offset(), hex, part.name(), part.value())
                    : String.format("%04x  %s", part.offset() + at, hex)).append('\n');
            }
        }
        return text.append("```\n\n").toString();
    }

    private void greetings() {
        final HelloEncoder hello = new HelloEncoder().wrapAndApplyHeader(buffer, 4, header);
        hello.protocolVersion(1).features(0).token("s3cret");
        add("hello", hello.limit());
        final HelloReplyEncoder reply = new HelloReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        reply.protocolVersion(1).features(0).frameLengthMax(262_144).commandLengthMax(65_536).keysPerRequestMax(1_000)
            .commandsPerBatchMax(1_000).slotMapVersion(0).server("tagma");
        add("hello-reply", reply.limit());
        final PingEncoder ping = new PingEncoder().wrapAndApplyHeader(buffer, 4, header).correlationId(7);
        add("ping", ping.limit());
        final PongEncoder pong = new PongEncoder().wrapAndApplyHeader(buffer, 4, header)
            .correlationId(7).position(POSITION).asOf(AS_OF);
        add("pong", pong.limit());
        final ErrorEncoder error = new ErrorEncoder().wrapAndApplyHeader(buffer, 4, header);
        error.correlationId(8).code(ResultCode.UNKNOWN_WEBSITE).detail("no website has this id").node("");
        add("error", error.limit());
        final ErrorEncoder stale = new ErrorEncoder().wrapAndApplyHeader(buffer, 4, header);
        stale.correlationId(-2).code(ResultCode.STALE_POSITION)
            .detail("not applied here yet: asked=4096, applied=4032, node=10.0.0.3:7070").node("10.0.0.3:7070");
        add("error-stale-position", stale.limit());
    }

    private void lookups() {
        final LookupEncoder lookup = new LookupEncoder().wrapAndApplyHeader(buffer, 4, header);
        lookup.correlationId(1).position(0).website(0).readMode(ReadMode.LOCAL).key("42");
        add("lookup", lookup.limit());
        final LookupEncoder atLeast = new LookupEncoder().wrapAndApplyHeader(buffer, 4, header);
        atLeast.correlationId(-2).position(POSITION).website(65_535).readMode(ReadMode.AT_LEAST);
        putUtf8(atLeast::putKey, "Zoë:😀");
        add("lookup-at-least", atLeast.limit());
        final LookupReplyEncoder reply = new LookupReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        reply.correlationId(1).position(POSITION).asOf(AS_OF).varyHash(0xFEDC_BA98_7654_3210L).epoch(3)
            .customerGroup(2).isStale(Flag.NO).isKnown(Flag.YES);
        final LookupReplyEncoder.SegmentsEncoder segments = reply.segmentsCount(3);
        segments.next().id(1);
        segments.next().id(70_000);
        segments.next().id(0xFFFF_FFFEL);
        add("lookup-reply", reply.limit());
        final LookupManyEncoder many = new LookupManyEncoder().wrapAndApplyHeader(buffer, 4, header);
        many.correlationId(2).position(0).website(1).readMode(ReadMode.LOCAL);
        final LookupManyEncoder.KeysEncoder keys = many.keysCount(2);
        keys.next().key("42");
        keys.next().key("v:8f1c");
        add("lookup-many", many.limit());
        final LookupManyReplyEncoder manyReply = new LookupManyReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        manyReply.correlationId(2).position(POSITION).asOf(AS_OF).epoch(3);
        final LookupManyReplyEncoder.ResultsEncoder results = manyReply.resultsCount(2);
        results.next().varyHash(17).customerGroup(2).isStale(Flag.NO).isKnown(Flag.YES).segmentsCount(1).next().id(9);
        results.next().varyHash(0).customerGroup(0).isStale(Flag.YES).isKnown(Flag.NO).segmentsCount(0);
        add("lookup-many-reply", manyReply.limit());
        final IsMemberEncoder member = new IsMemberEncoder().wrapAndApplyHeader(buffer, 4, header);
        member.correlationId(3).position(0).segment(9).website(0).readMode(ReadMode.LOCAL).key("42");
        add("is-member", member.limit());
        final IsMemberReplyEncoder memberReply = new IsMemberReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        memberReply.correlationId(3).position(POSITION).asOf(AS_OF).isMember(Flag.YES).isStale(Flag.NO)
            .isKnown(Flag.YES);
        add("is-member-reply", memberReply.limit());
    }

    private void lanes() {
        final OpenLaneEncoder open = new OpenLaneEncoder().wrapAndApplyHeader(buffer, 4, header);
        open.correlationId(4).clientId(CLIENT);
        add("open-lane", open.limit());
        final LaneOpenedEncoder opened = new LaneOpenedEncoder().wrapAndApplyHeader(buffer, 4, header);
        opened.correlationId(4).clientId(CLIENT).lastSequence(0).position(POSITION);
        add("lane-opened", opened.limit());
        final UpdateReplyEncoder reply = new UpdateReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        reply.correlationId(5).position(POSITION).value(42).job(7).definitionVersion(2).code(ResultCode.OK)
            .pointer("").detail("");
        add("update-reply", reply.limit());
        final UpdateReplyEncoder refused = new UpdateReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        refused.correlationId(6).position(POSITION).value(0).job(0).definitionVersion(0).code(ResultCode.INVALID)
            .pointer("/condition/all/0/op").detail("unknown operator: op=equals");
        add("update-reply-refused", refused.limit());
        final UpdateBatchEncoder batch = new UpdateBatchEncoder().wrapAndApplyHeader(buffer, 4, header);
        batch.correlationId(7).clientId(CLIENT).firstSequence(2);
        final UpdateBatchEncoder.CommandsEncoder commands = batch.commandsCount(2);
        for (final Command command : List.of(new Command.SubjectDelete("42", null),
            new Command.GroupAssign("43", 2, "evt-1"))) {
            final byte[] bytes = command(command);
            commands.next().putCommand(bytes, 0, bytes.length);
        }
        add("update-batch", batch.limit());
        final UpdateBatchReplyEncoder batchReply = new UpdateBatchReplyEncoder().wrapAndApplyHeader(buffer, 4, header);
        batchReply.correlationId(7).position(POSITION).applied(1);
        batchReply.failuresCount(1).next().index(1).code(ResultCode.BUSY).pointer("").detail("");
        add("update-batch-reply", batchReply.limit());
        final DefineSegmentEncoder define = new DefineSegmentEncoder().wrapAndApplyHeader(buffer, 4, header);
        define.correlationId(8).clientId(CLIENT).sequence(4).waitUntilReady(Flag.YES).key("vip");
        putUtf8(define::putDefinition, "{\"condition\":{\"attr\":\"storeCredit\",\"op\":\"gt\",\"v\":\"12.50\"}}");
        add("define-segment", define.limit());
    }

    private void commands() {
        final List<NamedValue> attributes = List.of(
            new NamedValue("email", Value.of("a@b.c")),
            new NamedValue("storeCredit", new Value.Decimal(125_000)),
            new NamedValue("newsletter", Value.of(true)),
            new NamedValue("rewardPoints", Value.of(-3)),
            new NamedValue("score", new Value.Floating(0.25)),
            new NamedValue("colours", Value.of(List.of("red", "blue"))),
            new NamedValue("dob", Value.MISSING));
        update("update-subject-upsert", new Command.SubjectUpsert("42", SubjectKind.CUSTOMER, "base", 2, attributes,
            List.of(List.of(new NamedValue("country", Value.of("DE")),
                new NamedValue("isDefaultShipping", Value.of(true)))), null));
        update("update-subject-delete", new Command.SubjectDelete("42", null));
        update("update-group-assign", new Command.GroupAssign("42", 2, "evt-1"));
        update("update-order-upsert", new Command.OrderUpsert("42", "100000012", AS_OF,
            List.of(new NamedValue("status", Value.of("complete")),
                new NamedValue("grandTotal", new Value.Decimal(1_199_000)),
                new NamedValue("shipping.country", Value.of("DE"))),
            List.of(new Command.Item(null, List.of(new NamedValue("product", Value.of("sku-1")),
                new NamedValue("qty", Value.of(2))))), null));
        update("update-order-delete", new Command.OrderDelete("42", "100000012", null));
        update("update-product-upsert", new Command.ProductUpsert("sku-1",
            List.of(new NamedValue("categories", Value.of(List.of("shoes", "running"))),
                new NamedValue("price", new Value.Decimal(499_000)),
                new NamedValue("attributes.brand", Value.of("Acme"))), null));
        update("update-product-delete", new Command.ProductDelete("sku-1", null));
        update("update-consent-set", new Command.ConsentSet("42", "marketing", true, null));
        update("update-cart-put", new Command.CartPut("42", "base", AS_OF,
            List.of(new NamedValue("grandTotal", new Value.Decimal(1_199_000))),
            List.of(new Command.Item(null, List.of(new NamedValue("product", Value.of("sku-1")),
                new NamedValue("qty", Value.of(2))))), null));
        update("update-cart-clear", new Command.CartClear("42", null, null));
        update("update-wishlist-add", new Command.WishlistAdd("42", "sku-1", null, "base", null));
        update("update-wishlist-remove", new Command.WishlistRemove("42", "sku-1", null));
        update("update-view", new Command.View("v:8f1c", "sku-1", AS_OF, null, null));
        update("update-custom-event", new Command.CustomEvent("42", "emailClick", null, null,
            List.of(new NamedValue("props.campaign", Value.of("may"))), "evt-2"));
        update("update-login", new Command.Login("v:8f1c", "42", null));
        update("update-logout", new Command.Logout("v:8f1c", null));
        update("update-put-definition",
            new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "colours", -1, "{\"type\":\"ENUM_SET\"}"));
        update("update-delete-definition", new Command.DeleteDefinition(DefinitionKind.SEGMENT, "vip", 2, true));
        update("update-clock-advance", new Command.ClockAdvance(AS_OF));
    }

    private void logEntries() {
        logEntry("log-entry-lane-open", 0, new Command.LaneOpen(CLIENT));
        logEntry("log-entry-genesis", 0, new Command.Genesis(true, AS_OF, 1_000_000, 10_000, 65_536, 2_592_000_000L,
            1L << 36, 2));
        logEntry("log-entry-set-application-version", 1, new Command.SetApplicationVersion(2));
        logEntry("log-entry-folded", 1, new Command.SubjectUpsert("42", null, null, null,
            List.of(new NamedValue("firstname", new Value.Text("Zoë", "zoë"))), null, null));
    }

    private void update(final String name, final Command command) {
        final UpdateEncoder update = new UpdateEncoder().wrapAndApplyHeader(buffer, 4, header);
        final byte[] bytes = command(command);
        update.correlationId(5).clientId(CLIENT).sequence(1).putCommand(bytes, 0, bytes.length);
        add(name, update.limit());
    }

    private void logEntry(final String name, final long sequence, final Command command) {
        final LogEntryEncoder entry = new LogEntryEncoder().wrapAndApplyHeader(buffer, 4, header);
        final byte[] bytes = command(command);
        entry.clientId(CLIENT).sequence(sequence).putCommand(bytes, 0, bytes.length);
        add(name, entry.limit());
    }

    private void add(final String name, final int limit) {
        buffer.putInt(0, limit - 4, ByteOrder.LITTLE_ENDIAN);
        final byte[] frame = new byte[limit];
        buffer.getBytes(0, frame);
        frames.put(name, frame);
    }

    private static byte[] command(final Command command) {
        final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        final byte[] result = new byte[new CommandEncoder().encode(command, bytes, 0)];
        bytes.getBytes(0, result);
        return result;
    }

    private static void putUtf8(final Put put, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put.bytes(bytes, 0, bytes.length);
    }

    private static void write(final StringBuilder json, final Object value, final String indent) {
        if (value instanceof Map<?, ?> fields) {
            json.append('{');
            for (final Iterator<? extends Map.Entry<?, ?>> each = fields.entrySet().iterator(); each.hasNext();) {
                final Map.Entry<?, ?> field = each.next();
                json.append('\n').append(indent).append("  \"").append(field.getKey()).append("\": ");
                write(json, field.getValue(), indent + "  ");
                json.append(each.hasNext() ? "," : "\n" + indent);
            }
            json.append('}');
        } else if (value instanceof List<?> elements) {
            json.append('[');
            for (int i = 0; i < elements.size(); i++) {
                json.append(i == 0 ? "" : ", ");
                write(json, elements.get(i), indent);
            }
            json.append(']');
        } else if (value instanceof Number) {
            json.append(value);
        } else {
            json.append('"').append(value.toString().replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
    }

    private interface Put {
        Object bytes(byte[] source, int offset, int length);
    }
}
