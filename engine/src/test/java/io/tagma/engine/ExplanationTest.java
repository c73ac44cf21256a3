package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.EngineView.Explanation;
import io.tagma.engine.EngineView.Node;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole explanations: combinations, negation, the universe, and the sentence over all. */
class ExplanationTest {
    private static final String ORDERED =
        "{'agg':{'fn':'count','source':'order','window':{'last':'P30D'}},'op':'ge','v':3}";
    private static final String POOR = "{'attr':'storeCredit','op':'ge','v':20}";
    private static final String RICH = "{'attr':'rewardPoints','op':'ge','v':5}";
    private static final String SEEN = "{'attr':'lastLoginAt','op':'withinLast','v':'P2D'}";
    private static final long ORDERED_UNTIL = ExplainedShop.at("2026-03-22T09:12:00Z");
    private static final long SEEN_UNTIL = ExplainedShop.at("2026-03-11T12:00:00Z");

    private final ExplainedShop shop = new ExplainedShop();

    @AfterEach
    void close() {
        shop.close();
    }

    private Explanation explain(final String key, final String definition) {
        shop.segment("s", definition);
        return shop.engine().view().explain(key, "s");
    }

    private Explanation explain(final String condition) {
        return explain("42", "{'condition':" + condition + "}");
    }

    private static List<String> sentences(final Node node) {
        final List<String> sentences = new ArrayList<>();
        sentences.add((node.verdict() ? "+ " : "- ") + node.sentence());
        node.children().forEach(child -> sentences.addAll(sentences(child)));
        return sentences;
    }

    @Test
    void shouldTellWhatHoldsInACombinationAndWhenTimeEndsIt() {
        final Explanation explanation = explain("{'all':[" + ORDERED + "," + RICH + "," + SEEN + "]}");

        assertThat(sentences(explanation.tree())).containsExactly(
            "+ all 3 conditions hold; leaves on 11 Mar, 13:00, unless something happens first",
            "+ 3 of 3 orders in the last 30 days (4 in all); holds until 22 Mar, 10:12, unless another order comes",
            "+ reward points are 7, at least 5",
            "+ last login is 9 Mar, 13:00, within the last 2 days; leaves on 11 Mar, 13:00, unless last login "
                + "changes");
        assertThat(explanation.sentence()).isEqualTo("in the segment: all 3 conditions hold; leaves on 11 Mar, 13:00, "
            + "unless something happens first");
        assertThat(explanation.tree().actual()).isEqualTo("3 of 3");
        assertThat(explanation.tree().nextFlip()).isEqualTo(explanation.nextFlip()).isEqualTo(SEEN_UNTIL);
        assertThat(explanation.zone()).isEqualTo("Europe/Berlin");
    }

    @Test
    void shouldNameTheOneConditionThatIsMissing() {
        assertThat(explain("{'all':[" + ORDERED + "," + POOR + "]}").sentence()).isEqualTo(
            "not in the segment: store credit is 12.5, must be at least 20; stays so until something happens");
        assertThat(explain("{'any':[{'all':[" + POOR + "," + RICH + "]},{'attr':'prefix','op':'isSet'}]}").sentence())
            .isEqualTo("not in the segment: 0 of 2 conditions hold, one must; stays so until something happens");
        assertThat(explain("{'all':[{'any':[" + POOR + "," + SEEN + "]}]}").sentence()).isEqualTo(
            "in the segment: last login is 9 Mar, 13:00, within the last 2 days; leaves on 11 Mar, 13:00, unless "
                + "last login changes");
    }

    @Test
    void shouldEnterWhereWhatMustNotHoldEnds() {
        final Explanation explanation = explain("{'none':[" + ORDERED + "," + POOR + "]}");

        assertThat(sentences(explanation.tree())).containsExactly(
            "- 1 of 2 conditions holds, none may; enters on 22 Mar, 10:12, unless something happens first",
            "+ 3 of 3 orders in the last 30 days (4 in all); enters on 22 Mar, 10:12, unless another order comes",
            "- store credit is 12.5, not at least 20");
        assertThat(explanation.sentence()).isEqualTo("not in the segment: 3 of 3 orders in the last 30 days (4 in "
            + "all), which must not be; enters on 22 Mar, 10:12, unless another order comes");
        assertThat(explanation.nextFlip()).isEqualTo(ORDERED_UNTIL);
        assertThat(explanation.tree().actual()).isEqualTo("1 of 2");
    }

    @Test
    void shouldSayNothingMustBeWhereItMustNot() {
        assertThat(sentences(explain("{'none':[" + POOR + ",{'attr':'email','op':'contains','v':'x@y'},"
            + "{'attr':'email','op':'notContains','v':'@mail'},{'attr':'gender','op':'eq','v':'m'},"
            + "{'attr':'gender','op':'ne','v':'f'},{'attr':'prefix','op':'eq','v':'Dr'},"
            + "{'attr':'interests','op':'containsAny','v':['wine']},"
            + "{'exists':{'source':'order'},'not':true},{'attr':'middlename','op':'isSet'}]}").tree()))
            .containsExactly(
                "+ 0 of 9 conditions hold, as none may",
                "- store credit is 12.5, not at least 20",
                "- email is \"Ada@Mail.example\", does not contain \"x@y\"",
                "- email is \"Ada@Mail.example\", contains \"@mail\"",
                "- gender is f, not m",
                "- gender is f",
                "- prefix is not set",
                "- interests are ski, tea, does not have one of wine",
                "- 4 orders",
                "- middle name is not set");
        assertThat(explain("{'none':[{'none':[" + POOR + "]}]}").sentence()).isEqualTo("not in the segment: store "
            + "credit is 12.5, must be at least 20; stays so until something happens");
    }

    @Test
    void shouldCountWhatHoldsInEveryKindOfCombination() {
        final String two = RICH + "," + POOR;
        assertThat(explain("{'notAll':[" + two + "]}").tree().sentence())
            .isEqualTo("1 of 2 conditions holds, as not all may");
        assertThat(explain("{'notAll':[" + RICH + "]}").tree().sentence())
            .isEqualTo("1 of 1 condition holds, not all may");
        assertThat(explain("{'atLeast':2,'of':[" + two + "]}").tree().sentence())
            .isEqualTo("1 of 2 conditions holds, at least 2 must");
        assertThat(explain("{'atLeast':1,'of':[" + two + "]}").tree().sentence())
            .isEqualTo("1 of 2 conditions holds, at least 1 must");
        assertThat(explain("{'any':[" + two + "]}").tree().sentence()).isEqualTo("1 of 2 conditions holds");
        assertThat(explain("{'all':[" + two + "]}").tree().sentence())
            .isEqualTo("1 of 2 conditions holds, all must");
        assertThat(explain("{'all':[" + RICH + "]}").tree().sentence()).isEqualTo("1 of 1 condition holds");
        assertThat(explain("{'none':[{'any':[]}]}").tree().sentence())
            .isEqualTo("0 of 1 condition holds, as none may");
        assertThat(explain("{'any':[]}").tree().sentence()).isEqualTo("no conditions, so it does not hold");
        assertThat(explain("{'none':[]}").tree().sentence()).isEqualTo("no conditions, so it holds");
        assertThat(explain("{'notAll':[]}").tree().sentence()).isEqualTo("no conditions, so it does not hold");
        assertThat(explain("42", "{'confirmAll':true,'condition':{'all':[]}}").sentence())
            .isEqualTo("in the segment: no conditions, so it holds; stays so until something happens");
    }

    @Test
    void shouldFindTheFlipOfEveryCombinationBeyondThatOfTheWhole() {
        final Explanation explanation = explain("{'all':[" + SEEN + ",{'any':[" + ORDERED + "," + POOR + "]},"
            + "{'none':[{'all':[" + ORDERED + "," + SEEN + "]}]}]}");

        final List<Node> children = explanation.tree().children();
        assertThat(explanation.isMember()).isFalse();
        assertThat(children).extracting(Node::nextFlip).containsExactly(SEEN_UNTIL, ORDERED_UNTIL, SEEN_UNTIL);
        assertThat(children).extracting(Node::verdict).containsExactly(true, true, false);
        assertThat(children.get(2).children().get(0).nextFlip()).isEqualTo(SEEN_UNTIL);
        assertThat(explanation.nextFlip()).isNull();
        assertThat(explanation.tree().nextFlip()).isNull();
        assertThat(explanation.sentence()).endsWith("; stays so until something happens");
    }

    @Test
    void shouldRoundAnAverageThatIsComparedExactly() {
        final String average = "{'agg':{'fn':'avg','source':'order','field':'grandTotal','where':[{'f':'id',"
            + "'op':'in','v':['a','b','c']}]},'op':'OP','v':'0.3333'}";
        for (final String id : List.of("a", "b", "c")) {
            shop.apply(new Command.OrderUpsert("42", id, ExplainedShop.NOW, List.of(
                ExplainedShop.value("grandTotal", new Value.Decimal("a".equals(id) ? 10_000 : 0))), List.of(), null));
        }

        final Node above = explain(average.replace("OP", "gt")).tree();
        assertThat(above.verdict()).isTrue();
        assertThat(above.actual()).isEqualTo("0.3333");
        assertThat(above.sentence()).isEqualTo("the average grand total of 3 orders where id is one of a, b, c (7 in "
            + "all) is 0.3333, more than 0.3333");
        assertThat(explain(average.replace("OP", "eq")).tree().verdict()).isFalse();
    }

    @Test
    void shouldCountTheRecordsOfTheSegmentsWebsitesOnly() {
        final Explanation explanation = explain("42",
            "{'eventScope':'WEBSITE','websites':['de'],'condition':" + ORDERED + "}");

        assertThat(explanation.tree().sentence()).isEqualTo("1 of 3 orders in the last 30 days on website de (2 in "
            + "all)");
        assertThat(explanation.parts()).extracting(Node::sentence)
            .containsExactly("the segment is active", "home website is de");
    }

    @Test
    void shouldTellEveryPartOfTheUniverse() {
        final Explanation in = explain("42", "{'websites':['base','de'],'applyTo':'REGISTERED','purpose':'marketing',"
            + "'condition':" + RICH + "}");
        assertThat(in.universe()).isNull();
        assertThat(in.parts()).extracting(Node::sentence).containsExactly("the segment is active", "a customer",
            "home website is de, one of base, de", "consent to \"marketing\" is granted");
        assertThat(in.parts()).extracting(Node::actual).containsExactly("ACTIVE", "customer", "de", "granted");
        assertThat(in.sentence()).isEqualTo("in the segment: reward points are 7, at least 5; stays so until "
            + "something happens");

        final Explanation out = explain("42", "{'websites':['base'],'applyTo':'VISITORS','purpose':'ads','condition':"
            + SEEN + "}");
        assertThat(out.parts()).extracting(Node::sentence).containsExactly("the segment is active",
            "a customer, the segment is for visitors", "home website is de, must be base",
            "consent to \"ads\" is refused, must be granted");
        assertThat(out.parts()).extracting(Node::verdict).containsExactly(true, false, false, false);
        assertThat(out.sentence()).isEqualTo("not in the segment: a customer, the segment is for visitors; stays so "
            + "until something happens");
        assertThat(out.nextFlip()).isNull();
        assertThat(out.tree().sentence()).endsWith("; holds until 11 Mar, 13:00, unless last login changes");

        assertThat(explain("7", "{'purpose':'ads','condition':{'any':[]}}").universe())
            .isEqualTo("consent to \"ads\" is unknown, must be granted");
        assertThat(explain("42", "{'status':'PAUSED','condition':" + RICH + "}").sentence()).isEqualTo(
            "not in the segment: the segment is paused, must be active; stays so until something happens");
        assertThat(explain("42", "{'status':'DRAFT','condition':" + RICH + "}").universe())
            .isEqualTo("the segment is a draft, must be active");
    }

    @Test
    void shouldTellMembershipOfAnotherSegmentAndWhenItEnds() {
        shop.segment("vip", "{'condition':" + ORDERED + "}");
        final Explanation in = explain("{'all':[{'segment':'vip'}," + RICH + "]}");
        assertThat(sentences(in.tree())).containsExactly(
            "+ all 2 conditions hold; leaves on 22 Mar, 10:12, unless something happens first",
            "+ member of vip; leaves on 22 Mar, 10:12, unless something happens first",
            "+ reward points are 7, at least 5");
        assertThat(in.nextFlip()).isEqualTo(ORDERED_UNTIL);

        final Explanation out = explain("{'none':[{'segment':'vip'}]}");
        assertThat(out.sentence()).isEqualTo("not in the segment: member of vip, which must not be; enters on 22 Mar, "
            + "10:12, unless something happens first");

        shop.segment("poor", "{'condition':" + POOR + "}");
        assertThat(explain("{'segment':'poor'}").sentence())
            .isEqualTo("not in the segment: not a member of poor, must be; stays so until something happens");
        final Explanation later = explain("{'all':[" + SEEN + ",{'any':[{'segment':'vip'}]}]}");
        assertThat(later.nextFlip()).isEqualTo(SEEN_UNTIL);
        assertThat(later.tree().children().get(1).children().get(0).nextFlip()).isEqualTo(ORDERED_UNTIL);
    }

    @Test
    void shouldEnterAndLeaveByTheSegmentsValidity() {
        final Explanation before = explain("42", "{'validFrom':'2026-03-11T00:00:00Z','condition':" + RICH + "}");
        assertThat(before.sentence()).isEqualTo("not in the segment: the segment is valid from 11 Mar, 01:00 on; "
            + "enters on 11 Mar, 01:00, unless something happens first");
        assertThat(before.nextFlip()).isEqualTo(ExplainedShop.at("2026-03-11T00:00:00Z"));

        final Explanation during = explain("42", "{'validTo':'2026-03-12T00:00:00Z','condition':" + RICH + "}");
        assertThat(during.sentence()).isEqualTo("in the segment: reward points are 7, at least 5; leaves on 12 Mar, "
            + "01:00, unless something happens first");
        assertThat(during.parts()).extracting(Node::nextFlip)
            .containsExactly(null, ExplainedShop.at("2026-03-12T00:00:00Z"));

        final Explanation after = explain("42", "{'validTo':'2026-03-10T00:00:00Z','condition':" + RICH + "}");
        assertThat(after.sentence()).isEqualTo("not in the segment: the segment was valid until 10 Mar, 01:00; stays "
            + "so until something happens");
    }

    /** Each order leaves the window at another instant, and none of the first ones changes anything. */
    @Test
    void shouldNotPromiseThatItStaysWhereItGaveUpLooking() {
        for (int i = 0; i < 300; i++) {
            shop.apply(new Command.OrderUpsert("42", "o" + i, ExplainedShop.NOW - i * 60_000L, List.of(), List.of(),
                null));
        }
        final Explanation explanation =
            explain("{'exists':{'source':'order','where':[{'f':'grandTotal','op':'notSet'}],'window':{'last':'P9D'}}}");

        assertThat(explanation.isMember()).isTrue();
        assertThat(explanation.nextFlip()).isNull();
        assertThat(explanation.sentence()).endsWith("; no change by time alone was found");
    }

    @Test
    void shouldTellWhenAVisitorExpires() {
        final Explanation explanation = explain("v:1", "{'condition':{'exists':{'source':'view'}}}");

        assertThat(explanation.sentence()).isEqualTo("in the segment: 1 of 1 product view; leaves on 9 Apr, 12:00, "
            + "when the visitor expires, unless it comes back");
        assertThat(explanation.nextFlip()).isEqualTo(ExplainedShop.NOW + ExplainedShop.VISITOR_TTL_MS);
        assertThat(explanation.tree().sentence()).isEqualTo("1 of 1 product view");
        final Explanation within = explain("v:1",
            "{'condition':{'exists':{'source':'view','window':{'last':'P7D'}}}}");
        assertThat(within.sentence()).isEqualTo("in the segment: 1 of 1 product view in the last 7 days; leaves on 16 "
            + "Mar, 12:00, unless another product view comes");
    }

    @Test
    void shouldSayTheSameHoweverOftenItIsAsked() {
        final Explanation first = explain("{'any':[" + ORDERED + "," + SEEN + ",{'sample':{'salt':'s','from':0,"
            + "'to':5000}}]}");

        assertThat(shop.engine().view().explain("42", "s")).isEqualTo(first);
        try (EngineHarness restored = EngineHarness.restore(shop.engine())) {
            assertThat(restored.view().explain("42", "s").sentence()).isEqualTo(first.sentence());
            assertThat(restored.view().explain("42", "s").tree()).isEqualTo(first.tree());
        }
    }
}
