package io.tagma.engine.protocol;

import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads commands that {@link CommandEncoder} wrote, as plain values. For edges and tests; not thread-safe. */
public final class CommandDecoder {
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ValueListDecoder valueList = new ValueListDecoder();
    private final UnsafeBuffer values = new UnsafeBuffer(0, 0);

    /** Null where the template is no command's. Bytes that break off inside a field throw IndexOutOfBounds. */
    public Command decode(final DirectBuffer buffer, final int offset) {
        header.wrap(buffer, offset);
        return switch (header.templateId()) {
            case SubjectUpsertDecoder.TEMPLATE_ID -> subjectUpsert(buffer, offset);
            case SubjectDeleteDecoder.TEMPLATE_ID -> {
                final SubjectDeleteDecoder d = new SubjectDeleteDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.SubjectDelete(d.key(), orNull(d.eventId()));
            }
            case GroupAssignDecoder.TEMPLATE_ID -> {
                final GroupAssignDecoder d = new GroupAssignDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.GroupAssign(d.key(), d.customerGroup(), orNull(d.eventId()));
            }
            case OrderUpsertDecoder.TEMPLATE_ID -> orderUpsert(buffer, offset);
            case OrderDeleteDecoder.TEMPLATE_ID -> {
                final OrderDeleteDecoder d = new OrderDeleteDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.OrderDelete(d.key(), d.orderId(), orNull(d.eventId()));
            }
            case ProductUpsertDecoder.TEMPLATE_ID -> {
                final ProductUpsertDecoder d = new ProductUpsertDecoder().wrapAndApplyHeader(buffer, offset, header);
                final String product = d.product();
                d.wrapValues(values);
                yield new Command.ProductUpsert(product, values(), orNull(d.eventId()));
            }
            case ProductDeleteDecoder.TEMPLATE_ID -> {
                final ProductDeleteDecoder d = new ProductDeleteDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.ProductDelete(d.product(), orNull(d.eventId()));
            }
            case ConsentSetDecoder.TEMPLATE_ID -> {
                final ConsentSetDecoder d = new ConsentSetDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.ConsentSet(d.key(), d.purpose(), d.isGranted() == Flag.YES, orNull(d.eventId()));
            }
            case CartPutDecoder.TEMPLATE_ID -> cartPut(buffer, offset);
            case CartClearDecoder.TEMPLATE_ID -> {
                final CartClearDecoder d = new CartClearDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.CartClear(d.key(), orNull(d.website()), orNull(d.eventId()));
            }
            case WishlistAddDecoder.TEMPLATE_ID -> {
                final WishlistAddDecoder d = new WishlistAddDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.WishlistAdd(d.key(), d.product(), orNull(d.hasT(), d.t()), orNull(d.website()),
                    orNull(d.eventId()));
            }
            case WishlistRemoveDecoder.TEMPLATE_ID -> {
                final WishlistRemoveDecoder d =
                    new WishlistRemoveDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.WishlistRemove(d.key(), d.product(), orNull(d.eventId()));
            }
            case ViewDecoder.TEMPLATE_ID -> {
                final ViewDecoder d = new ViewDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.View(d.key(), d.product(), orNull(d.hasT(), d.t()), orNull(d.website()),
                    orNull(d.eventId()));
            }
            case CustomEventDecoder.TEMPLATE_ID -> {
                final CustomEventDecoder d = new CustomEventDecoder().wrapAndApplyHeader(buffer, offset, header);
                final String key = d.key();
                final String name = d.name();
                final String website = orNull(d.website());
                d.wrapValues(values);
                yield new Command.CustomEvent(key, name, orNull(d.hasT(), d.t()), website, values(),
                    orNull(d.eventId()));
            }
            case LoginDecoder.TEMPLATE_ID -> {
                final LoginDecoder d = new LoginDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.Login(d.visitor(), d.customer(), orNull(d.eventId()));
            }
            case LogoutDecoder.TEMPLATE_ID -> {
                final LogoutDecoder d = new LogoutDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.Logout(d.visitor(), orNull(d.eventId()));
            }
            case PutDefinitionDecoder.TEMPLATE_ID -> {
                final PutDefinitionDecoder d = new PutDefinitionDecoder().wrapAndApplyHeader(buffer, offset, header);
                final String key = d.key();
                d.wrapDefinition(values);
                yield new Command.PutDefinition(d.kind(), key, d.expectedVersion(),
                    values.getStringWithoutLengthUtf8(0, values.capacity()), d.force() == Flag.YES);
            }
            case DeleteDefinitionDecoder.TEMPLATE_ID -> {
                final DeleteDefinitionDecoder d =
                    new DeleteDefinitionDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.DeleteDefinition(d.kind(), d.key(), d.expectedVersion(), d.force() == Flag.YES);
            }
            case LaneOpenDecoder.TEMPLATE_ID ->
                new Command.LaneOpen(new LaneOpenDecoder().wrapAndApplyHeader(buffer, offset, header).clientId());
            case GenesisDecoder.TEMPLATE_ID -> {
                final GenesisDecoder d = new GenesisDecoder().wrapAndApplyHeader(buffer, offset, header);
                yield new Command.Genesis(d.isManualClock() == Flag.YES, d.now(), (int)d.subjectsMax(),
                    (int)d.segmentsMax(), (int)d.changesMax(), d.visitorTtlMs(), d.bytesMax(),
                    header.blockLength() < GenesisDecoder.BLOCK_LENGTH ? 0 : d.applicationVersion());
            }
            case ClockAdvanceDecoder.TEMPLATE_ID -> new Command.ClockAdvance(
                new ClockAdvanceDecoder().wrapAndApplyHeader(buffer, offset, header).now());
            case SetApplicationVersionDecoder.TEMPLATE_ID -> new Command.SetApplicationVersion(
                new SetApplicationVersionDecoder().wrapAndApplyHeader(buffer, offset, header).version());
            default -> null;
        };
    }

    private Command subjectUpsert(final DirectBuffer buffer, final int offset) {
        final SubjectUpsertDecoder d = new SubjectUpsertDecoder().wrapAndApplyHeader(buffer, offset, header);
        final List<List<NamedValue>> addresses = new ArrayList<>();
        for (final SubjectUpsertDecoder.AddressesDecoder address : d.addresses()) {
            address.wrapValues(values);
            addresses.add(values());
        }
        final String key = d.key();
        final String website = orNull(d.website());
        d.wrapValues(values);
        return new Command.SubjectUpsert(key, d.hasKind() == Flag.YES ? d.kind() : null, website,
            d.hasGroup() == Flag.YES ? d.customerGroup() : null, values(),
            d.hasAddresses() == Flag.YES ? addresses : null, orNull(d.eventId()));
    }

    private Command orderUpsert(final DirectBuffer buffer, final int offset) {
        final OrderUpsertDecoder d = new OrderUpsertDecoder().wrapAndApplyHeader(buffer, offset, header);
        final List<Command.Item> items = new ArrayList<>();
        for (final OrderUpsertDecoder.ItemsDecoder item : d.items()) {
            item.wrapValues(values);
            items.add(new Command.Item(orNull(item.hasT(), item.t()), values()));
        }
        final String key = d.key();
        final String orderId = d.orderId();
        d.wrapValues(values);
        return new Command.OrderUpsert(key, orderId, orNull(d.hasT(), d.t()), values(), items, orNull(d.eventId()));
    }

    private Command cartPut(final DirectBuffer buffer, final int offset) {
        final CartPutDecoder d = new CartPutDecoder().wrapAndApplyHeader(buffer, offset, header);
        final List<Command.Item> items = new ArrayList<>();
        for (final CartPutDecoder.ItemsDecoder item : d.items()) {
            item.wrapValues(values);
            items.add(new Command.Item(orNull(item.hasT(), item.t()), values()));
        }
        final String key = d.key();
        final String website = orNull(d.website());
        d.wrapValues(values);
        return new Command.CartPut(key, website, orNull(d.hasT(), d.t()), values(), items, orNull(d.eventId()));
    }

    private List<NamedValue> values() {
        valueList.wrap(values, 0, ValueListDecoder.BLOCK_LENGTH, ValueListDecoder.SCHEMA_VERSION);
        final List<NamedValue> list = new ArrayList<>();
        for (final ValueListDecoder.ValuesDecoder value : valueList.values()) {
            final long number = value.number();
            final ValueKind kind = value.kind();
            final boolean hasFolded = value.hasFolded() == Flag.YES;
            final List<String> elements = new ArrayList<>();
            for (final ValueListDecoder.ValuesDecoder.ElementsDecoder element : value.elements()) {
                elements.add(element.element());
            }
            final String name = value.name();
            final String text = value.text();
            final String folded = value.folded();
            list.add(new NamedValue(name, switch (kind) {
                case BOOL -> Value.of(number != 0);
                case INTEGER -> Value.of(number);
                case DECIMAL -> new Value.Decimal(number);
                case DOUBLE -> new Value.Floating(Double.longBitsToDouble(number));
                case TEXT -> new Value.Text(text, hasFolded ? folded : null);
                case TEXTS -> Value.of(elements);
                default -> Value.MISSING;
            }));
        }
        return list;
    }

    private static Long orNull(final Flag isThere, final long t) {
        return isThere == Flag.YES ? t : null;
    }

    private static String orNull(final String text) {
        return text.isEmpty() ? null : text;
    }
}
