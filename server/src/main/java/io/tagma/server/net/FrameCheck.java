package io.tagma.server.net;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.tagma.engine.protocol.CartClearDecoder;
import io.tagma.engine.protocol.CartPutDecoder;
import io.tagma.engine.protocol.ClockAdvanceDecoder;
import io.tagma.engine.protocol.ConsentSetDecoder;
import io.tagma.engine.protocol.CustomEventDecoder;
import io.tagma.engine.protocol.DefineSegmentDecoder;
import io.tagma.engine.protocol.DeleteDefinitionDecoder;
import io.tagma.engine.protocol.GenesisDecoder;
import io.tagma.engine.protocol.GroupAssignDecoder;
import io.tagma.engine.protocol.GroupSizeEncodingDecoder;
import io.tagma.engine.protocol.HelloDecoder;
import io.tagma.engine.protocol.IsMemberDecoder;
import io.tagma.engine.protocol.LaneOpenDecoder;
import io.tagma.engine.protocol.LoginDecoder;
import io.tagma.engine.protocol.LogoutDecoder;
import io.tagma.engine.protocol.LookupDecoder;
import io.tagma.engine.protocol.LookupManyDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OpenLaneDecoder;
import io.tagma.engine.protocol.OrderDeleteDecoder;
import io.tagma.engine.protocol.OrderUpsertDecoder;
import io.tagma.engine.protocol.PingDecoder;
import io.tagma.engine.protocol.ProductDeleteDecoder;
import io.tagma.engine.protocol.ProductUpsertDecoder;
import io.tagma.engine.protocol.PutDefinitionDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SetApplicationVersionDecoder;
import io.tagma.engine.protocol.SubjectDeleteDecoder;
import io.tagma.engine.protocol.SubjectUpsertDecoder;
import io.tagma.engine.protocol.TextEncoder;
import io.tagma.engine.protocol.UpdateBatchDecoder;
import io.tagma.engine.protocol.UpdateDecoder;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.protocol.ViewDecoder;
import io.tagma.engine.protocol.WishlistAddDecoder;
import io.tagma.engine.protocol.WishlistRemoveDecoder;
import org.agrona.DirectBuffer;

/**
 * Walks a request's bytes before a decoder touches them: every group, text and blob, those of the command inside
 * included, must lie within the frame and fill it exactly; every enum must have a known value; a command's texts must
 * be UTF-8. The commands of a batch are walked one by one, so that one that is refused does not stop the others. What
 * passes can be decoded without bounds checks. Meaning (is the key too long, is the attribute declared) is not looked
 * at, except a look-up's key, which nobody behind checks.
 *
 * <p>One per event loop; allocates nothing. The time of a walk is bounded by the frame's length: no element is empty.
 */
final class FrameCheck {
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int GROUP_HEADER_LENGTH = GroupSizeEncodingDecoder.ENCODED_LENGTH;
    private static final int TEXT_LENGTH_MAX = TextEncoder.lengthMaxValue();
    private static final int SCHEMA_VERSION_MIN = 1;
    private static final int FLAG_MAX = 1;
    private static final int READ_MODE_MAX = 2;
    private static final int VALUE_KIND_MAX = 6;
    private static final int SUBJECT_KIND_MAX = 1;
    private static final int DEFINITION_KIND_MAX = 3;
    /** An empty group of values is a group header. */
    private static final int VALUE_LIST_LENGTH_MIN = GROUP_HEADER_LENGTH;

    private final int commandLengthMax;

    private DirectBuffer buffer;
    private int position;
    private int limit;
    private int blockAt;
    private ResultCode code = ResultCode.OK;
    private String fault = "";
    private boolean hasForeignText;

    FrameCheck(final int commandLengthMax) {
        this.commandLengthMax = commandLengthMax;
    }

    /** Whether the message is a request that may be decoded; otherwise {@link #code()} and {@link #fault()} say why. */
    boolean isRequest(final DirectBuffer buffer, final int offset, final int length) {
        this.buffer = buffer;
        position = offset;
        limit = offset + length;
        hasForeignText = false;
        if (length < HEADER_LENGTH) {
            return refuse(ResultCode.MALFORMED, "a message is shorter than its header");
        }
        final int template = u16(offset + 2);
        if (u16(offset + 4) != MessageHeaderDecoder.SCHEMA_ID) {
            return refuse(ResultCode.MALFORMED, "another schema: 7070 is spoken here");
        }
        if (!isSpoken(u16(offset + 6))) {
            return refuse(ResultCode.VERSION, "another version of the schema: 1 to "
                + MessageHeaderDecoder.SCHEMA_VERSION + " are spoken here");
        }
        return switch (template) {
            case LookupDecoder.TEMPLATE_ID -> block(LookupDecoder.BLOCK_LENGTH)
                && isEnum(LookupDecoder.readModeEncodingOffset(), READ_MODE_MAX) && lookupKey() && end();
            case LookupManyDecoder.TEMPLATE_ID -> lookupMany();
            case IsMemberDecoder.TEMPLATE_ID -> block(IsMemberDecoder.BLOCK_LENGTH)
                && isEnum(IsMemberDecoder.readModeEncodingOffset(), READ_MODE_MAX) && lookupKey() && end();
            case UpdateDecoder.TEMPLATE_ID -> block(UpdateDecoder.BLOCK_LENGTH) && commandBlob() && end();
            case UpdateBatchDecoder.TEMPLATE_ID -> updateBatch();
            case DefineSegmentDecoder.TEMPLATE_ID -> block(DefineSegmentDecoder.BLOCK_LENGTH)
                && isEnum(DefineSegmentDecoder.waitUntilReadyEncodingOffset(), FLAG_MAX) && text() && json() && end();
            case OpenLaneDecoder.TEMPLATE_ID -> block(OpenLaneDecoder.BLOCK_LENGTH) && end();
            case PingDecoder.TEMPLATE_ID -> block(PingDecoder.BLOCK_LENGTH) && end();
            case HelloDecoder.TEMPLATE_ID -> block(HelloDecoder.BLOCK_LENGTH) && text() && end();
            default -> refuse(ResultCode.UNSUPPORTED, "no request has this template");
        };
    }

    /** Whether the bytes are a command that clients may send. */
    boolean isCommand(final DirectBuffer buffer, final int offset, final int length) {
        this.buffer = buffer;
        position = offset;
        limit = offset + length;
        hasForeignText = false;
        return command(length);
    }

    /** Why the last check failed. */
    ResultCode code() {
        return code;
    }

    /** The same in words. */
    String fault() {
        return fault;
    }

    /** Whether a text of the last checked command is not pure ASCII. */
    boolean hasForeignText() {
        return hasForeignText;
    }

    private boolean lookupMany() {
        if (!block(LookupManyDecoder.BLOCK_LENGTH)
            || !isEnum(LookupManyDecoder.readModeEncodingOffset(), READ_MODE_MAX)) {
            return false;
        }
        final int count = group(LookupManyDecoder.KeysDecoder.sbeBlockLength());
        if (count > WireLimits.KEYS_PER_REQUEST_MAX) {
            return refuse(ResultCode.TOO_LARGE, "too many keys in a request");
        }
        for (int i = 0; i < count; i++) {
            if (!lookupKey()) {
                return false;
            }
        }
        return count >= 0 && end();
    }

    private boolean updateBatch() {
        if (!block(UpdateBatchDecoder.BLOCK_LENGTH)) {
            return false;
        }
        final int count = group(UpdateBatchDecoder.CommandsDecoder.sbeBlockLength());
        if (count > WireLimits.COMMANDS_PER_BATCH_MAX) {
            return refuse(ResultCode.TOO_LARGE, "too many commands in a batch");
        }
        for (int i = 0; i < count; i++) {
            final int length = blobLength();
            if (length < 0) {
                return false;
            }
            position += length;
        }
        return count >= 0 && end();
    }

    private boolean commandBlob() {
        final int length = blobLength();
        if (length < 0) {
            return false;
        }
        final int frameLimit = limit;
        limit = position + length;
        final boolean isCommand = command(length);
        limit = frameLimit;
        return isCommand;
    }

    private boolean command(final int length) {
        if (length > commandLengthMax) {
            return refuse(ResultCode.TOO_LARGE, "a command is over the limit of length");
        }
        if (length < HEADER_LENGTH) {
            return refuse(ResultCode.MALFORMED, "a command is shorter than its header");
        }
        final int template = u16(position + 2);
        if (u16(position + 4) != MessageHeaderDecoder.SCHEMA_ID
            || !isSpoken(u16(position + 6))) {
            return refuse(ResultCode.MALFORMED, "a command of another schema or version");
        }
        return switch (template) {
            case SubjectUpsertDecoder.TEMPLATE_ID -> subjectUpsert() && end();
            case OrderUpsertDecoder.TEMPLATE_ID -> orderUpsert() && end();
            case SubjectDeleteDecoder.TEMPLATE_ID -> block(SubjectDeleteDecoder.BLOCK_LENGTH)
                && text() && text() && end();
            case GroupAssignDecoder.TEMPLATE_ID -> block(GroupAssignDecoder.BLOCK_LENGTH) && text() && text() && end();
            case OrderDeleteDecoder.TEMPLATE_ID -> block(OrderDeleteDecoder.BLOCK_LENGTH)
                && text() && text() && text() && end();
            case ProductUpsertDecoder.TEMPLATE_ID -> block(ProductUpsertDecoder.BLOCK_LENGTH)
                && text() && valuesBlob() && text() && end();
            case ProductDeleteDecoder.TEMPLATE_ID -> block(ProductDeleteDecoder.BLOCK_LENGTH)
                && text() && text() && end();
            case ViewDecoder.TEMPLATE_ID -> block(ViewDecoder.BLOCK_LENGTH)
                && isEnum(ViewDecoder.hasTEncodingOffset(), FLAG_MAX) && text() && text() && text() && text() && end();
            case CustomEventDecoder.TEMPLATE_ID -> block(CustomEventDecoder.BLOCK_LENGTH)
                && isEnum(CustomEventDecoder.hasTEncodingOffset(), FLAG_MAX)
                && text() && text() && text() && valuesBlob() && text() && end();
            case CartPutDecoder.TEMPLATE_ID -> cartPut() && end();
            case CartClearDecoder.TEMPLATE_ID -> block(CartClearDecoder.BLOCK_LENGTH)
                && text() && text() && text() && end();
            case WishlistAddDecoder.TEMPLATE_ID -> block(WishlistAddDecoder.BLOCK_LENGTH)
                && isEnum(WishlistAddDecoder.hasTEncodingOffset(), FLAG_MAX)
                && text() && text() && text() && text() && end();
            case WishlistRemoveDecoder.TEMPLATE_ID -> block(WishlistRemoveDecoder.BLOCK_LENGTH)
                && text() && text() && text() && end();
            case ConsentSetDecoder.TEMPLATE_ID -> block(ConsentSetDecoder.BLOCK_LENGTH)
                && isEnum(ConsentSetDecoder.isGrantedEncodingOffset(), FLAG_MAX) && text() && text() && text() && end();
            case LoginDecoder.TEMPLATE_ID -> block(LoginDecoder.BLOCK_LENGTH) && text() && text() && text() && end();
            case LogoutDecoder.TEMPLATE_ID -> block(LogoutDecoder.BLOCK_LENGTH) && text() && text() && end();
            case PutDefinitionDecoder.TEMPLATE_ID -> block(PutDefinitionDecoder.BLOCK_LENGTH)
                && isEnum(PutDefinitionDecoder.kindEncodingOffset(), DEFINITION_KIND_MAX)
                && isEnum(PutDefinitionDecoder.forceEncodingOffset(), FLAG_MAX) && text() && json() && end();
            case DeleteDefinitionDecoder.TEMPLATE_ID -> block(DeleteDefinitionDecoder.BLOCK_LENGTH)
                && isEnum(DeleteDefinitionDecoder.kindEncodingOffset(), DEFINITION_KIND_MAX)
                && isEnum(DeleteDefinitionDecoder.forceEncodingOffset(), FLAG_MAX) && text() && end();
            case ClockAdvanceDecoder.TEMPLATE_ID -> block(ClockAdvanceDecoder.BLOCK_LENGTH) && end();
            case LaneOpenDecoder.TEMPLATE_ID, GenesisDecoder.TEMPLATE_ID, SetApplicationVersionDecoder.TEMPLATE_ID ->
                refuse(ResultCode.UNSUPPORTED, "this command is the server's own");
            default -> refuse(ResultCode.UNSUPPORTED, "no command has this template");
        };
    }

    private boolean subjectUpsert() {
        if (!block(SubjectUpsertDecoder.BLOCK_LENGTH)
            || !isEnum(SubjectUpsertDecoder.kindEncodingOffset(), SUBJECT_KIND_MAX)
            || !isEnum(SubjectUpsertDecoder.hasKindEncodingOffset(), FLAG_MAX)
            || !isEnum(SubjectUpsertDecoder.hasGroupEncodingOffset(), FLAG_MAX)
            || !isEnum(SubjectUpsertDecoder.hasAddressesEncodingOffset(), FLAG_MAX)) {
            return false;
        }
        final int count = group(SubjectUpsertDecoder.AddressesDecoder.sbeBlockLength());
        for (int i = 0; i < count; i++) {
            if (!valuesBlob()) {
                return false;
            }
        }
        return count >= 0 && text() && text() && valuesBlob() && text();
    }

    private boolean orderUpsert() {
        return block(OrderUpsertDecoder.BLOCK_LENGTH) && isEnum(OrderUpsertDecoder.hasTEncodingOffset(), FLAG_MAX)
            && items(OrderUpsertDecoder.ItemsDecoder.sbeBlockLength(),
                OrderUpsertDecoder.ItemsDecoder.hasTEncodingOffset());
    }

    private boolean cartPut() {
        return block(CartPutDecoder.BLOCK_LENGTH) && isEnum(CartPutDecoder.hasTEncodingOffset(), FLAG_MAX)
            && items(CartPutDecoder.ItemsDecoder.sbeBlockLength(), CartPutDecoder.ItemsDecoder.hasTEncodingOffset());
    }

    /** Lines, and what orders and carts have behind them: key, id or website, values, event id. */
    private boolean items(final int itemLength, final int hasTOffset) {
        final int count = group(itemLength);
        for (int i = 0; i < count; i++) {
            if (!skip(itemLength)
                || !isEnumAt(position - itemLength + hasTOffset, FLAG_MAX)
                || !valuesBlob()) {
                return false;
            }
        }
        return count >= 0 && text() && text() && valuesBlob() && text();
    }

    private boolean valuesBlob() {
        final int length = blobLength();
        if (length < 0) {
            return false;
        }
        if (length < VALUE_LIST_LENGTH_MIN) {
            return refuse(ResultCode.MALFORMED, "a list of values without its group");
        }
        final int outerLimit = limit;
        limit = position + length;
        final boolean isGood = values() && end();
        limit = outerLimit;
        return isGood;
    }

    private boolean values() {
        final int valueLength = ValueListDecoder.ValuesDecoder.sbeBlockLength();
        final int count = group(valueLength);
        for (int i = 0; i < count; i++) {
            if (!skip(valueLength)
                || !isEnumAt(position - valueLength + ValueListDecoder.ValuesDecoder.kindEncodingOffset(),
                    VALUE_KIND_MAX)) {
                return false;
            }
            if (buffer.getByte(position - valueLength + ValueListDecoder.ValuesDecoder.hasFoldedEncodingOffset())
                != 0) {
                return refuse(ResultCode.MALFORMED, "folded texts are the server's to add");
            }
            final int elements = group(ValueListDecoder.ValuesDecoder.ElementsDecoder.sbeBlockLength());
            for (int k = 0; k < elements; k++) {
                if (!text()) {
                    return false;
                }
            }
            if (elements < 0 || !text() || !text()) {
                return false;
            }
            final int foldedAt = position;
            if (!text()) {
                return false;
            }
            if (position - foldedAt != Short.BYTES) {
                return refuse(ResultCode.MALFORMED, "folded texts are the server's to add");
            }
        }
        return count >= 0;
    }

    /** The message's header and its fixed fields; the position stands behind them. */
    private boolean block(final int blockLength) {
        if (u16(position) != blockLength) {
            return refuse(ResultCode.MALFORMED, "a block of another length than the schema's");
        }
        blockAt = position + HEADER_LENGTH;
        position += HEADER_LENGTH;
        return skip(blockLength);
    }

    /** A fixed field of the message. */
    private boolean isEnum(final int fieldOffset, final int max) {
        return isEnumAt(blockAt + fieldOffset, max);
    }

    private boolean isEnumAt(final int index, final int max) {
        if ((buffer.getByte(index) & 0xFF) > max) {
            return refuse(ResultCode.MALFORMED, "an unknown value of an enumeration");
        }
        return true;
    }

    /** Number of elements, or -1. */
    private int group(final int blockLength) {
        if (limit - position < GROUP_HEADER_LENGTH) {
            refuse(ResultCode.MALFORMED, "a group is cut off");
            return -1;
        }
        if (u16(position) != blockLength) {
            refuse(ResultCode.MALFORMED, "a group's block of another length than the schema's");
            return -1;
        }
        final int count = u16(position + 2);
        position += GROUP_HEADER_LENGTH;
        return count;
    }

    private boolean skip(final int length) {
        if (limit - position < length) {
            return refuse(ResultCode.MALFORMED, "fixed fields are cut off");
        }
        position += length;
        return true;
    }

    private boolean lookupKey() {
        final int length = textLength();
        if (length < 0) {
            return false;
        }
        if (length == 0 || length > WireLimits.KEY_LENGTH_MAX) {
            return refuse(ResultCode.INVALID, "a key has 1 to 64 bytes");
        }
        final int at = position;
        position += length;
        if (Utf8.isPlainAscii(buffer, at, length)) {
            return true;
        }
        if (!Utf8.isWellFormed(buffer, at, length)) {
            return refuse(ResultCode.INVALID, "a key is not UTF-8");
        }
        return !Utf8.hasControls(buffer, at, length)
            || refuse(ResultCode.INVALID, "a key has no control characters");
    }

    private boolean text() {
        final int length = textLength();
        return length >= 0 && characters(length);
    }

    private boolean json() {
        final int length = blobLength();
        if (length > commandLengthMax) {
            return refuse(ResultCode.TOO_LARGE, "a definition is over the limit of length");
        }
        return length >= 0 && characters(length);
    }

    private boolean characters(final int length) {
        if (!Utf8.isAscii(buffer, position, length)) {
            if (!Utf8.isWellFormed(buffer, position, length)) {
                return refuse(ResultCode.MALFORMED, "a text is not UTF-8");
            }
            hasForeignText = true;
        }
        position += length;
        return true;
    }

    private int textLength() {
        if (limit - position < Short.BYTES) {
            refuse(ResultCode.MALFORMED, "a text is cut off");
            return -1;
        }
        final int length = u16(position);
        position += Short.BYTES;
        if (length > limit - position || length > TEXT_LENGTH_MAX) {
            refuse(ResultCode.MALFORMED, "a text is longer than its frame");
            return -1;
        }
        return length;
    }

    private int blobLength() {
        if (limit - position < Integer.BYTES) {
            refuse(ResultCode.MALFORMED, "a blob is cut off");
            return -1;
        }
        final int length = buffer.getInt(position, LITTLE_ENDIAN);
        position += Integer.BYTES;
        if (length < 0 || length > limit - position) {
            refuse(ResultCode.MALFORMED, "a blob is longer than its frame");
            return -1;
        }
        return length;
    }

    private boolean end() {
        return position == limit || refuse(ResultCode.MALFORMED, "bytes follow the message's end");
    }

    /** No request and no command differs between the versions. */
    static boolean isSpoken(final int version) {
        return version >= SCHEMA_VERSION_MIN && version <= MessageHeaderDecoder.SCHEMA_VERSION;
    }

    private int u16(final int index) {
        return buffer.getShort(index, LITTLE_ENDIAN) & 0xFFFF;
    }

    private boolean refuse(final ResultCode because, final String detail) {
        code = because;
        fault = detail;
        return false;
    }
}
