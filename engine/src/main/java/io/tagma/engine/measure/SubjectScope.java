package io.tagma.engine.measure;

import io.tagma.engine.subject.FieldsView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.DirectBuffer;

/** The subject whose measures are taken: what is known of it apart from its records. Reusable; engine's thread. */
public final class SubjectScope {
    private final FieldsView profile = new FieldsView();
    private final WorkMeter work;
    private final MessageDigest sha256;
    private int ordinal;
    private int kind;
    private int group;
    private int website;
    private byte[] key;
    private long now;
    private LocalDays days;

    /** An empty scope. */
    public SubjectScope(final WorkMeter work) {
        this.work = work;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    /** Moves to a subject; its attributes come with {@link #profile()}. */
    public SubjectScope set(final int newOrdinal, final byte[] newKey, final int newKind, final int newGroup,
                            final int newWebsite, final long newNow, final LocalDays newDays) {
        ordinal = newOrdinal;
        key = newKey;
        kind = newKind;
        group = newGroup;
        website = newWebsite;
        now = newNow;
        days = newDays;
        return this;
    }

    /** The attributes, to be wrapped by the owner. */
    public FieldsView profile() {
        return profile;
    }

    /** Wraps the attributes, or none with a length of 0. */
    public void profile(final DirectBuffer buffer, final int offset, final int length) {
        if (length > 0) {
            profile.wrap(buffer, offset);
        } else {
            profile.wrapEmpty();
        }
    }

    /** The subject's ordinal. */
    public int ordinal() {
        return ordinal;
    }

    /** The instant of evaluation. */
    public long now() {
        return now;
    }

    /** Moves the instant. */
    public void now(final long instant) {
        now = instant;
    }

    /** Local days of its home website. */
    public LocalDays days() {
        return days;
    }

    /** Value of a measure that does not look at records. */
    public long value(final Measure measure) {
        return value(measure.spec(), measure);
    }

    /** Value of a measure that does not look at records and has no codes of its own. */
    public long value(final MeasureSpec spec) {
        return value(spec, null);
    }

    private long value(final MeasureSpec spec, final Measure measure) {
        if (spec instanceof MeasureSpec.AttributeNumber number) {
            return number(number.attribute());
        } else if (spec instanceof MeasureSpec.AttributeTime time) {
            final long value = number(time.attribute());
            return value == ValueSet.MISSING ? ValueSet.MISSING : time.test().test(value, now, days) ? 1 : 0;
        } else if (spec instanceof MeasureSpec.AttributeCode code) {
            final int index = profile.find(code.attribute());
            return index < 0 ? ValueSet.MISSING
                : measure.code(code.caseSensitive() ? profile.text(index) : profile.folded(index));
        } else if (spec instanceof MeasureSpec.AttributeText text) {
            final int index = profile.find(text.attribute());
            return index < 0 ? ValueSet.MISSING : text.test().test(profile, index, work) ? 1 : 0;
        } else if (spec instanceof MeasureSpec.AttributeSet set) {
            final int index = profile.find(set.attribute());
            return index < 0 ? ValueSet.MISSING : set.test().test(profile, index) ? 1 : 0;
        } else if (spec instanceof MeasureSpec.Group) {
            return group;
        } else if (spec instanceof MeasureSpec.Website) {
            return website;
        } else if (spec instanceof MeasureSpec.Kind) {
            return kind;
        } else if (spec instanceof MeasureSpec.Sample sample) {
            return key == null ? ValueSet.MISSING : bucket(sample.salt());
        }
        throw new IllegalStateException("a measure of records: spec=" + spec);
    }

    private long number(final int attribute) {
        final int index = profile.find(attribute);
        return index < 0 ? ValueSet.MISSING : profile.number(index);
    }

    private long bucket(final String salt) {
        sha256.reset();
        sha256.update((salt + ":").getBytes(StandardCharsets.UTF_8));
        final byte[] digest = sha256.digest(key);
        long first = 0;
        for (int i = 0; i < 8; i++) {
            first = first << 8 | digest[i] & 0xFF;
        }
        return Long.remainderUnsigned(first, 10_000);
    }

    /** Earliest instant after {@code after} at which a measure of an attribute can change by time alone. */
    public long next(final MeasureSpec spec, final long after) {
        if (spec instanceof MeasureSpec.AttributeTime time) {
            final long value = number(time.attribute());
            return value == ValueSet.MISSING ? TimeTest.NEVER : time.test().next(value, after, days);
        }
        return TimeTest.NEVER;
    }
}
