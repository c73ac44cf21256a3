package io.tagma.engine.oracle;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Website;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Answers from scratch, at any instant not before the shop's last command. Keeps nothing but its coverage. */
public final class NaiveOracle {
    private final Coverage coverage;

    /** An oracle whose coverage nobody asks for. */
    public NaiveOracle() {
        this(new Coverage());
    }

    /** An oracle that counts every verdict of every leaf. */
    public NaiveOracle(final Coverage coverage) {
        this.coverage = coverage;
    }

    /** Whether the subject is a member at that instant; an unknown one never is. */
    public boolean isMember(final NaiveShop shop, final String subjectKey, final SegmentDefinition segment,
                            final long nowMs) {
        return isMember(shop, subjectKey, segment, nowMs, PastView.NONE);
    }

    /** Whether the subject, which sees that much as it was, is a member at that instant. */
    public boolean isMember(final NaiveShop shop, final String subjectKey, final SegmentDefinition segment,
                            final long nowMs, final PastView past) {
        final ShopSubject subject = shop.subject(subjectKey, nowMs);
        return subject != null && new Evaluation(shop, subject, past, nowMs, coverage, null).isMember(segment);
    }

    /** Whether a visitor of whom nothing is known is a member at that instant. */
    public boolean isStrangerMember(final NaiveShop shop, final SegmentDefinition segment, final long nowMs) {
        return isStrangerMember(shop, Website.BASE, segment, nowMs);
    }

    /** The same of a website's visitor; {@code sample} is false. */
    public boolean isStrangerMember(final NaiveShop shop, final String website, final SegmentDefinition segment,
                                    final long nowMs) {
        return new Evaluation(shop, ShopSubject.stranger(website), PastView.NONE, nowMs, coverage, null)
            .isMember(segment);
    }

    /**
     * What a look-up answers at that instant: keys of the segments, sorted. A null website is the home, of an unknown
     * key {@code base}. It hides segments whose websites lack it, and nothing else.
     */
    public Set<String> lookup(final NaiveShop shop, final String subjectKey, final String website,
                              final long nowMs) {
        final ShopSubject known = shop.subject(subjectKey, nowMs);
        final String at = website != null ? website : known != null ? known.website : Website.BASE;
        if (shop.website(at) == null) {
            throw new IllegalArgumentException("unknown website: website=" + website);
        }
        final ShopSubject subject = known != null ? known : ShopSubject.stranger(at);
        final Set<String> segments = new TreeSet<>();
        for (final SegmentDefinition segment : shop.segments().values()) {
            final boolean isShown = segment.websites().isEmpty() || segment.websites().contains(shop.website(at).id());
            if (isShown
                && new Evaluation(shop, subject, PastView.NONE, nowMs, coverage, null).isMember(segment)) {
                segments.add(segment.key());
            }
        }
        return segments;
    }

    /** Keys of all members at that instant, sorted. */
    public Set<String> members(final NaiveShop shop, final SegmentDefinition segment, final long nowMs) {
        final Set<String> members = new TreeSet<>();
        for (final String key : shop.keys(nowMs)) {
            if (isMember(shop, key, segment, nowMs)) {
                members.add(key);
            }
        }
        return members;
    }

    /** Keys of the shop's segments that the subject is a member of at that instant, sorted. */
    public Set<String> segmentsOf(final NaiveShop shop, final String subjectKey, final long nowMs) {
        final Set<String> segments = new TreeSet<>();
        for (final SegmentDefinition segment : shop.segments().values()) {
            if (isMember(shop, subjectKey, segment, nowMs)) {
                segments.add(segment.key());
            }
        }
        return segments;
    }

    /** Group of every subject known now. */
    public Map<String, Integer> groupOf(final NaiveShop shop) {
        return shop.groupOf();
    }

    /** Everything that led to the verdict: the subject, every node, the records each leaf selected. */
    public String why(final NaiveShop shop, final String subjectKey, final SegmentDefinition segment,
                      final long nowMs) {
        return why(shop, subjectKey, segment, nowMs, PastView.NONE);
    }

    /** The same of a subject that sees that much as it was. */
    public String why(final NaiveShop shop, final String subjectKey, final SegmentDefinition segment,
                      final long nowMs, final PastView past) {
        final ShopSubject subject = shop.subject(subjectKey, nowMs);
        if (subject == null) {
            return "unknown at " + nowMs + ": subject=" + subjectKey;
        }
        final StringBuilder trace = new StringBuilder();
        trace.append("now=").append(nowMs).append(" (").append(Instant.ofEpochMilli(nowMs)).append(")\n")
            .append(subject).append('\n').append(past.isNone() ? "" : past + "\n").append(segment.json()).append('\n');
        final boolean isMember = new Evaluation(shop, subject, past, nowMs, new Coverage(), trace).isMember(segment);
        return trace.append("member: ").append(isMember).append('\n').toString();
    }
}
