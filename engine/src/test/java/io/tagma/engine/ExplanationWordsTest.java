package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.EngineView.Node;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an explanation and a refusal say to people. */
class ExplanationWordsTest {
    private static final long NOW = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();

    private final EngineHarness engine = EngineHarness.begin(NOW);

    @BeforeEach
    void fill() {
        apply(new Command.SubjectUpsert("42", null, null, null, List.of(new NamedValue("rewardPoints", Value.of(7)),
            new NamedValue("lastLoginAt", Value.of(NOW - 86_400_000L))), null, null));
        apply(new Command.OrderUpsert("42", "1", NOW - 86_400_000L, List.of(
            new NamedValue("status", Value.of("complete")), new NamedValue("grandTotal", new Value.Decimal(1_199_000))),
            List.of(), null));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldSayWhatAMerchandiserReads() {
        assertThat(sentence("{'agg':{'fn':'count','source':'order','window':{'last':'P30D'}},'op':'ge','v':1}"))
            .isEqualTo("the number of orders in the last 30 days is at least 1: it is 1; holds until "
                + "2026-04-08T12:00:00Z if nothing else happens");
        assertThat(sentence("{'exists':{'source':'order','where':[{'f':'status','op':'in','v':['complete','new']}],"
            + "'window':{'last':'P1W'}}}")).startsWith("there are orders where status is one of [complete, new] "
            + "in the last 7 days: 1 found; holds until 2026-03-16T12:00:00Z");
        assertThat(sentence("{'exists':{'source':'orderItem'},'not':true}"))
            .isEqualTo("there are no ordered products: none found");
        assertThat(sentence("{'agg':{'fn':'avg','source':'order','field':'grandTotal'},'op':'lt','v':100}"))
            .isEqualTo("the average grandTotal of orders is less than 100: it is 119.9");
        assertThat(sentence("{'agg':{'fn':'max','source':'order','field':'grandTotal','window':{'from':'P60D',"
            + "'to':'P30D'}},'op':'between','v':[1,2.5]}")).startsWith("the largest grandTotal of orders between "
            + "60 days and 30 days ago is between 1 and 2.5: it has no value");
        assertThat(sentence("{'attr':'rewardPoints','op':'gt','v':10}"))
            .isEqualTo("rewardPoints is more than 10: it is 7");
        assertThat(sentence("{'attr':'email','op':'contains','v':'@'}"))
            .isEqualTo("email contains @: it has no value");
        assertThat(sentence("{'attr':'lastLoginAt','op':'withinLast','v':'P1DT12H'}"))
            .isEqualTo("lastLoginAt is within the last 1 day 12 hours: it is 2026-03-09T12:00:00Z; holds until "
                + "2026-03-11T00:00:00Z if nothing else happens");
        assertThat(sentence("{'attr':'lastLoginAt','op':'olderThan','v':'P2D'}"))
            .isEqualTo("lastLoginAt is more than 2 days ago: it is 2026-03-09T12:00:00Z; holds from "
                + "2026-03-11T12:00:00Z if nothing else happens");
        assertThat(sentence("{'attr':'group','op':'in','v':['Retailer',2]}"))
            .isEqualTo("the group is one of [Retailer, Wholesale]: it is General");
        assertThat(sentence("{'attr':'website','op':'ne','v':'base'}"))
            .isEqualTo("the home website is not base: it is base");
    }

    @Test
    void shouldGiveEachLeafBackAsItIsKept() {
        apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "s", -1, ("{'condition':{'any':["
            + "{'attr':'group','op':'in','v':['Retailer',2]},"
            + "{'exists':{'window':{'last':'P30D'},'source':'order'},'not':true}]}}").replace('\'', '"')));
        engine.settle(NOW);

        final Node tree = engine.view().explain("42", "s").tree();
        assertThat(tree.what()).isEqualTo("any");
        assertThat(tree.children()).extracting(Node::what).containsExactly(
            "{\"attr\":\"group\",\"op\":\"in\",\"v\":[3,2]}",
            "{\"exists\":{\"source\":\"order\",\"window\":{\"last\":\"P30D\"}},\"not\":true}");
    }

    @Test
    void shouldSayWhatWasSentWhereAValueHasAnotherType() {
        assertThat(refused("rewardPoints", Value.of("5"))).isEqualTo("no legal INT: the text \"5\" was sent");
        assertThat(refused("rewardPoints", new Value.Decimal(25_000)))
            .isEqualTo("no legal INT: the number 2.5 was sent");
        assertThat(refused("newsletter", Value.of(1))).isEqualTo("no legal BOOL: the number 1 was sent");
        assertThat(refused("dob", Value.of(true))).isEqualTo("no legal DATE: true was sent");
        assertThat(refused("storeCredit", Value.of(List.of("1"))))
            .isEqualTo("no legal DECIMAL: an array of texts was sent");
    }

    private String sentence(final String condition) {
        apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "s", -1,
            ("{'condition':" + condition + "}").replace('\'', '"')));
        engine.settle(NOW);
        final Node leaf = engine.view().explain("42", "s").tree();
        assertThat(leaf.sentence()).doesNotContain("PT", "720");
        return leaf.sentence();
    }

    private String refused(final String attribute, final Value value) {
        final CommandResult result = engine.apply(new Command.SubjectUpsert("42", null, null, null,
            List.of(new NamedValue(attribute, value)), null, null), NOW);
        assertThat(result.code()).isEqualTo(ResultCode.INVALID);
        return result.detail();
    }

    private void apply(final Command command) {
        final CommandResult result = engine.apply(command, NOW);
        assertThat(result.isOk()).as(result.detail()).isTrue();
    }
}
