package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.EngineView.Node;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentDefinition.ApplyTo;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.words.LeafFacts;
import io.tagma.engine.words.LeafWords;
import io.tagma.engine.words.TestWords;
import io.tagma.engine.words.TimeWords;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The words for a segment's universe, its validity, and membership of other segments. */
class UniverseWordsTest {
    private static final long NOW = at("2026-11-20T12:00:00Z");
    private static final long FROM = at("2026-11-24T08:12:00Z");
    private static final long TO = at("2027-01-01T00:00:00Z");
    private static final TimeWords TIME = new TimeWords(ZoneId.of("Europe/Berlin"), NOW);

    private static long at(final String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private static SegmentDefinition definition(final ApplyTo applyTo, final Long from, final Long to) {
        return new SegmentDefinition("s", "s", "", Status.ACTIVE, List.of(), false, applyTo, null, from, to, true,
            false, "", List.of(), new Condition.All(List.of()), "");
    }

    private static List<Node> validity(final Long from, final Long to, final long now) {
        final UniverseWords words = new UniverseWords(definition(ApplyTo.BOTH, from, to), TIME);
        words.validity(now);
        return words.parts();
    }

    private static void assertPart(final List<Node> parts, final boolean verdict, final Long nextFlip,
                                   final String sentence) {
        assertThat(parts).hasSize(1);
        assertThat(parts.get(0).verdict()).isEqualTo(verdict);
        assertThat(parts.get(0).nextFlip()).isEqualTo(nextFlip);
        assertThat(parts.get(0).sentence()).isEqualTo(sentence);
    }

    @Test
    void shouldTellSinceOrUntilWhenASegmentIsValid() {
        assertThat(validity(null, null, NOW)).isEmpty();
        assertPart(validity(FROM, TO, NOW), false, FROM, "the segment is valid from 24 Nov, 09:12 on");
        assertPart(validity(FROM, TO, FROM), true, TO, "the segment is valid until 1 Jan 2027, 01:00");
        assertPart(validity(FROM, TO, TO), false, null, "the segment was valid until 1 Jan 2027, 01:00");
        assertPart(validity(FROM, null, FROM), true, null, "the segment has been valid since 24 Nov, 09:12");
        assertPart(validity(null, TO, NOW), true, TO, "the segment is valid until 1 Jan 2027, 01:00");
        assertThat(validity(FROM, TO, NOW).get(0).what())
            .isEqualTo("the segment is valid from 24 Nov, 09:12 until 1 Jan 2027, 01:00");
        assertThat(validity(TO, FROM, NOW).get(0).nextFlip()).as("never valid").isNull();
    }

    @Test
    void shouldNameTheFirstPartThatIsNotMet() {
        final UniverseWords words = new UniverseWords(definition(ApplyTo.VISITORS, FROM, null), TIME);
        words.status(true);
        assertThat(words.outside()).isNull();
        words.validity(NOW);
        words.kind(SubjectKind.CUSTOMER);

        assertThat(words.outside()).isEqualTo("the segment is valid from 24 Nov, 09:12 on");
        assertThat(words.parts()).extracting(Node::verdict).containsExactly(true, false, false);
    }

    @Test
    void shouldSayThatASegmentIsBeingBuilt() {
        final UniverseWords words = new UniverseWords(definition(ApplyTo.BOTH, null, null), TIME);
        words.status(false);

        assertThat(words.outside()).isEqualTo("the segment is being built");
        assertThat(words.parts().get(0).actual()).isEqualTo("ACTIVE");
    }

    @Test
    void shouldShortenATextBetweenItsCharacters() {
        assertThat(TestWords.quoted("😀".repeat(60))).isEqualTo('"' + "😀".repeat(60) + '"');
        assertThat(TestWords.quoted("x" + "😀".repeat(60))).isEqualTo("\"x" + "😀".repeat(59) + "…\"");
    }

    @Test
    void shouldTellMembershipOfAnotherSegment() {
        final LeafWords words = new LeafWords(TIME, NOW, null, Long::toString, Long::toString);
        final Condition vip = new Condition.Membership("vip");

        assertThat(words.what(vip)).isEqualTo("member of vip");
        assertThat(words.found(vip, LeafFacts.ofMembership(true), true)).isEqualTo("member of vip");
        assertThat(words.found(vip, LeafFacts.ofMembership(false), true)).isEqualTo("not a member of vip, must be");
        assertThat(words.found(vip, LeafFacts.ofMembership(false), false)).isEqualTo("not a member of vip");
        assertThat(words.unless(vip, true)).isEqualTo("unless something happens first");
    }
}
