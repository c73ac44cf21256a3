package io.tagma.engine;

import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Source;
import io.tagma.engine.protocol.CartClearDecoder;
import io.tagma.engine.protocol.CartPutDecoder;
import io.tagma.engine.protocol.CustomEventDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OrderDeleteDecoder;
import io.tagma.engine.protocol.OrderUpsertDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.ViewDecoder;
import io.tagma.engine.protocol.WishlistAddDecoder;
import io.tagma.engine.protocol.WishlistRemoveDecoder;
import io.tagma.engine.segment.SubjectChange;
import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.EntryWriter;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import io.tagma.engine.subject.RecordView;
import io.tagma.engine.subject.Records;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Applies commands about a subject's records: orders, carts, wishes, views, events. Reusable; engine's thread. */
final class RecordCommands {
    private static final byte[] NO_ID = new byte[0];
    private static final int ORDER_WEBSITE = FieldIds.named(Source.ORDER, "website");
    private static final int ORDER_ITEM_WEBSITE = FieldIds.named(Source.ORDER_ITEM, "website");
    private static final int CART_LINES = FieldIds.named(Source.CART, "lineItems");
    private static final int CART_QTY = FieldIds.named(Source.CART, "qty");
    private static final int CART_ITEM_QTY = FieldIds.named(Source.CART_ITEM, "qty");
    private static final int WISH_WEBSITE = FieldIds.named(Source.WISHLIST_ITEM, "website");

    private final EngineState state;
    private final Admission admission;
    private final RecordReader reader;
    private final Records.EntryCursor cursor;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final OrderUpsertDecoder order = new OrderUpsertDecoder();
    private final OrderDeleteDecoder orderDelete = new OrderDeleteDecoder();
    private final CartPutDecoder cart = new CartPutDecoder();
    private final CartClearDecoder cartClear = new CartClearDecoder();
    private final WishlistAddDecoder wish = new WishlistAddDecoder();
    private final WishlistRemoveDecoder wishRemove = new WishlistRemoveDecoder();
    private final ViewDecoder view = new ViewDecoder();
    private final CustomEventDecoder event = new CustomEventDecoder();

    private final EntryWriter entry = new EntryWriter();
    private final FieldsWriter headFields = new FieldsWriter();
    private final FieldsWriter lineFields = new FieldsWriter();
    private final FieldsView written = new FieldsView();
    private final EntryView writtenEntry = new EntryView();
    private final UnsafeBuffer values = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[Limits.COMMAND_LENGTH_MAX * 2]);

    RecordCommands(final EngineState state, final Admission admission, final ValueReader value) {
        this.state = state;
        this.admission = admission;
        reader = new RecordReader(state.subjects().fieldIds(), state.websites(), value);
        cursor = state.subjects().records().newCursor();
    }

    /** Reads fields of records, also those that come with a subject. */
    RecordReader reader() {
        return reader;
    }

    private long now() {
        return state.subjects().now();
    }

    // ---- orders ------------------------------------------------------------------------------------------------

    CommandResult putOrder(final DirectBuffer command) {
        order.wrapAndApplyHeader(command, 0, header);
        for (final OrderUpsertDecoder.ItemsDecoder item : order.items()) {
            item.skipValues();
        }
        final byte[] key = Keys.read(order.keyLength(), order::getKey);
        final byte[] id = Keys.read(order.orderIdLength(), order::getOrderId);
        order.wrapValues(values);
        final byte[] eventId = Keys.read(order.eventIdLength(), order::getEventId);
        order.sbeRewind();
        CommandResult answer = enterForCustomer(key, eventId);
        if (answer == null) {
            answer = encodeOrder(id);
        }
        if (answer == null) {
            answer = checkRoom(Source.ORDER, id, entry.lineCount(), "/order");
        }
        return answer != null ? answer : put(Source.ORDER, id, SubjectKind.CUSTOMER);
    }

    private CommandResult enterForCustomer(final byte[] key, final byte[] eventId) {
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        return answer != null ? answer : admission.customer();
    }

    private CommandResult encodeOrder(final byte[] id) {
        final long t = order.hasT() == Flag.YES ? order.t() : now();
        CommandResult refusal = RecordReader.checkId(id, "/order/id");
        if (refusal == null) {
            refusal = RecordReader.checkTime(t, now(), "/order/t");
        }
        if (refusal == null) {
            refusal = reader.read(Source.ORDER, values, headFields, "/order");
        }
        if (refusal != null) {
            return refusal;
        }
        headFields.write(scratch, 0);
        written.wrap(scratch, 0);
        final int website = written.find(ORDER_WEBSITE);
        entry.begin(Source.ORDER, id, t, headFields);
        int index = 0;
        for (final OrderUpsertDecoder.ItemsDecoder item : order.items()) {
            final long itemT = item.hasT() == Flag.YES ? item.t() : t;
            item.wrapValues(values);
            refusal = readLine(Source.ORDER_ITEM, itemT, "/order/items/" + index++);
            if (refusal != null) {
                return refusal;
            }
            if (website >= 0) {
                lineFields.putCopy(ORDER_ITEM_WEBSITE, written, website);
            }
            entry.line(itemT, lineFields);
            if (entry.length() > Limits.STORED_LENGTH_MAX) {
                break;
            }
        }
        return checkLength("/order");
    }

    private CommandResult readLine(final Source source, final long t, final String pointer) {
        final CommandResult refusal = RecordReader.checkTime(t, now(), pointer + "/t");
        return refusal != null ? refusal : reader.read(source, values, lineFields, pointer);
    }

    private CommandResult checkLength(final String pointer) {
        return entry.length() <= Limits.STORED_LENGTH_MAX ? null : CommandResult.refused(ResultCode.TOO_LARGE,
            pointer, "too long: length=" + entry.length() + ", max=" + Limits.STORED_LENGTH_MAX);
    }

    /** Whether the subject would have too many entries or lines with this one instead of the one of the same id. */
    private CommandResult checkRoom(final Source source, final byte[] id, final int lines, final String pointer) {
        int entries = 1;
        int allLines = lines;
        if (admission.isKnown() && state.subjects().records().mayHaveMore(admission.ordinal(), source,
            Limits.RECORDS_PER_SUBJECT_MAX - lines)) {
            cursor.open(admission.ordinal(), Records.bit(source));
            while (cursor.next()) {
                if (!cursor.entry().hasId(id)) {
                    entries++;
                    allLines += cursor.entry().lineCount();
                }
            }
        }
        return entries <= Limits.RECORDS_PER_SUBJECT_MAX && allLines <= Limits.RECORDS_PER_SUBJECT_MAX ? null
            : CommandResult.refused(ResultCode.LIMIT, pointer, "too many records: source=" + source.code() + ", max="
                + Limits.RECORDS_PER_SUBJECT_MAX);
    }

    private CommandResult put(final Source source, final byte[] id, final SubjectKind kindOfNew) {
        final SubjectChange change = admission.begin(kindOfNew);
        if (admission.isKnown()) {
            change.remove(source, id);
        }
        change.append(entry);
        change.commit(Cause.EVENT);
        return admission.applied();
    }

    private CommandResult remove(final Source source, final byte[] id, final SubjectKind kindOfNew) {
        final SubjectChange change = admission.begin(kindOfNew);
        if (admission.isKnown()) {
            change.remove(source, id);
        }
        change.commit(Cause.EVENT);
        return admission.applied();
    }

    CommandResult deleteOrder(final DirectBuffer command) {
        orderDelete.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(orderDelete.keyLength(), orderDelete::getKey);
        final byte[] id = Keys.read(orderDelete.orderIdLength(), orderDelete::getOrderId);
        final byte[] eventId = Keys.read(orderDelete.eventIdLength(), orderDelete::getEventId);
        final CommandResult answer = enterForCustomer(key, eventId);
        return answer != null ? answer : remove(Source.ORDER, id, SubjectKind.CUSTOMER);
    }

    // ---- carts -------------------------------------------------------------------------------------------------

    CommandResult putCart(final DirectBuffer command) {
        cart.wrapAndApplyHeader(command, 0, header);
        for (final CartPutDecoder.ItemsDecoder item : cart.items()) {
            item.skipValues();
        }
        final byte[] key = Keys.read(cart.keyLength(), cart::getKey);
        final String website = cart.website();
        cart.wrapValues(values);
        final byte[] eventId = Keys.read(cart.eventIdLength(), cart::getEventId);
        cart.sbeRewind();
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        if (answer == null && !website.isEmpty()) {
            answer = reader.checkWebsite(website, "/website");
        }
        if (answer != null) {
            return answer;
        }
        final byte[] id = code(website);
        answer = encodeCart(id);
        if (answer == null) {
            answer = checkRoom(Source.CART, id, entry.lineCount(), "/cart");
        }
        return answer != null ? answer : put(Source.CART, id, SubjectKind.VISITOR);
    }

    /** A cart's id: the code of its website. */
    private byte[] code(final String website) {
        return (website.isEmpty() ? admission.home().code() : website).getBytes(StandardCharsets.UTF_8);
    }

    private CommandResult encodeCart(final byte[] website) {
        final long t = cart.hasT() == Flag.YES ? cart.t() : now();
        CommandResult refusal = RecordReader.checkTime(t, now(), "/cart/t");
        if (refusal == null) {
            refusal = reader.read(Source.CART, values, headFields, "/cart");
        }
        if (refusal != null) {
            return refusal;
        }
        RecordReader.putKey(headFields, Source.CART, "website", website);
        final boolean hasLines = headFields.has(CART_LINES);
        final boolean hasQty = headFields.has(CART_QTY);
        if (!hasLines) {
            headFields.putNumber(CART_LINES, 0);
        }
        if (!hasQty) {
            headFields.putNumber(CART_QTY, 0);
        }
        entry.begin(Source.CART, website, t, headFields);
        int index = 0;
        for (final CartPutDecoder.ItemsDecoder item : cart.items()) {
            final long itemT = item.hasT() == Flag.YES ? item.t() : t;
            item.wrapValues(values);
            refusal = readLine(Source.CART_ITEM, itemT, "/cart/items/" + index++);
            if (refusal != null) {
                return refusal;
            }
            RecordReader.putKey(lineFields, Source.CART_ITEM, "website", website);
            entry.line(itemT, lineFields);
            if (entry.length() > Limits.STORED_LENGTH_MAX) {
                break;
            }
        }
        refusal = checkLength("/cart");
        if (refusal == null) {
            count(hasLines, hasQty);
        }
        return refusal;
    }

    /** Counts what the line has not said: lines, and their quantities. */
    private void count(final boolean hasLines, final boolean hasQty) {
        writtenEntry.wrap(entry.buffer(), 0);
        long qty = 0;
        for (RecordView line = writtenEntry.nextLine(); line != null; line = writtenEntry.nextLine()) {
            final int index = line.fields().find(CART_ITEM_QTY);
            qty += index < 0 ? 0 : line.fields().number(index);
        }
        final RecordView head = writtenEntry.head();
        if (!hasLines) {
            entry.overwrite(head, CART_LINES, entry.lineCount());
        }
        if (!hasQty) {
            entry.overwrite(head, CART_QTY, qty);
        }
    }

    CommandResult clearCart(final DirectBuffer command) {
        cartClear.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(cartClear.keyLength(), cartClear::getKey);
        final String website = cartClear.website();
        final byte[] eventId = Keys.read(cartClear.eventIdLength(), cartClear::getEventId);
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        if (answer == null && !website.isEmpty()) {
            answer = reader.checkWebsite(website, "/website");
        }
        return answer != null ? answer : remove(Source.CART, code(website), SubjectKind.VISITOR);
    }

    // ---- wishes ------------------------------------------------------------------------------------------------

    CommandResult addWish(final DirectBuffer command) {
        wish.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(wish.keyLength(), wish::getKey);
        final byte[] product = Keys.read(wish.productLength(), wish::getProduct);
        final String website = wish.website();
        final byte[] eventId = Keys.read(wish.eventIdLength(), wish::getEventId);
        CommandResult answer = enterWithProduct(key, eventId, product, website);
        final boolean hasT = wish.hasT() == Flag.YES;
        if (answer == null && hasT) {
            answer = RecordReader.checkTime(wish.t(), now(), "/t");
        }
        if (answer == null) {
            answer = checkRoom(Source.WISHLIST_ITEM, product, 0, "/product");
        }
        if (answer != null) {
            return answer;
        }
        headFields.clear();
        RecordReader.putKey(headFields, Source.WISHLIST_ITEM, "product", product);
        long t = hasT ? wish.t() : now();
        if (!website.isEmpty()) {
            RecordReader.putKey(headFields, Source.WISHLIST_ITEM, "website", website.getBytes(StandardCharsets.UTF_8));
        }
        if (admission.isKnown()) {
            cursor.open(admission.ordinal(), Records.bit(Source.WISHLIST_ITEM));
            while (cursor.next()) {
                final EntryView known = cursor.entry();
                if (known.hasId(product)) {
                    t = hasT ? t : known.head().t();
                    final int index = known.head().fields().find(WISH_WEBSITE);
                    if (website.isEmpty() && index >= 0) {
                        headFields.putCopy(known.head().fields(), index);
                    }
                }
            }
        }
        entry.begin(Source.WISHLIST_ITEM, product, t, headFields);
        return put(Source.WISHLIST_ITEM, product, SubjectKind.CUSTOMER);
    }

    private CommandResult enterWithProduct(final byte[] key, final byte[] eventId, final byte[] product,
                                           final String website) {
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        if (answer == null) {
            answer = RecordReader.checkId(product, "/product");
        }
        return answer == null && !website.isEmpty() ? reader.checkWebsite(website, "/website") : answer;
    }

    CommandResult removeWish(final DirectBuffer command) {
        wishRemove.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(wishRemove.keyLength(), wishRemove::getKey);
        final byte[] product = Keys.read(wishRemove.productLength(), wishRemove::getProduct);
        final byte[] eventId = Keys.read(wishRemove.eventIdLength(), wishRemove::getEventId);
        final CommandResult answer = enterWithProduct(key, eventId, product, "");
        return answer != null ? answer : remove(Source.WISHLIST_ITEM, product, SubjectKind.CUSTOMER);
    }

    // ---- views and events --------------------------------------------------------------------------------------

    CommandResult view(final DirectBuffer command) {
        view.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(view.keyLength(), view::getKey);
        final byte[] product = Keys.read(view.productLength(), view::getProduct);
        final String website = view.website();
        final byte[] eventId = Keys.read(view.eventIdLength(), view::getEventId);
        final long t = view.hasT() == Flag.YES ? view.t() : now();
        CommandResult answer = enterWithProduct(key, eventId, product, website);
        if (answer == null) {
            answer = RecordReader.checkTime(t, now(), "/t");
        }
        if (answer != null) {
            return answer;
        }
        headFields.clear();
        RecordReader.putKey(headFields, Source.VIEW, "product", product);
        if (!website.isEmpty()) {
            RecordReader.putKey(headFields, Source.VIEW, "website", website.getBytes(StandardCharsets.UTF_8));
        }
        entry.begin(Source.VIEW, NO_ID, t, headFields);
        return putInRing(Source.VIEW, NO_ID);
    }

    private CommandResult putInRing(final Source source, final byte[] id) {
        final SubjectChange change = admission.begin(SubjectKind.VISITOR);
        change.append(entry);
        change.trim(source, id, Limits.RING_MAX);
        change.commit(Cause.EVENT);
        return admission.applied();
    }

    CommandResult event(final DirectBuffer command) {
        event.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(event.keyLength(), event::getKey);
        final String name = event.name();
        final String website = event.website();
        event.wrapValues(values);
        final byte[] eventId = Keys.read(event.eventIdLength(), event::getEventId);
        final long t = event.hasT() == Flag.YES ? event.t() : now();
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        if (answer == null) {
            answer = RecordReader.checkId(name.getBytes(StandardCharsets.UTF_8), "/name");
        }
        if (answer == null && !website.isEmpty()) {
            answer = reader.checkWebsite(website, "/website");
        }
        if (answer == null) {
            answer = RecordReader.checkTime(t, now(), "/t");
        }
        if (answer == null) {
            answer = reader.read(Source.EVENT, values, headFields, "");
        }
        if (answer != null) {
            return answer;
        }
        final int code = state.subjects().fieldIds().internName(name);
        if (code < 0) {
            return CommandResult.refused(ResultCode.LIMIT, "/name", "too many names of events and properties: max="
                + FieldIds.FREE_MAX);
        }
        final byte[] ring = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(code).array();
        if (!website.isEmpty()) {
            RecordReader.putKey(headFields, Source.EVENT, "website", website.getBytes(StandardCharsets.UTF_8));
        }
        entry.begin(Source.EVENT, ring, t, headFields);
        answer = checkLength("/props");
        if (answer == null) {
            answer = checkEvents(ring);
        }
        return answer != null ? answer : putInRing(Source.EVENT, ring);
    }

    /** The rings of all names together are limited: names are free. */
    private CommandResult checkEvents(final byte[] ring) {
        int others = 0;
        if (admission.isKnown() && state.subjects().records().mayHaveMore(admission.ordinal(), Source.EVENT,
            Limits.RECORDS_PER_SUBJECT_MAX - Limits.RING_MAX)) {
            cursor.open(admission.ordinal(), Records.bit(Source.EVENT));
            while (cursor.next()) {
                others += cursor.entry().hasId(ring) ? 0 : 1;
            }
        }
        return others <= Limits.RECORDS_PER_SUBJECT_MAX - Limits.RING_MAX ? null : CommandResult.refused(
            ResultCode.LIMIT, "", "too many events: max=" + Limits.RECORDS_PER_SUBJECT_MAX);
    }
}
