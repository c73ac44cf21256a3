package io.tagma.engine;

import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.AttributeTable;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.GroupTable;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.SubjectUpsertDecoder;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.segment.RowStore;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Applies commands that create or change a subject itself. Reusable; engine's thread. */
final class SubjectAdapter {
    private final Subjects subjects;
    private final AttributeTable attributes;
    private final WebsiteTable websites;
    private final GroupTable groups;
    private final ValueReader value;
    private final AttributeUse use;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SubjectUpsertDecoder command = new SubjectUpsertDecoder();
    private final ValueListDecoder list = new ValueListDecoder();
    private final UnsafeBuffer values = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final FieldsView before = new FieldsView();
    private final FieldsWriter merged = new FieldsWriter();
    private int[] named = new int[32];
    private int namedCount;
    private byte[] key;
    private byte[] eventId;
    private String website;
    private boolean hasAddresses;

    SubjectAdapter(final Subjects subjects, final AttributeTable attributes, final WebsiteTable websites,
                   final GroupTable groups, final ValueReader value, final AttributeUse use) {
        this.subjects = subjects;
        this.attributes = attributes;
        this.websites = websites;
        this.groups = groups;
        this.value = value;
        this.use = use;
    }

    /** Reads key and event id; {@link #apply} reads the rest. */
    void wrap(final DirectBuffer buffer, final int offset) {
        command.wrapAndApplyHeader(buffer, offset, header);
        hasAddresses = command.hasAddresses() == Flag.YES;
        for (final SubjectUpsertDecoder.AddressesDecoder address : command.addresses()) {
            address.skipValues();
        }
        key = new byte[command.keyLength()];
        command.getKey(key, 0, key.length);
        website = command.website();
        command.wrapValues(values);
        eventId = new byte[command.eventIdLength()];
        command.getEventId(eventId, 0, eventId.length);
    }

    byte[] key() {
        return key;
    }

    byte[] eventId() {
        return eventId;
    }

    CommandResult apply() {
        if (hasAddresses) {
            return CommandResult.refused(ResultCode.UNSUPPORTED, "/addresses", "not supported yet: addresses");
        }
        final int ordinal = subjects.ordinal(key);
        if (ordinal >= 0) {
            subjects.catchUp(ordinal);
        }
        final RowStore rows = subjects.rows();
        final int kind = command.hasKind() == Flag.YES ? command.kind().value()
            : ordinal >= 0 ? rows.kind(ordinal) : SubjectKind.CUSTOMER.value();
        if (ordinal >= 0 && rows.kind(ordinal) != kind) {
            return CommandResult.refused(ResultCode.CONFLICT, "/kind", "the kind of a subject is fixed: kind="
                + SubjectKind.get((short)rows.kind(ordinal)));
        }
        final boolean isVisitor = kind == SubjectKind.VISITOR.value();
        final Website home = website.isEmpty() ? null : websites.get(website);
        if (home == null && !website.isEmpty()) {
            return invalid("/website", "undeclared website: code=" + website);
        }
        final int homeId = home != null ? home.id() : ordinal >= 0 ? rows.website(ordinal) : Website.BASE_ID;
        int group = ordinal >= 0 ? rows.customerGroup(ordinal)
            : isVisitor ? CustomerGroup.NOT_LOGGED_IN : websites.get(homeId).defaultGroupId();
        if (command.hasGroup() == Flag.YES) {
            final CommandResult refusal = checkGroup(command.customerGroup(), isVisitor);
            if (refusal != null) {
                return refusal;
            }
            group = command.customerGroup();
        }
        loadProfile(ordinal);
        final CommandResult refusal = readAttributes(isVisitor);
        if (refusal != null) {
            return refusal;
        }
        if (ordinal < 0) {
            subjects.create(key, kind, group, homeId);
            use.count(before, merged, named, namedCount);
            subjects.completeCreation(merged, Cause.EVENT);
        } else {
            use.count(before, merged, named, namedCount);
            subjects.changeProfile(ordinal, merged, named, namedCount, group, homeId, Cause.EVENT);
        }
        return CommandResult.OK;
    }

    /** Creates a customer of whom only the key is known. */
    int createCustomer(final byte[] newKey, final int group) {
        final int ordinal = subjects.create(newKey, SubjectKind.CUSTOMER.value(), group, Website.BASE_ID);
        merged.clear();
        subjects.completeCreation(merged, Cause.EVENT);
        return ordinal;
    }

    /** Null, or why a subject of that kind cannot be in the group. */
    CommandResult checkGroup(final int group, final boolean isVisitor) {
        if (isVisitor != (group == CustomerGroup.NOT_LOGGED_IN)) {
            return invalid("/group", isVisitor ? "a visitor is always in group 0: group=" + group
                : "group 0 is for visitors");
        }
        return groups.get(group) == null ? invalid("/group", "unknown group: id=" + group) : null;
    }

    private void loadProfile(final int ordinal) {
        final int length = ordinal < 0 ? -1 : subjects.profiles().get(ordinal, profile);
        if (length > 0) {
            before.wrap(profile, 0);
        } else {
            before.wrapEmpty();
        }
        merged.clear();
        for (int i = 0; i < before.count(); i++) {
            merged.putCopy(before, i);
        }
    }

    private CommandResult readAttributes(final boolean isVisitor) {
        namedCount = 0;
        list.wrap(values, 0, ValueListDecoder.BLOCK_LENGTH, ValueListDecoder.SCHEMA_VERSION);
        for (final ValueListDecoder.ValuesDecoder each : list.values()) {
            value.read(each);
            final String pointer = "/attributes/" + Keys.token(value.name());
            final Attribute attribute = attributes.get(value.name());
            if (attribute == null) {
                return invalid(pointer, "undeclared attribute: key=" + value.name());
            }
            if (isVisitor && !attribute.visitorAllowed()) {
                return invalid(pointer, "not allowed on a visitor: key=" + value.name());
            }
            if (value.isMissing()) {
                merged.remove(attribute.id());
            } else {
                final CommandResult refusal = value.put(merged, attribute.id(), attribute.type(), pointer);
                if (refusal != null) {
                    return refusal;
                }
            }
            if (namedCount == named.length) {
                named = Arrays.copyOf(named, namedCount * 2);
            }
            named[namedCount++] = attribute.id();
        }
        return merged.length() <= Limits.STORED_LENGTH_MAX ? null : CommandResult.refused(ResultCode.TOO_LARGE,
            "/attributes", "attributes too long: length=" + merged.length() + ", max=" + Limits.STORED_LENGTH_MAX);
    }

    private static CommandResult invalid(final String pointer, final String detail) {
        return CommandResult.refused(ResultCode.INVALID, pointer, detail);
    }

    /** A key as text, for messages. */
    static String text(final byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
