package io.tagma.engine;

import static io.tagma.engine.Admission.invalid;

import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.AttributeTable;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.GroupTable;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.ConsentSetDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.GroupAssignDecoder;
import io.tagma.engine.protocol.LoginDecoder;
import io.tagma.engine.protocol.LogoutDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectDeleteDecoder;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.SubjectUpsertDecoder;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.segment.SubjectChange;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.segment.VisitorMerge;
import io.tagma.engine.subject.EntryWriter;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import io.tagma.engine.subject.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Applies commands about a subject itself: who it is, where it belongs, what it agreed to. Engine's thread. */
final class SubjectCommands {
    private static final byte[] NO_ID = new byte[0];

    private final EngineState state;
    private final Subjects subjects;
    private final AttributeTable attributes;
    private final GroupTable groups;
    private final Admission admission;
    private final RecordReader records;
    private final ValueReader value;
    private final VisitorMerge merge;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SubjectUpsertDecoder upsert = new SubjectUpsertDecoder();
    private final SubjectDeleteDecoder delete = new SubjectDeleteDecoder();
    private final GroupAssignDecoder assign = new GroupAssignDecoder();
    private final ConsentSetDecoder consent = new ConsentSetDecoder();
    private final LoginDecoder login = new LoginDecoder();
    private final LogoutDecoder logout = new LogoutDecoder();
    private final ValueListDecoder list = new ValueListDecoder();

    private final UnsafeBuffer values = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final FieldsView before = new FieldsView();
    private final FieldsWriter merged = new FieldsWriter();
    private final FieldsWriter addressFields = new FieldsWriter();
    private final List<EntryWriter> addresses = new ArrayList<>();
    private int[] named = new int[32];
    private int namedCount;

    SubjectCommands(final EngineState state, final Admission admission, final RecordReader records,
                    final ValueReader value) {
        this.state = state;
        this.admission = admission;
        this.records = records;
        this.value = value;
        subjects = state.subjects();
        attributes = state.attributes();
        groups = state.groups();
        merge = new VisitorMerge(subjects, new VisitorMerge.Room(Limits.RING_MAX,
            Limits.RECORDS_PER_SUBJECT_MAX, Limits.STORED_LENGTH_MAX, Limits.STORED_LENGTH_MAX));
    }

    // ---- upsert ------------------------------------------------------------------------------------------------

    CommandResult upsert(final DirectBuffer command) {
        upsert.wrapAndApplyHeader(command, 0, header);
        for (final SubjectUpsertDecoder.AddressesDecoder address : upsert.addresses()) {
            address.skipValues();
        }
        final byte[] key = Keys.read(upsert.keyLength(), upsert::getKey);
        final String website = upsert.website();
        upsert.wrapValues(values);
        final byte[] eventId = Keys.read(upsert.eventIdLength(), upsert::getEventId);
        upsert.sbeRewind();
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        return answer != null ? answer : apply(website);
    }

    private CommandResult apply(final String website) {
        final SubjectKind kind = upsert.hasKind() == Flag.YES ? upsert.kind()
            : admission.isKnown() && admission.isVisitor() ? SubjectKind.VISITOR : SubjectKind.CUSTOMER;
        final boolean isVisitor = kind == SubjectKind.VISITOR;
        if (admission.isKnown() && admission.isVisitor() != isVisitor) {
            return CommandResult.refused(ResultCode.CONFLICT, "/kind", "the kind of a subject is fixed: kind="
                + (isVisitor ? SubjectKind.CUSTOMER : SubjectKind.VISITOR));
        }
        final Website home = website.isEmpty() ? admission.home() : state.websites().get(website);
        if (home == null) {
            return invalid("/website", "undeclared website: code=" + website);
        }
        final boolean hasGroup = upsert.hasGroup() == Flag.YES;
        final int group = hasGroup ? upsert.customerGroup()
            : admission.isKnown() ? subjects.rows().customerGroup(admission.ordinal())
            : isVisitor ? CustomerGroup.NOT_LOGGED_IN : home.defaultGroupId();
        CommandResult refusal = hasGroup ? checkGroup(group, isVisitor) : null;
        if (refusal == null) {
            loadProfile();
            refusal = readAttributes(isVisitor);
        }
        if (refusal == null) {
            refusal = readAddresses();
        }
        if (refusal != null) {
            return refusal;
        }
        final SubjectChange change = admission.isKnown() ? subjects.change().open(admission.ordinal())
            : subjects.change().create(admission.key(), kind.value(), group, home.id());
        if (namedCount > 0) {
            change.attributes(before, merged, named, namedCount);
        }
        change.home(home.id());
        change.group(group, subjects.now(), Cause.ASSIGN);
        if (upsert.hasAddresses() == Flag.YES) {
            change.removeAll(Records.bit(Source.ADDRESS));
            addresses.forEach(change::append);
        }
        change.commit(Cause.EVENT);
        return admission.applied();
    }

    /** Null, or why a subject of that kind cannot be in the group. */
    private CommandResult checkGroup(final int group, final boolean isVisitor) {
        if (isVisitor != (group == CustomerGroup.NOT_LOGGED_IN)) {
            return invalid("/group", isVisitor ? "a visitor is always in group 0: group=" + group
                : "group 0 is for visitors");
        }
        return groups.get(group) == null ? invalid("/group", "unknown group: id=" + group) : null;
    }

    private void loadProfile() {
        final int length = admission.isKnown() ? subjects.profiles().get(admission.ordinal(), profile) : -1;
        if (length > 0) {
            before.wrap(profile, 0);
        } else {
            before.wrapEmpty();
        }
        merged.clear();
        for (int i = 0; i < before.count(); i++) {
            merged.putCopy(before, i);
        }
        namedCount = 0;
    }

    private CommandResult readAttributes(final boolean isVisitor) {
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
            name(attribute.id());
        }
        return checkLength("/attributes");
    }

    private CommandResult checkLength(final String pointer) {
        return merged.length() <= Limits.STORED_LENGTH_MAX ? null : CommandResult.refused(ResultCode.TOO_LARGE,
            pointer, "attributes too long: length=" + merged.length() + ", max=" + Limits.STORED_LENGTH_MAX);
    }

    private void name(final int id) {
        if (namedCount == named.length) {
            named = Arrays.copyOf(named, namedCount * 2);
        }
        named[namedCount++] = id;
    }

    private CommandResult readAddresses() {
        addresses.clear();
        int index = 0;
        for (final SubjectUpsertDecoder.AddressesDecoder address : upsert.addresses()) {
            address.wrapValues(values);
            final CommandResult refusal =
                records.read(Source.ADDRESS, values, addressFields, "/addresses/" + index++);
            if (refusal != null) {
                return refusal;
            }
            addresses.add(new EntryWriter().begin(Source.ADDRESS, NO_ID, 0, addressFields));
        }
        return null;
    }

    // ---- group and consent -------------------------------------------------------------------------------------

    CommandResult assignGroup(final DirectBuffer command) {
        assign.wrapAndApplyHeader(command, 0, header);
        final int group = assign.customerGroup();
        final byte[] key = Keys.read(assign.keyLength(), assign::getKey);
        final byte[] eventId = Keys.read(assign.eventIdLength(), assign::getEventId);
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        if (answer == null) {
            answer = admission.customer();
        }
        if (answer == null) {
            answer = checkGroup(group, false);
        }
        if (answer != null) {
            return answer;
        }
        if (admission.isKnown()) {
            final SubjectChange change = subjects.change().open(admission.ordinal());
            change.group(group, subjects.now(), Cause.ASSIGN);
            change.commit(Cause.ASSIGN);
        } else {
            subjects.change().create(key, SubjectKind.CUSTOMER.value(), group, Website.BASE_ID).commit(Cause.EVENT);
        }
        return admission.applied();
    }

    CommandResult setConsent(final DirectBuffer command) {
        consent.wrapAndApplyHeader(command, 0, header);
        final boolean isGranted = consent.isGranted() == Flag.YES;
        final byte[] key = Keys.read(consent.keyLength(), consent::getKey);
        final String purpose = consent.purpose();
        final byte[] eventId = Keys.read(consent.eventIdLength(), consent::getEventId);
        CommandResult answer = admission.enter(key, eventId);
        if (answer == null) {
            answer = admission.room();
        }
        if (answer == null && !Keys.isLegal(purpose.getBytes(StandardCharsets.UTF_8), Limits.ID_LENGTH_MAX)) {
            answer = invalid("/purpose", "1-" + Limits.ID_LENGTH_MAX + " bytes without control characters expected");
        }
        if (answer != null) {
            return answer;
        }
        final int id = subjects.fieldIds().internConsent(purpose);
        if (id < 0) {
            return CommandResult.refused(ResultCode.LIMIT, "/purpose", "too many purposes: max="
                + FieldIds.PURPOSES_MAX);
        }
        loadProfile();
        merged.putNumber(id, isGranted ? 1 : 0);
        name(id);
        answer = checkLength("/purpose");
        if (answer != null) {
            return answer;
        }
        final SubjectChange change = admission.begin(SubjectKind.CUSTOMER);
        change.attributes(before, merged, named, namedCount);
        change.commit(Cause.CONSENT);
        return admission.applied();
    }

    // ---- identity ----------------------------------------------------------------------------------------------

    CommandResult erase(final DirectBuffer command) {
        delete.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(delete.keyLength(), delete::getKey);
        final byte[] eventId = Keys.read(delete.eventIdLength(), delete::getEventId);
        final CommandResult answer = admission.enter(key, eventId);
        if (answer != null) {
            return answer;
        }
        if (admission.isKnown()) {
            subjects.erase(admission.ordinal(), subjects.now(), Cause.ERASE);
        }
        return admission.applied();
    }

    CommandResult login(final DirectBuffer command) {
        login.wrapAndApplyHeader(command, 0, header);
        final byte[] visitor = Keys.read(login.visitorLength(), login::getVisitor);
        final byte[] customer = Keys.read(login.customerLength(), login::getCustomer);
        final byte[] eventId = Keys.read(login.eventIdLength(), login::getEventId);
        CommandResult answer = admission.enter(visitor, eventId, "/visitor");
        if (answer == null) {
            answer = Admission.checkKey(customer, "/customer");
        }
        if (answer != null) {
            return answer;
        }
        final boolean isAlias = subjects.isAlias(visitor);
        if (admission.isKnown() && !isAlias && !admission.isVisitor()) {
            return CommandResult.refused(ResultCode.CONFLICT, "/visitor", "the subject is a customer");
        }
        final int target = subjects.isAlias(customer) ? -1 : subjects.ordinal(customer);
        final boolean isThere = target >= 0 && subjects.catchUp().run(target);
        if (!isThere || subjects.rows().kind(target) != SubjectKind.CUSTOMER.value()) {
            return CommandResult.refused(ResultCode.CONFLICT, "/customer", isThere
                ? "the subject is a visitor" : "no such customer: key=" + new String(customer, StandardCharsets.UTF_8));
        }
        if (admission.ordinal() < 0 && state.isFull()) {
            return CommandResult.refused(ResultCode.LIMIT, "/visitor",
                "too many subjects: max=" + state.subjectsMax());
        }
        if (isAlias && admission.ordinal() == target) {
            return admission.applied();
        }
        final boolean isWithinLimits = state.applicationVersion() >= ApplicationVersion.LOGIN_WITHIN_LIMITS;
        final boolean isMerged = merge.run(visitor, isAlias ? -1 : admission.ordinal(), target, isWithinLimits);
        return isMerged ? admission.applied() : CommandResult.refused(ResultCode.TOO_LARGE, "/visitor",
            "the customer has no room for the visitor's consents: max=" + Limits.STORED_LENGTH_MAX);
    }

    CommandResult logout(final DirectBuffer command) {
        logout.wrapAndApplyHeader(command, 0, header);
        final byte[] visitor = Keys.read(logout.visitorLength(), logout::getVisitor);
        final byte[] eventId = Keys.read(logout.eventIdLength(), logout::getEventId);
        final CommandResult answer = admission.enter(visitor, eventId, "/visitor");
        if (answer != null) {
            return answer;
        }
        if (subjects.isAlias(visitor)) {
            subjects.cut(visitor);
        } else if (admission.isKnown() && !admission.isVisitor()) {
            return CommandResult.refused(ResultCode.CONFLICT, "/visitor", "the subject is a customer");
        } else if (admission.isKnown()) {
            subjects.change().open(admission.ordinal()).commit(Cause.EVENT);
        }
        return admission.applied();
    }
}
