package io.tagma.engine.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes commands: header and body of a template 100-199. Not thread-safe; reuses its codecs.
 *
 * <p>Lengths beyond the format's own (a text of 65,535 bytes or more) are the caller's fault and are refused with an
 * {@link IllegalArgumentException}; the server's limits are narrower.
 */
public final class CommandEncoder {
    private static final byte[] NONE = new byte[0];

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SubjectUpsertEncoder subjectUpsert = new SubjectUpsertEncoder();
    private final SubjectDeleteEncoder subjectDelete = new SubjectDeleteEncoder();
    private final GroupAssignEncoder groupAssign = new GroupAssignEncoder();
    private final OrderUpsertEncoder orderUpsert = new OrderUpsertEncoder();
    private final OrderDeleteEncoder orderDelete = new OrderDeleteEncoder();
    private final ProductUpsertEncoder productUpsert = new ProductUpsertEncoder();
    private final ProductDeleteEncoder productDelete = new ProductDeleteEncoder();
    private final ConsentSetEncoder consentSet = new ConsentSetEncoder();
    private final CartPutEncoder cartPut = new CartPutEncoder();
    private final CartClearEncoder cartClear = new CartClearEncoder();
    private final WishlistAddEncoder wishlistAdd = new WishlistAddEncoder();
    private final WishlistRemoveEncoder wishlistRemove = new WishlistRemoveEncoder();
    private final ViewEncoder view = new ViewEncoder();
    private final CustomEventEncoder customEvent = new CustomEventEncoder();
    private final LoginEncoder login = new LoginEncoder();
    private final LogoutEncoder logout = new LogoutEncoder();
    private final PutDefinitionEncoder putDefinition = new PutDefinitionEncoder();
    private final DeleteDefinitionEncoder deleteDefinition = new DeleteDefinitionEncoder();
    private final LaneOpenEncoder laneOpen = new LaneOpenEncoder();
    private final GenesisEncoder genesis = new GenesisEncoder();
    private final ClockAdvanceEncoder clockAdvance = new ClockAdvanceEncoder();
    private final SetApplicationVersionEncoder setApplicationVersion = new SetApplicationVersionEncoder();
    private final ValueListEncoder valueList = new ValueListEncoder();
    private final ExpandableArrayBuffer values = new ExpandableArrayBuffer(1024);

    /** Writes the command at the offset and returns its length in bytes; the buffer grows or must be large enough. */
    public int encode(final Command command, final MutableDirectBuffer buffer, final int offset) {
        if (command instanceof Command.OrderUpsert order) {
            return encodeOrder(order, buffer, offset);
        } else if (command instanceof Command.View seen) {
            view.wrapAndApplyHeader(buffer, offset, header).t(orZero(seen.t())).hasT(flag(seen.t() != null));
            putText(view::putKey, seen.key());
            putText(view::putProduct, seen.product());
            putText(view::putWebsite, seen.website());
            putText(view::putEventId, seen.eventId());
            return view.limit() - offset;
        } else if (command instanceof Command.CustomEvent event) {
            customEvent.wrapAndApplyHeader(buffer, offset, header)
                .t(orZero(event.t())).hasT(flag(event.t() != null));
            putText(customEvent::putKey, event.key());
            putText(customEvent::putName, event.name());
            putText(customEvent::putWebsite, event.website());
            customEvent.putValues(values, 0, encodeValues(event.fields()));
            putText(customEvent::putEventId, event.eventId());
            return customEvent.limit() - offset;
        } else if (command instanceof Command.CartPut cart) {
            return encodeCart(cart, buffer, offset);
        } else if (command instanceof Command.CartClear clear) {
            cartClear.wrapAndApplyHeader(buffer, offset, header);
            putText(cartClear::putKey, clear.key());
            putText(cartClear::putWebsite, clear.website());
            putText(cartClear::putEventId, clear.eventId());
            return cartClear.limit() - offset;
        } else if (command instanceof Command.WishlistAdd add) {
            wishlistAdd.wrapAndApplyHeader(buffer, offset, header).t(orZero(add.t())).hasT(flag(add.t() != null));
            putText(wishlistAdd::putKey, add.key());
            putText(wishlistAdd::putProduct, add.product());
            putText(wishlistAdd::putWebsite, add.website());
            putText(wishlistAdd::putEventId, add.eventId());
            return wishlistAdd.limit() - offset;
        } else if (command instanceof Command.WishlistRemove remove) {
            wishlistRemove.wrapAndApplyHeader(buffer, offset, header);
            putText(wishlistRemove::putKey, remove.key());
            putText(wishlistRemove::putProduct, remove.product());
            putText(wishlistRemove::putEventId, remove.eventId());
            return wishlistRemove.limit() - offset;
        } else if (command instanceof Command.ConsentSet consent) {
            consentSet.wrapAndApplyHeader(buffer, offset, header).isGranted(flag(consent.isGranted()));
            putText(consentSet::putKey, consent.key());
            putText(consentSet::putPurpose, consent.purpose());
            putText(consentSet::putEventId, consent.eventId());
            return consentSet.limit() - offset;
        } else if (command instanceof Command.Login merge) {
            login.wrapAndApplyHeader(buffer, offset, header);
            putText(login::putVisitor, merge.visitor());
            putText(login::putCustomer, merge.customer());
            putText(login::putEventId, merge.eventId());
            return login.limit() - offset;
        } else if (command instanceof Command.Logout cut) {
            logout.wrapAndApplyHeader(buffer, offset, header);
            putText(logout::putVisitor, cut.visitor());
            putText(logout::putEventId, cut.eventId());
            return logout.limit() - offset;
        } else if (command instanceof Command.SubjectUpsert subject) {
            return encodeSubject(subject, buffer, offset);
        } else if (command instanceof Command.SubjectDelete delete) {
            subjectDelete.wrapAndApplyHeader(buffer, offset, header);
            putText(subjectDelete::putKey, delete.key());
            putText(subjectDelete::putEventId, delete.eventId());
            return subjectDelete.limit() - offset;
        } else if (command instanceof Command.GroupAssign assign) {
            groupAssign.wrapAndApplyHeader(buffer, offset, header).customerGroup(assign.group());
            putText(groupAssign::putKey, assign.key());
            putText(groupAssign::putEventId, assign.eventId());
            return groupAssign.limit() - offset;
        } else if (command instanceof Command.OrderDelete delete) {
            orderDelete.wrapAndApplyHeader(buffer, offset, header);
            putText(orderDelete::putKey, delete.key());
            putText(orderDelete::putOrderId, delete.orderId());
            putText(orderDelete::putEventId, delete.eventId());
            return orderDelete.limit() - offset;
        } else if (command instanceof Command.ProductUpsert product) {
            productUpsert.wrapAndApplyHeader(buffer, offset, header);
            putText(productUpsert::putProduct, product.product());
            productUpsert.putValues(values, 0, encodeValues(product.fields()));
            putText(productUpsert::putEventId, product.eventId());
            return productUpsert.limit() - offset;
        } else if (command instanceof Command.ProductDelete delete) {
            productDelete.wrapAndApplyHeader(buffer, offset, header);
            putText(productDelete::putProduct, delete.product());
            putText(productDelete::putEventId, delete.eventId());
            return productDelete.limit() - offset;
        } else if (command instanceof Command.PutDefinition put) {
            putDefinition.wrapAndApplyHeader(buffer, offset, header)
                .kind(put.kind()).expectedVersion(put.expectedVersion()).force(flag(put.force()));
            putText(putDefinition::putKey, put.key());
            final byte[] json = put.json().getBytes(StandardCharsets.UTF_8);
            putDefinition.putDefinition(json, 0, json.length);
            return putDefinition.limit() - offset;
        } else if (command instanceof Command.DeleteDefinition delete) {
            deleteDefinition.wrapAndApplyHeader(buffer, offset, header)
                .kind(delete.kind()).expectedVersion(delete.expectedVersion()).force(flag(delete.force()));
            putText(deleteDefinition::putKey, delete.key());
            return deleteDefinition.limit() - offset;
        } else if (command instanceof Command.LaneOpen lane) {
            laneOpen.wrapAndApplyHeader(buffer, offset, header).clientId(lane.clientId());
            return laneOpen.limit() - offset;
        } else if (command instanceof Command.Genesis first) {
            genesis.wrapAndApplyHeader(buffer, offset, header).isManualClock(flag(first.isManualClock()))
                .now(first.now()).subjectsMax(first.subjectsMax()).segmentsMax(first.segmentsMax())
                .changesMax(first.changesMax()).visitorTtlMs(first.visitorTtlMs()).bytesMax(first.bytesMax())
                .applicationVersion(first.applicationVersion());
            return genesis.limit() - offset;
        } else if (command instanceof Command.ClockAdvance advance) {
            clockAdvance.wrapAndApplyHeader(buffer, offset, header).now(advance.now());
            return clockAdvance.limit() - offset;
        } else if (command instanceof Command.SetApplicationVersion raise) {
            setApplicationVersion.wrapAndApplyHeader(buffer, offset, header).version(raise.version());
            return setApplicationVersion.limit() - offset;
        }
        throw new IllegalStateException("a command without a template: command=" + command);
    }

    private int encodeSubject(final Command.SubjectUpsert subject, final MutableDirectBuffer buffer,
                              final int offset) {
        final List<List<NamedValue>> addresses = subject.addresses() == null ? List.of() : subject.addresses();
        subjectUpsert.wrapAndApplyHeader(buffer, offset, header)
            .kind(subject.kind() == null ? SubjectKind.CUSTOMER : subject.kind())
            .hasKind(flag(subject.kind() != null))
            .hasGroup(flag(subject.group() != null))
            .hasAddresses(flag(subject.addresses() != null))
            .customerGroup(subject.group() == null ? 0 : subject.group());
        final SubjectUpsertEncoder.AddressesEncoder group = subjectUpsert.addressesCount(addresses.size());
        for (final List<NamedValue> address : addresses) {
            group.next().putValues(values, 0, encodeValues(address));
        }
        putText(subjectUpsert::putKey, subject.key());
        putText(subjectUpsert::putWebsite, subject.website());
        subjectUpsert.putValues(values, 0, encodeValues(subject.attributes()));
        putText(subjectUpsert::putEventId, subject.eventId());
        return subjectUpsert.limit() - offset;
    }

    private int encodeOrder(final Command.OrderUpsert order, final MutableDirectBuffer buffer, final int offset) {
        orderUpsert.wrapAndApplyHeader(buffer, offset, header)
            .t(orZero(order.t())).hasT(flag(order.t() != null));
        final OrderUpsertEncoder.ItemsEncoder group = orderUpsert.itemsCount(order.items().size());
        for (final Command.Item item : order.items()) {
            group.next().t(orZero(item.t())).hasT(flag(item.t() != null))
                .putValues(values, 0, encodeValues(item.fields()));
        }
        putText(orderUpsert::putKey, order.key());
        putText(orderUpsert::putOrderId, order.orderId());
        orderUpsert.putValues(values, 0, encodeValues(order.fields()));
        putText(orderUpsert::putEventId, order.eventId());
        return orderUpsert.limit() - offset;
    }

    private int encodeCart(final Command.CartPut cart, final MutableDirectBuffer buffer, final int offset) {
        cartPut.wrapAndApplyHeader(buffer, offset, header).t(orZero(cart.t())).hasT(flag(cart.t() != null));
        final CartPutEncoder.ItemsEncoder group = cartPut.itemsCount(cart.items().size());
        for (final Command.Item item : cart.items()) {
            group.next().t(orZero(item.t())).hasT(flag(item.t() != null))
                .putValues(values, 0, encodeValues(item.fields()));
        }
        putText(cartPut::putKey, cart.key());
        putText(cartPut::putWebsite, cart.website());
        cartPut.putValues(values, 0, encodeValues(cart.fields()));
        putText(cartPut::putEventId, cart.eventId());
        return cartPut.limit() - offset;
    }

    private int encodeValues(final List<NamedValue> fields) {
        valueList.wrap(values, 0);
        final ValueListEncoder.ValuesEncoder group = valueList.valuesCount(fields.size());
        for (final NamedValue field : fields) {
            final Value value = field.value();
            final Value.Text text = value instanceof Value.Text t ? t : null;
            final List<String> elements = value instanceof Value.Texts t ? t.elements() : List.of();
            group.next().number(number(value)).kind(value.kind())
                .hasFolded(flag(text != null && text.folded() != null));
            final ValueListEncoder.ValuesEncoder.ElementsEncoder each = group.elementsCount(elements.size());
            for (final String element : elements) {
                putText(each.next()::putElement, element);
            }
            putText(group::putName, field.name());
            putText(group::putText, text == null ? null : text.value());
            putText(group::putFolded, text == null ? null : text.folded());
        }
        return valueList.limit();
    }

    private static long number(final Value value) {
        if (value instanceof Value.Whole whole) {
            return whole.value();
        } else if (value instanceof Value.Decimal decimal) {
            return decimal.units();
        } else if (value instanceof Value.Floating floating) {
            return Double.doubleToRawLongBits(floating.value());
        } else if (value instanceof Value.Bool bool) {
            return bool.value() ? 1 : 0;
        }
        return 0;
    }

    private static long orZero(final Long t) {
        return t == null ? 0 : t;
    }

    private static Flag flag(final boolean value) {
        return value ? Flag.YES : Flag.NO;
    }

    private static void putText(final TextField field, final String text) {
        final byte[] bytes = text == null ? NONE : text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TextEncoder.lengthMaxValue()) {
            throw new IllegalArgumentException("text too long: length=" + bytes.length
                + ", max=" + TextEncoder.lengthMaxValue());
        }
        field.put(bytes, 0, bytes.length);
    }

    private interface TextField {
        Object put(byte[] source, int offset, int length);
    }
}
