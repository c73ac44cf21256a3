package io.tagma.engine.words;

import java.util.List;

/**
 * What an explained leaf found. Immutable.
 *
 * @param verdict  whether the leaf is true
 * @param isSet    whether there is a value
 * @param value    an attribute's, an aggregate's, a bucket, an id, or 1 for a member of another segment
 * @param texts    the text or code of an attribute, or the codes of its set; null for numbers
 * @param average  the exact average rounded to 4 decimals; null where none was asked or nothing has the field
 * @param matched  records that the query selects
 * @param counted  those of them that have the field
 * @param visible  records of the source that can be seen now
 */
public record LeafFacts(boolean verdict, boolean isSet, long value, List<String> texts, String average, long matched,
                 long counted, long visible) {

    /** Of a leaf that looks at no records. */
    public static LeafFacts of(final boolean verdict, final boolean isSet, final long value, final List<String> texts) {
        return new LeafFacts(verdict, isSet, value, texts, null, 0, 0, 0);
    }

    /** Of membership of another segment. */
    public static LeafFacts ofMembership(final boolean isMember) {
        return of(isMember, true, isMember ? 1 : 0, null);
    }
}
