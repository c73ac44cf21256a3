package io.tagma.engine;

import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.OrdinalsByHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks through all customers in steps, and enters each under a hash of home website and folded e-mail. What is found
 * by it is compared with the state of the moment, so that it is never wrong; a customer whose e-mail or website changed
 * behind the walk's back is missed unless it was added. Engine's thread.
 */
final class EmailQuery implements Query<EngineView.CustomersByEmail> {
    /** Subjects of a step: each is a look into its profile. */
    private static final int SUBJECTS_PER_STEP = Limits.QUERY_WORK_MAX / 8;
    private static final long WEBSITE_FACTOR = 0x9E3779B97F4A7C15L;

    private final EngineState state;
    private final Subjects subjects;
    private final int attribute;
    private final OrdinalsByHash index = new OrdinalsByHash();
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer asked = new UnsafeBuffer(0, 0);
    private final FieldsView fields = new FieldsView();
    private int next;

    EmailQuery(final EngineState state, final Attribute email) {
        this.state = state;
        subjects = state.subjects();
        attribute = email.id();
    }

    @Override
    public EngineView.CustomersByEmail step(final EngineView view) {
        final int highWater = subjects.ordinals().highWater();
        for (int i = 0; i < SUBJECTS_PER_STEP && next < highWater; i++, next++) {
            enter(next);
        }
        return next < highWater ? null : new Found();
    }

    private void enter(final int ordinal) {
        final int email = email(ordinal);
        if (email >= 0) {
            index.add(hash(subjects.rows().website(ordinal), profile, fields.foldedOffset(email),
                fields.foldedLength(email)), ordinal);
        }
    }

    /** Where a customer's e-mail stands in {@link #fields}, or -1. */
    private int email(final int ordinal) {
        if (!subjects.rows().exists(ordinal) || subjects.rows().kind(ordinal) != SubjectKind.CUSTOMER.value()
            || subjects.profiles().get(ordinal, profile) <= 0) {
            return -1;
        }
        fields.wrap(profile, 0);
        final int email = fields.find(attribute);
        return email >= 0 && fields.tag(email) == FieldsView.TEXT ? email : -1;
    }

    private long hash(final int website, final UnsafeBuffer text, final int offset, final int length) {
        return subjects.keys().hash(text, offset, length) + website * WEBSITE_FACTOR;
    }

    /** The walk's outcome. */
    private final class Found implements EngineView.CustomersByEmail {
        @Override
        public void add(final String key) {
            final int ordinal = subjects.ordinal(key.getBytes(StandardCharsets.UTF_8));
            if (ordinal >= 0) {
                enter(ordinal);
            }
        }

        @Override
        public List<String> find(final String website, final String foldedEmail) {
            final Website home = state.websites().get(website);
            if (home == null) {
                return List.of();
            }
            final byte[] bytes = foldedEmail.getBytes(StandardCharsets.UTF_8);
            asked.wrap(bytes);
            final List<String> keys = new ArrayList<>();
            for (int ordinal = index.first(hash(home.id(), asked, 0, bytes.length)); ordinal != OrdinalsByHash.NONE;
                ordinal = index.next()) {
                if (holds(ordinal, home.id(), bytes)) {
                    keys.add(new String(subjects.rows().key(ordinal), StandardCharsets.UTF_8));
                }
            }
            return keys;
        }

        private boolean holds(final int ordinal, final int website, final byte[] folded) {
            final int email = email(ordinal);
            if (email < 0 || subjects.rows().website(ordinal) != website
                || fields.foldedLength(email) != folded.length) {
                return false;
            }
            final int at = fields.foldedOffset(email);
            for (int i = 0; i < folded.length; i++) {
                if (profile.getByte(at + i) != folded[i]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public long size() {
            return index.size();
        }
    }
}
