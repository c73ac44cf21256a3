package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.segment.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Segments that refer to others, and segments that are valid for a time. */
class ReferencesTest {
    private static final long START = 1_764_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final int SUBJECTS = 300;
    private static final SliceWork LITTLE = new SliceWork(200, 200, 200);

    private EngineHarness engine = EngineHarness.begin(false, START, LITTLE);
    private long now = START;

    @AfterEach
    void close() {
        engine.close();
    }

    // ---- references --------------------------------------------------------------------------------------------

    @Test
    void shouldSettleDepthByDepthInOneRowWhenACommandChangesTheFirst() {
        points("c", 5);
        define("rich", atLeast(10));
        define("poor", not("rich"));
        define("either", "{\"any\":[{\"segment\":\"rich\"},{\"segment\":\"poor\"}]}");
        define("poor-still", "{\"all\":[{\"segment\":\"poor\"},{\"segment\":\"either\"}]}");
        engine.settle(now);
        assertThat(shown("c")).containsExactlyInAnyOrder("poor", "either", "poor-still");
        final long seq = engine.view().changesNext();

        points("c", 10);

        assertThat(shown("c")).containsExactlyInAnyOrder("rich", "either");
        assertThat(told(seq)).containsExactlyInAnyOrder("ENTER rich EVENT", "EXIT poor EVENT", "EXIT poor-still EVENT");
    }

    @Test
    void shouldShowTheNewVersionsOfBothOrOfNoneWhenOneThatIsReferredToIsEdited() {
        many();
        define("rich", atLeast(10));
        define("poor", not("rich"));
        engine.settle(now);
        for (final int limit : new int[] {20, 5, 300}) {
            define("rich", atLeast(limit));
            do {
                engine.slice(++now);
                assertEverybodyInOneOf("rich", "poor");
            } while (!engine.isSettled());
            assertThat(engine.view().segment("rich").count()).isEqualTo(Math.max(0, SUBJECTS - limit));
        }
        assertToldIsShown();
    }

    @Test
    void shouldBuildAllAnewWhenEditsMeetInTheMiddleOfEachOther() {
        many();
        define("rich", atLeast(10));
        define("poor", not("rich"));
        engine.settle(now);
        for (int edit = 1; edit <= 20; edit++) {
            define(edit % 3 == 0 ? "poor" : "rich", edit % 3 == 0 ? not("rich") : atLeast(10 * edit));
            engine.slice(++now);
            restore();
            assertEverybodyInOneOf("rich", "poor");
        }
        engine.settle(now);
        assertThat(engine.view().segment("rich").count()).isEqualTo(SUBJECTS - 200);
        assertEverybodyInOneOf("rich", "poor");
        assertToldIsShown();
    }

    @Test
    void shouldReferToTheNewVersionWhenDefinedWhileThatIsBuilt() {
        many();
        define("rich", atLeast(10));
        engine.settle(now);
        define("rich", atLeast(100));
        engine.slice(now);
        define("poor", not("rich"));
        engine.settle(now);

        assertEverybodyInOneOf("rich", "poor");
        assertThat(engine.view().segment("rich").count()).isEqualTo(SUBJECTS - 100);
    }

    @Test
    void shouldRefuseACycleAndPrintIt() {
        define("a", atLeast(1));
        define("b", not("a"));
        define("c", not("b"));

        final CommandResult refused = put("a", "{\"condition\":{\"any\":[" + atLeast(1) + ",{\"segment\":\"c\"}]}}");

        assertThat(refused.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refused.pointer()).isEqualTo("/condition/any/1/segment");
        assertThat(refused.detail()).contains("a -> c -> b -> a");
        assertThat(engine.view().segment("a").version()).isEqualTo(1);
    }

    @Test
    void shouldNameWhoRefersWhenSwitchedOffOrDeletedWithoutForce() {
        define("a", atLeast(1));
        define("b", not("a"));
        define("c", not("a"));
        engine.settle(now);

        for (final String status : List.of("PAUSED", "ARCHIVED", "DRAFT")) {
            final CommandResult refused =
                put("a", "{\"status\":\"" + status + "\",\"condition\":" + atLeast(1) + "}");
            assertThat(refused.code()).isEqualTo(ResultCode.CONFLICT);
            assertThat(refused.pointer()).isEqualTo("/status");
            assertThat(refused.detail()).contains("[b, c]");
        }
        final CommandResult refused = delete("a", false);
        assertThat(refused.code()).isEqualTo(ResultCode.CONFLICT);
        assertThat(refused.detail()).contains("[b, c]");
    }

    @Test
    void shouldHaveNoMembersForThoseThatReferWhenSwitchedOffByForce() {
        many();
        define("rich", atLeast(10));
        define("poor", not("rich"));
        engine.settle(now);

        final CommandResult paused = engine.apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "rich", -1,
            "{\"status\":\"PAUSED\",\"condition\":" + atLeast(10) + "}", true), now);
        assertThat(paused.isOk()).isTrue();
        while (!engine.isSettled()) {
            restore();
            engine.slice(++now);
            assertThat(shown("c250")).containsExactly(engine.view().segment("rich").count() > 0 ? "rich" : "poor");
        }
        assertThat(engine.isDone(paused.job())).isTrue();
        assertThat(engine.view().segment("poor").count()).isEqualTo(SUBJECTS);
        assertToldIsShown();

        define("rich", atLeast(100));
        engine.settle(now);
        assertEverybodyInOneOf("rich", "poor");
        assertThat(engine.view().segment("poor").count()).isEqualTo(100);
    }

    @Test
    void shouldBeReferredToByItsKeyWhenDeletedByForceAndDefinedAgain() {
        many();
        define("rich", atLeast(10));
        define("poor", not("rich"));
        engine.settle(now);

        assertThat(delete("rich", true).isOk()).isTrue();
        assertThat(engine.view().segment("rich")).isNull();
        engine.slice(++now);
        restore();
        engine.settle(now);
        assertThat(engine.view().segment("poor").count()).isEqualTo(SUBJECTS);
        restore();

        define("rich", atLeast(20));
        engine.settle(now);
        assertEverybodyInOneOf("rich", "poor");
        assertThat(engine.view().segment("poor").count()).isEqualTo(20);
        assertToldIsShown();
    }

    @Test
    void shouldDeleteAndDefineAgainWhileTheDeletedOneIsStillShown() {
        many();
        define("rich", atLeast(10));
        define("poor", not("rich"));
        engine.settle(now);
        delete("rich", true);
        engine.slice(++now);
        define("rich", atLeast(50));
        engine.slice(++now);
        restore();
        engine.settle(now);

        assertEverybodyInOneOf("rich", "poor");
        assertThat(engine.view().segment("poor").count()).isEqualTo(50);
        assertToldIsShown();
    }

    @Test
    void shouldRefuseTooLongAChain() {
        define("s0", atLeast(1));
        for (int i = 1; i < References.DEPTH_MAX; i++) {
            define("s" + i, not("s" + (i - 1)));
        }
        final CommandResult refused = put("top", "{\"condition\":" + not("s" + (References.DEPTH_MAX - 1)) + "}");
        assertThat(refused.code()).isEqualTo(ResultCode.LIMIT);
        assertThat(refused.pointer()).isEqualTo("/condition/none/0/segment");
        final CommandResult below = put("s0", "{\"condition\":" + atLeast(2) + "}");
        assertThat(below.isOk()).isTrue();
        define("bottom", atLeast(1));
        assertThat(put("s0", "{\"condition\":" + not("bottom") + "}").code()).isEqualTo(ResultCode.LIMIT);
        engine.settle(now);
    }

    @Test
    void shouldRefuseWhatMakesTooManyDependOnOne() {
        define("one", atLeast(1));
        for (int i = 0; i < References.DEPENDENTS_MAX - 1; i++) {
            define("s" + i, not("one"));
        }
        final CommandResult refused = put("more", "{\"condition\":" + not("s7") + "}");
        assertThat(refused.code()).isEqualTo(ResultCode.LIMIT);
        assertThat(refused.detail()).contains("segment=one");
    }

    @Test
    void shouldShowAStrangerWhatReferringSegmentsSayOfNobody() {
        define("rich", atLeast(10));
        define("poor", not("rich"));
        define("campaign", "{\"attr\":\"rewardPoints\",\"op\":\"notSet\"}",
            "\"validFrom\":" + (START + HOUR) + ",\"validTo\":" + (START + 2 * HOUR) + ",");
        define("outside", not("campaign"));
        engine.settle(now);
        assertThat(shown("nobody")).containsExactlyInAnyOrder("poor", "outside");

        at(START + HOUR);
        assertThat(shown("nobody")).containsExactlyInAnyOrder("poor", "campaign");

        at(START + 2 * HOUR);
        assertThat(shown("nobody")).containsExactlyInAnyOrder("poor", "outside");
    }

    // ---- validity ----------------------------------------------------------------------------------------------

    @Test
    void shouldHaveMembersFromTheFirstMillisecondOfItsValidityToTheLast() {
        many();
        define("sale", atLeast(100), "\"validFrom\":" + (START + HOUR) + ",\"validTo\":" + (START + 2 * HOUR) + ",");
        define("no-sale", not("sale"));
        engine.settle(now);
        assertThat(engine.view().segment("sale").count()).isZero();
        assertThat(engine.view().segment("sale").isReady()).isTrue();
        final long seq = engine.view().changesNext();

        at(START + HOUR - 1);
        assertThat(shown("c200")).containsExactly("no-sale");
        at(START + HOUR);
        assertThat(shown("c200")).containsExactly("sale");
        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS - 100);
        at(START + 2 * HOUR - 1);
        assertThat(shown("c200")).containsExactly("sale");
        at(START + 2 * HOUR);
        assertThat(shown("c200")).containsExactly("no-sale");
        assertThat(engine.view().segment("sale").count()).isZero();

        final List<EngineView.Change> changes = engine.view().changes(seq, 10_000);
        assertThat(changes).hasSize(4 * (SUBJECTS - 100));
        assertThat(changes).allSatisfy(change -> {
            assertThat(change.cause().name()).isEqualTo("TIME");
            assertThat(change.effectiveAt()).isEqualTo(
                change.isEnter() == change.segment().equals("sale") ? START + HOUR : START + 2 * HOUR);
        });
    }

    @Test
    void shouldTellNothingWhenTheSubjectLeavesAtTheInstantTheValidityBegins() {
        final String lately = "{\"attr\":\"createdAt\",\"op\":\"withinLast\",\"v\":\"PT1H\"}";
        created("leaves", START);
        created("stays", START + 1);
        define("s", lately, "\"validFrom\":" + (START + HOUR) + ",");
        engine.settle(now);
        final long seq = engine.view().changesNext();

        at(START + HOUR);
        assertThat(shown("leaves")).isEmpty();
        assertThat(shown("stays")).containsExactly("s");
        at(START + HOUR + 1);
        assertThat(told(seq)).containsExactly("ENTER s TIME", "EXIT s TIME");
        assertThat(engine.view().changes(seq, 10)).allMatch(change -> change.subject().equals("stays"));
    }

    @Test
    void shouldTellNothingWhenTheSubjectWouldEnterAtTheInstantTheValidityEnds() {
        created("late", START + HOUR);
        created("before", START + HOUR - 1);
        define("s", "{\"attr\":\"createdAt\",\"op\":\"le\",\"v\":" + (START + 10 * HOUR) + "}");
        define("arrived", "{\"attr\":\"createdAt\",\"op\":\"withinLast\",\"v\":\"P1D\"}",
            "\"validTo\":" + (START + HOUR) + ",");
        engine.settle(now);
        final long seq = engine.view().changesNext();

        at(START + HOUR + 5);
        assertThat(told(seq)).containsExactly("ENTER arrived TIME", "EXIT arrived TIME");
        assertThat(engine.view().changes(seq, 10)).allMatch(change -> change.subject().equals("before"));
    }

    @Test
    void shouldPutWhatHappensIntoOrderWhenACommandComesAfterASilence() {
        created("c", START);
        define("lately", "{\"attr\":\"createdAt\",\"op\":\"withinLast\",\"v\":\"PT4H\"}",
            "\"validFrom\":" + (START + HOUR) + ",\"validTo\":" + (START + 3 * HOUR) + ",");
        define("not-lately", not("lately"));
        engine.settle(now);
        final long seq = engine.view().changesNext();

        now = START + 5 * HOUR;
        points("c", 1);

        final List<EngineView.Change> changes = engine.view().changes(seq, 10);
        assertThat(changes.stream().map(change -> (change.isEnter() ? "ENTER " : "EXIT ") + change.segment() + " "
            + (change.effectiveAt() - START) / HOUR)).containsExactly("ENTER lately 1", "EXIT not-lately 1",
            "EXIT lately 3", "ENTER not-lately 3");
        assertThat(shown("c")).containsExactly("not-lately");
    }

    @Test
    void shouldTellOnlyOfTheBeginningWhenTheSubjectEnteredBeforeItAndNobodyLooked() {
        created("c", START + HOUR / 2);
        define("s", "{\"attr\":\"createdAt\",\"op\":\"withinLast\",\"v\":\"PT4H\"}",
            "\"validFrom\":" + (START + HOUR) + ",");
        engine.settle(now);
        final long seq = engine.view().changesNext();

        now = START + 2 * HOUR;
        points("c", 1);

        assertThat(told(seq)).containsExactly("ENTER s TIME");
        assertThat(engine.view().changes(seq, 1).get(0).effectiveAt()).isEqualTo(START + HOUR);
    }

    @Test
    void shouldNotTakeTheMembersOfAnotherForThoseOfASegmentWhoseSlotItWasGiven() {
        many();
        define("sale", atLeast(100), "\"validTo\":" + (START + HOUR) + ",");
        define("no-sale", "{\"all\":[" + atLeast(3) + "," + not("sale") + "]}");
        engine.settle(now);
        at(START + HOUR);
        define("other", atLeast(0));
        engine.settle(now);

        points("c5", 2);
        points("c5", 5);

        assertThat(shown("c5")).containsExactly("no-sale", "other");
    }

    @Test
    void shouldNotBeAsOfATurnUntilEverySegmentThatRefersShowsIt() {
        many();
        define("sale", atLeast(0), "\"validFrom\":" + (START + HOUR) + ",");
        define("no-sale", not("sale"));
        engine.settle(now);
        now = START + HOUR;
        int slicesBefore = 0;
        for (engine.slice(now); engine.view().asOf() < now; engine.slice(now)) {
            assertThat(shown("c0")).as("validity is seen at once").contains("sale");
            slicesBefore++;
        }
        assertThat(slicesBefore).isPositive();
        assertEverybodyInOneOf("sale", "no-sale");
    }

    @Test
    void shouldBeAsOfNowAtOnceWhenNobodyRefersToWhatTurns() {
        many();
        define("sale", atLeast(0), "\"validFrom\":" + (START + HOUR) + ",");
        engine.settle(now);
        now = START + HOUR;
        engine.slice(now);
        assertThat(engine.isSettled()).isFalse();
        assertThat(engine.view().asOf()).isEqualTo(now);
        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS);
    }

    @Test
    void shouldExplainAndPreviewAsOfBeforeATurnThatIsOverdue() {
        engine.close();
        engine = EngineHarness.begin(true, START, LITTLE);
        points("c", 200);
        define("sale", atLeast(100), "\"validFrom\":" + (START + HOUR) + ",");
        define("no-sale", not("sale"));
        engine.settle(now);
        assertThat(engine.apply(new Command.ClockAdvance(START + HOUR), now).isOk()).isTrue();

        final EngineView.Explanation explained = engine.view().explain("c", "no-sale");
        assertThat(explained.asOf()).isEqualTo(START + HOUR - 1);
        assertThat(explained.isMember()).isTrue();
        assertThat(explained.tree().verdict()).isTrue();
        assertThat(explained.nextFlip()).isEqualTo(START + HOUR);
        assertThat(previewed(not("sale"))).isEqualTo(1);
        engine.settle(now);
        assertThat(previewed(not("sale"))).isZero();
    }

    @Test
    void shouldExplainTheVersionThatAnswersWhileAnotherIsBuilt() {
        many();
        define("s", atLeast(10));
        engine.settle(now);
        define("s", atLeast(200));
        engine.slice(now);

        assertThat(engine.view().segment("s").isReady()).isFalse();
        final EngineView.Explanation explained = engine.view().explain("c100", "s");
        assertThat(explained.isMember()).isTrue();
        assertThat(explained.version()).isEqualTo(1);
        engine.settle(now);
        assertThat(engine.view().explain("c100", "s").version()).isEqualTo(2);
    }

    @Test
    void shouldTakeSeveralTurnsThatAreOverdueInTheirOrderBeforeACommand() {
        points("c", 200);
        define("first", atLeast(1), "\"validFrom\":" + (START + HOUR) + ",\"validTo\":" + (START + 3 * HOUR) + ",");
        define("second", not("first"), "\"validFrom\":" + (START + 2 * HOUR) + ",");
        engine.settle(now);
        final long seq = engine.view().changesNext();
        now = START + 4 * HOUR;

        points("other", 1);

        assertThat(shown("c")).contains("second").doesNotContain("first");
        engine.settle(now);
        assertThat(engine.view().changes(seq, 100).stream().filter(change -> change.subject().equals("c"))
            .map(change -> (change.isEnter() ? "ENTER " : "EXIT ") + change.segment() + " "
                + (change.effectiveAt() - START) / HOUR)).containsExactly("ENTER first 1", "EXIT first 3",
            "ENTER second 3");
        assertThat(shown("c")).containsExactly("second");
    }

    @Test
    void shouldFollowAnEditOfTheValidity() {
        many();
        define("sale", atLeast(100), "\"validTo\":" + (START + HOUR) + ",");
        engine.settle(now);
        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS - 100);
        define("sale", atLeast(100), "\"validTo\":" + (START + 2 * HOUR) + ",");
        at(START + HOUR);
        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS - 100);
        define("sale", atLeast(100), "\"validFrom\":" + (START + 4 * HOUR) + ",");
        engine.settle(now);
        assertThat(engine.view().segment("sale").count()).isZero();
        at(START + 4 * HOUR);
        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS - 100);
        define("sale", atLeast(100), "\"validTo\":" + (START + HOUR) + ",");
        engine.settle(now);
        assertThat(engine.view().segment("sale").count()).isZero();
        assertToldIsShown();
    }

    @Test
    void shouldBeginAndEndWhileItIsBuilt() {
        many();
        define("sale", atLeast(100), "\"validFrom\":" + (START + HOUR) + ",\"validTo\":" + (START + 2 * HOUR) + ",");
        define("no-sale", not("sale"));
        engine.slice(now);
        now = START + HOUR;
        engine.slice(now);
        restore();
        engine.slice(now);
        now = START + 2 * HOUR;
        engine.slice(now);
        restore();
        engine.settle(now);

        assertThat(engine.view().segment("sale").count()).isZero();
        assertThat(engine.view().segment("no-sale").count()).isEqualTo(SUBJECTS);
        assertToldIsShown();
    }

    @Test
    void shouldSayWhenValidityFlipsASegmentThatRefersToIt() {
        points("c", 200);
        define("sale", atLeast(100), "\"validFrom\":" + (START + HOUR) + ",\"validTo\":" + (START + 2 * HOUR) + ",");
        define("no-sale", not("sale"));
        engine.settle(now);

        assertThat(engine.view().explain("c", "sale").isMember()).isFalse();
        assertThat(engine.view().explain("c", "sale").nextFlip()).isEqualTo(START + HOUR);
        assertThat(engine.view().explain("c", "no-sale").isMember()).isTrue();
        assertThat(engine.view().explain("c", "no-sale").nextFlip()).isEqualTo(START + HOUR);
        at(START + HOUR);
        assertThat(engine.view().explain("c", "sale").isMember()).isTrue();
        assertThat(engine.view().explain("c", "sale").nextFlip()).isEqualTo(START + 2 * HOUR);
        at(START + 2 * HOUR);
        assertThat(engine.view().explain("c", "sale").isMember()).isFalse();
        assertThat(engine.view().explain("c", "sale").universe()).contains("valid until");
        assertThat(engine.view().explain("c", "no-sale").nextFlip()).isNull();
    }

    @Test
    void shouldGiveUpABuildWhoseValidityHasBegunAndNotBeenTold() {
        many();
        final String later = "\"validFrom\":" + (START + HOUR) + ",";
        define("sale", atLeast(10), later);
        define("no-sale", not("sale"));
        for (int slices = 0; slices < 3; slices++) {
            engine.slice(now);
        }
        assertThat(engine.view().segment("sale").builtFraction()).isStrictlyBetween(0.0, 1.0);
        now = START + HOUR;
        define("sale", atLeast(100), later);
        restore();
        engine.settle(now);

        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS - 100);
        assertEverybodyInOneOf("sale", "no-sale");
        assertToldIsShown();
    }

    @Test
    void shouldBeginWhenItIsSaidToWhenABuildOfNobodyIsGivenUpWhoseValidityHasBegun() {
        many();
        define("sale", atLeast(1000), "\"validFrom\":" + (START + HOUR) + ",");
        engine.slice(now);
        now = START + HOUR;
        define("sale", atLeast(100), "\"validFrom\":" + (START + 2 * HOUR) + ",");
        restore();
        engine.settle(now);
        assertThat(engine.view().segment("sale").count()).isZero();

        at(START + 2 * HOUR);
        assertThat(engine.view().segment("sale").count()).isEqualTo(SUBJECTS - 100);
        assertToldIsShown();
    }

    @Test
    void shouldGoOnWhenABuildOfNobodyIsDeletedWhoseValidityHasBegunAndNotBeenTold() {
        many();
        define("sale", atLeast(1000), "\"validFrom\":" + (START + HOUR) + ",");
        engine.slice(now);
        now = START + HOUR;
        assertThat(delete("sale", false).isOk()).isTrue();
        engine.settle(now);

        restore();
        define("many", atLeast(100));
        engine.settle(now);
        assertThat(engine.view().segment("many").count()).isEqualTo(SUBJECTS - 100);
        assertToldIsShown();
    }

    @Test
    void shouldWorkAsMuchWhenRestoredAfterWhatWasReferredToIsOver() {
        many();
        define("sale", atLeast(100), "\"validTo\":" + (START + HOUR) + ",");
        define("no-sale", not("sale"));
        engine.settle(now);
        at(START + HOUR);
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            for (final EngineHarness each : List.of(engine, restored)) {
                each.apply(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "no-sale", -1, false), now);
                each.settle(now);
            }
            assertThat(restored.engine().counters().sliceWork()).isEqualTo(engine.engine().counters().sliceWork());
        }
    }

    @Test
    void shouldWorkAsMuchWhenRestoredAfterManySegmentsAreDeleted() {
        many();
        define("stays", atLeast(1));
        for (int i = 0; i < 100; i++) {
            define("goes" + i, atLeast(i));
        }
        engine.settle(now);
        for (int i = 0; i < 100; i++) {
            assertThat(delete("goes" + i, false).isOk()).isTrue();
        }
        engine.settle(now);
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            for (final EngineHarness each : List.of(engine, restored)) {
                each.apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "comes", -1,
                    "{\"condition\":" + atLeast(2) + "}"), now);
            }
            do {
                engine.slice(now);
                restored.slice(now);
                assertThat(restored.engine().counters().sliceWork())
                    .isEqualTo(engine.engine().counters().sliceWork());
            } while (!engine.isSettled());
        }
    }

    private long previewed(final String condition) {
        try {
            final Query<EngineView.Preview> query =
                engine.view().preview("{\"condition\":" + condition + "}", null, 0);
            EngineView.Preview preview = query.step(engine.view());
            while (preview == null) {
                preview = query.step(engine.view());
            }
            return preview.count();
        } catch (final Refusal refused) {
            throw new AssertionError(refused);
        }
    }

    // ---- help --------------------------------------------------------------------------------------------------

    private static String atLeast(final int points) {
        return "{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":" + points + "}";
    }

    private static String not(final String segment) {
        return "{\"none\":[{\"segment\":\"" + segment + "\"}]}";
    }

    private CommandResult put(final String key, final String json) {
        return engine.apply(new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, json), now);
    }

    private void define(final String key, final String condition) {
        define(key, condition, "");
    }

    private void define(final String key, final String condition, final String more) {
        final CommandResult result = put(key, "{" + more + "\"condition\":" + condition + "}");
        assertThat(result.isOk()).as(result.toString()).isTrue();
    }

    private CommandResult delete(final String key, final boolean force) {
        return engine.apply(new Command.DeleteDefinition(DefinitionKind.SEGMENT, key, -1, force), now);
    }

    private void subject(final String key, final String attribute, final long value) {
        assertThat(engine.apply(new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, null, null,
            List.of(new NamedValue(attribute, Value.of(value))), null, null), now).isOk()).isTrue();
    }

    private void points(final String key, final int points) {
        subject(key, "rewardPoints", points);
    }

    private void created(final String key, final long instant) {
        subject(key, "createdAt", instant);
    }

    /** Subjects c0, c1, ... with as many points. */
    private void many() {
        for (int i = 0; i < SUBJECTS; i++) {
            points("c" + i, i);
        }
    }

    private void at(final long instant) {
        now = instant;
        engine.settle(now);
    }

    private void restore() {
        final EngineHarness before = engine;
        engine = EngineHarness.restore(before);
        assertThat(engine.engine().stateHash()).isEqualTo(before.engine().stateHash());
        before.close();
    }

    private List<String> shown(final String key) {
        final Set<Integer> ids = engine.lookup(key);
        final List<String> keys = new ArrayList<>();
        for (final EngineView.SegmentStatus segment : engine.view().segments()) {
            if (ids.contains(segment.id())) {
                keys.add(segment.definition().key());
            }
        }
        assertThat(keys).as("shown: ids=" + ids).hasSameSizeAs(ids);
        return keys;
    }

    private List<String> told(final long from) {
        return engine.view().changes(from, 1_000).stream().map(change -> (change.isEnter() ? "ENTER " : "EXIT ")
            + change.segment() + " " + change.cause()).toList();
    }

    private void assertEverybodyInOneOf(final String one, final String other) {
        final int first = engine.view().segment(one).id();
        final int second = engine.view().segment(other).id();
        for (int i = 0; i < SUBJECTS; i++) {
            final Set<Integer> ids = engine.lookup("c" + i);
            assertThat(ids.contains(first) ^ ids.contains(second)).as("c" + i + " in " + ids).isTrue();
        }
        assertThat(engine.view().segment(one).count() + engine.view().segment(other).count()).isEqualTo(SUBJECTS);
    }

    /** With nothing under way: the sum of what was told of each segment is its count. */
    private void assertToldIsShown() {
        final List<EngineView.Change> all = engine.view().changes(0, 1_000_000);
        for (final EngineView.SegmentStatus segment : engine.view().segments()) {
            long sum = 0;
            for (final EngineView.Change change : all) {
                if (change.segmentId() == segment.id() && change.segment() != null) {
                    sum += change.isEnter() ? 1 : -1;
                }
            }
            assertThat(sum).as(segment.definition().key()).isEqualTo(segment.count());
        }
    }
}
