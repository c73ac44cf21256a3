package io.tagma.engine;

import io.tagma.engine.EngineView.Node;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentDefinition.ApplyTo;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.words.TestWords;
import io.tagma.engine.words.TimeWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** Who a segment is about and when, in words, part by part: status, validity, kind, website, purpose. */
final class UniverseWords {
    private final SegmentDefinition definition;
    private final TimeWords time;
    private final List<Node> parts = new ArrayList<>();

    UniverseWords(final SegmentDefinition definition, final TimeWords time) {
        this.definition = definition;
        this.time = time;
    }

    /** The parts told so far, in the order told. */
    List<Node> parts() {
        return parts;
    }

    /** Why the subject is outside: the first part that is not met; null where all are. */
    String outside() {
        for (final Node part : parts) {
            if (!part.verdict()) {
                return part.sentence();
            }
        }
        return null;
    }

    private void tell(final String what, final boolean verdict, final String actual, final Long nextFlip,
                      final String sentence) {
        parts.add(new Node(what, null, verdict, actual, nextFlip, sentence, List.of()));
    }

    /** Status; {@code hasMembers}: of a segment that is active, whether it is built. */
    void status(final boolean hasMembers) {
        final Status status = definition.status();
        final String word = status.name().toLowerCase(Locale.ROOT);
        tell("the segment is active", status == Status.ACTIVE && hasMembers, status.name(), null,
            status == Status.ACTIVE ? hasMembers ? "the segment is active" : "the segment is being built"
            : "the segment is " + (status == Status.DRAFT ? "a draft" : word) + ", must be active");
    }

    /** Validity; says nothing of a segment that is always valid. */
    void validity(final long now) {
        final Long from = definition.validFrom();
        final Long to = definition.validTo();
        if (from == null && to == null) {
            return;
        }
        final boolean isBegun = from == null || from <= now;
        final boolean isEnded = to != null && to <= now;
        final String what = "the segment is valid" + (from == null ? "" : " from " + time.instant(from))
            + (to == null ? "" : " until " + time.instant(to));
        final Long flip = isEnded ? null : !isBegun ? from : to;
        tell(what, isBegun && !isEnded, time.instant(now), !isBegun && to != null && to <= from ? null : flip,
            isEnded ? "the segment was valid until " + time.instant(to)
            : !isBegun ? "the segment is valid from " + time.instant(from) + " on"
            : to == null ? "the segment has been valid since " + time.instant(from)
            : "the segment is valid until " + time.instant(to));
    }

    /** Kind of subjects; says nothing where both are meant. */
    void kind(final SubjectKind kind) {
        if (definition.applyTo() == ApplyTo.BOTH) {
            return;
        }
        final SubjectKind wanted =
            definition.applyTo() == ApplyTo.REGISTERED ? SubjectKind.CUSTOMER : SubjectKind.VISITOR;
        final String is = kind.name().toLowerCase(Locale.ROOT);
        tell("a " + wanted.name().toLowerCase(Locale.ROOT), kind == wanted, is, null,
            kind == wanted ? "a " + is : "a " + is + ", the segment is for " + wanted.name().toLowerCase(Locale.ROOT)
            + "s");
    }

    /** Home website; says nothing where all are meant. */
    void website(final int website, final LongFunction<String> names) {
        final List<Integer> wanted = definition.websites();
        if (wanted.isEmpty()) {
            return;
        }
        final String list = TestWords.listed(wanted.stream().map(names::apply).toList());
        final boolean isOne = wanted.size() == 1;
        final boolean verdict = wanted.contains(website);
        final String is = "home website is " + names.apply(website);
        tell("home website is " + (isOne ? list : "one of " + list), verdict, names.apply(website), null,
            is + (!verdict ? ", must be " + (isOne ? list : "one of " + list) : isOne ? "" : ", one of " + list));
    }

    /** Purpose; says nothing where none is asked. {@code consent}: null where none was given or refused. */
    void purpose(final Boolean consent) {
        if (definition.purpose() == null) {
            return;
        }
        final String about = "consent to " + TestWords.quoted(definition.purpose()) + " is ";
        final String is = consent == null ? "unknown" : consent ? "granted" : "refused";
        final boolean verdict = consent != null && consent;
        tell(about + "granted", verdict, is, null, about + is + (verdict ? "" : ", must be granted"));
    }
}
