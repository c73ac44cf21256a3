package io.tagma.server.net;

import io.tagma.engine.protocol.DefineSegmentDecoder;
import io.tagma.engine.protocol.HelloDecoder;
import io.tagma.engine.protocol.IsMemberDecoder;
import io.tagma.engine.protocol.LookupDecoder;
import io.tagma.engine.protocol.LookupManyDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OpenLaneDecoder;
import io.tagma.engine.protocol.PingDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Requests as the generated decoders print them: every field is read. */
final class Requests {
    private Requests() {
    }

    static String text(final DirectBuffer buffer) {
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final StringBuilder text = new StringBuilder();
        return switch (buffer.getShort(2, ByteOrder.LITTLE_ENDIAN)) {
            case HelloDecoder.TEMPLATE_ID ->
                new HelloDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            case LookupDecoder.TEMPLATE_ID ->
                new LookupDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            case LookupManyDecoder.TEMPLATE_ID ->
                new LookupManyDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            case IsMemberDecoder.TEMPLATE_ID ->
                new IsMemberDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            case OpenLaneDecoder.TEMPLATE_ID ->
                new OpenLaneDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            case DefineSegmentDecoder.TEMPLATE_ID ->
                new DefineSegmentDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            case PingDecoder.TEMPLATE_ID ->
                new PingDecoder().wrapAndApplyHeader(buffer, 0, header).appendTo(text).toString();
            default -> throw new AssertionError("a template that should not pass");
        };
    }
}
