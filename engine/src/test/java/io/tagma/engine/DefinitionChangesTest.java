package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Definitions that change, come and go while older versions of them still live, wait or are being swept out. */
class DefinitionChangesTest {
    private static final long START = 1_764_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final String EVERYONE = "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"isSet\"}}";
    private static final String NOBODY = "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"notSet\"}}";
    private static final String FOURTH = "{\"condition\":{\"attr\":\"group\",\"op\":\"eq\",\"v\":4}}";
    private static final String PAUSED = "{\"status\":\"PAUSED\",";
    /** More than a slice sweeps. */
    private static final int MANY = 5_000;

    private final EngineHarness engine = EngineHarness.begin(START);
    private long now = START;

    @AfterEach
    void close() {
        engine.close();
    }

    // ---- what an old version uses ------------------------------------------------------------------------------

    @Test
    void shouldKeepAGroupWhileAnOldVersionOfASegmentNamesIt() {
        put(DefinitionKind.GROUP, "4", "{\"code\":\"fourth\"}");
        put(DefinitionKind.SEGMENT, "s", FOURTH);
        engine.settle(now);
        put(DefinitionKind.SEGMENT, "s", EVERYONE);

        final CommandResult refused = delete(DefinitionKind.GROUP, "4");
        assertThat(refused.code()).isEqualTo(ResultCode.CONFLICT);
        assertThat(refused.detail()).contains("[s]");
        assertRestorable();

        engine.settle(now);
        assertThat(delete(DefinitionKind.GROUP, "4").isOk()).isTrue();
        assertRestorable();
    }

    @Test
    void shouldKeepAGroupUntilASegmentDeletedIsSweptOut() {
        customers(MANY);
        put(DefinitionKind.GROUP, "4", "{\"code\":\"fourth\"}");
        put(DefinitionKind.SEGMENT, "s", FOURTH.replace("eq", "ne"));
        engine.settle(now);
        assertThat(delete(DefinitionKind.SEGMENT, "s").isOk()).isTrue();
        engine.slice(now);
        assertThat(engine.isSettled()).isFalse();

        assertThat(delete(DefinitionKind.GROUP, "4").code()).isEqualTo(ResultCode.CONFLICT);
        assertRestorable();

        engine.settle(now);
        assertThat(delete(DefinitionKind.GROUP, "4").isOk()).isTrue();
    }

    @Test
    void shouldKeepAGroupWhileTheVersionBeforeNamesItForWhoIsNotReached() {
        customers(MANY);
        put(DefinitionKind.GROUP, "4", "{\"code\":\"fourth\"}");
        put(DefinitionKind.SEGMENT, "s", FOURTH.replace("eq", "ne"));
        engine.settle(now);
        put(DefinitionKind.SEGMENT, "s", NOBODY);
        for (int i = 0; i < 100 && engine.view().segment("s").count() > 0; i++) {
            engine.slice(now);
        }
        assertThat(engine.isSettled()).isFalse();

        assertThat(delete(DefinitionKind.GROUP, "4").code()).isEqualTo(ResultCode.CONFLICT);
        assertRestorable();

        engine.settle(now);
        assertThat(delete(DefinitionKind.GROUP, "4").isOk()).isTrue();
    }

    @Test
    void shouldKeepTheTypeOfAnAttributeWhileAnOldVersionOfASegmentUsesIt() {
        put(DefinitionKind.ATTRIBUTE, "x", "{\"type\":\"STRING\"}");
        put(DefinitionKind.SEGMENT, "s", "{\"condition\":{\"attr\":\"x\",\"op\":\"contains\",\"v\":\"a\"}}");
        engine.settle(now);
        put(DefinitionKind.SEGMENT, "s", EVERYONE);

        final CommandResult refused = apply(
            new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "x", -1, "{\"type\":\"INT\"}"));
        assertThat(refused.code()).isEqualTo(ResultCode.CONFLICT);
        assertThat(refused.detail()).contains("[s]");

        engine.settle(now);
        put(DefinitionKind.ATTRIBUTE, "x", "{\"type\":\"INT\"}");
        assertThat(apply(new Command.SubjectUpsert("c", SubjectKind.CUSTOMER, null, null,
            List.of(new NamedValue("x", Value.of(0x7FFFFFFFFFL))), null, null)).isOk()).isTrue();
    }

    // ---- deleted groups ----------------------------------------------------------------------------------------

    @Test
    void shouldShowADeletedGroupNowhereWhileItIsBeingEmptied() {
        fourthGroup();
        assertThat(delete(DefinitionKind.GROUP, "4").isOk()).isTrue();
        engine.slice(now);
        assertThat(engine.isSettled()).isFalse();
        final String last = "c" + (MANY - 1);

        assertThat(engine.group(last)).isEqualTo(1);
        assertThat(engine.view().subject(last).group()).isEqualTo(1);
        assertThat(engine.view().groupCount(4)).isZero();
        assertThat(engine.view().groupCount(1)).isEqualTo(MANY);
        assertThat(engine.view().groupMembers(1).count()).isEqualTo(MANY);
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            assertThat(restored.group(last)).isEqualTo(1);
            assertThat(restored.view().groupCount(1)).isEqualTo(MANY);
        }
    }

    @Test
    void shouldNotGiveAGroupsIdAgainWhileItIsBeingEmptied() {
        fourthGroup();
        delete(DefinitionKind.GROUP, "4");

        assertThat(put(DefinitionKind.GROUP, "", "{\"code\":\"another\"}").value()).isEqualTo(5);
        engine.settle(now);
        delete(DefinitionKind.GROUP, "5");
        assertThat(put(DefinitionKind.GROUP, "", "{\"code\":\"after\"}").value()).isEqualTo(4);
    }

    @Test
    void shouldMoveEveryoneToTheDefaultThatAGroupsDeletionFound() {
        fourthGroup();
        final long deletedAt = now;
        delete(DefinitionKind.GROUP, "4");
        engine.slice(now);
        now += HOUR;
        website(2);
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            restored.settle(now);
            assertThat(restored.view().groupCount(1)).isEqualTo(MANY);
        }
        assertThat(engine.group("c" + (MANY - 1))).isEqualTo(1);
        engine.settle(now);

        assertThat(engine.view().groupCount(1)).isEqualTo(MANY);
        assertThat(changes()).filteredOn(change -> change.cause() == Cause.GROUP_DELETED && change.isEnter())
            .hasSize(MANY).allMatch(change -> change.group() == 1 && change.effectiveAt() == deletedAt);
    }

    @Test
    void shouldFollowADeletedGroupIntoAnotherThatIsDeletedMeanwhile() {
        fourthGroup();
        delete(DefinitionKind.GROUP, "4");
        website(2);
        assertThat(delete(DefinitionKind.GROUP, "1").isOk()).isTrue();

        assertThat(engine.group("c" + (MANY - 1))).isEqualTo(2);
        assertThat(engine.view().groupCount(2)).isEqualTo(MANY);
        assertRestorable();
        engine.settle(now);
        assertThat(engine.group("c" + (MANY - 1))).isEqualTo(2);
        assertThat(engine.view().groupCount(2)).isEqualTo(MANY);
    }

    // ---- segments that go --------------------------------------------------------------------------------------

    @Test
    void shouldShowNoMemberOnceASegmentIsPausedOrDeleted() {
        customers(MANY);
        put(DefinitionKind.SEGMENT, "p", EVERYONE);
        put(DefinitionKind.SEGMENT, "d", EVERYONE);
        engine.settle(now);
        final int deletedId = engine.view().segment("d").id();
        final long before = engine.view().changesNext();
        assertThat(engine.lookup("c0")).hasSize(2);

        final long job = put(DefinitionKind.SEGMENT, "p", EVERYONE.replaceFirst("\\{", PAUSED)).job();
        final long deleteJob = delete(DefinitionKind.SEGMENT, "d").job();

        assertThat(engine.lookup("c0")).isEmpty();
        assertThat(engine.view().segment("p").count()).isZero();
        assertThat(engine.view().members("p").count()).isZero();
        assertThat(engine.view().explain("c0", "p").isMember()).isFalse();
        assertThat(engine.view().isJobDone(job)).isFalse();
        engine.slice(now);
        assertRestorable();
        engine.settle(now);
        assertThat(engine.isDone(job) && engine.isDone(deleteJob)).isTrue();
        assertThat(engine.view().isJobDone(job)).isTrue();
        final List<EngineView.Change> told = changes().subList((int)before, (int)engine.view().changesNext());
        assertThat(told).hasSize(2 * MANY).allMatch(change -> !change.isEnter() && change.effectiveAt() == now);
        assertThat(told).filteredOn(change -> change.segmentId() == deletedId).hasSize(MANY)
            .allMatch(change -> "d".equals(change.segment()) && change.group() == -1);
        assertRestorable();
    }

    @Test
    void shouldTellWhatHappenedBeforeASegmentWasDeleted() {
        customers(3);
        put(DefinitionKind.SEGMENT, "old",
            "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"olderThan\",\"v\":\"PT1H\"}}");
        engine.settle(now);
        final long before = engine.view().changesNext();
        now += 2 * HOUR;

        delete(DefinitionKind.SEGMENT, "old");
        assertThat(engine.lookup("c0")).isEmpty();
        engine.settle(now);

        final List<EngineView.Change> told = changes().subList((int)before, (int)engine.view().changesNext());
        assertThat(told).hasSize(6).allMatch(change -> "old".equals(change.segment()));
        assertThat(told).filteredOn(EngineView.Change::isEnter).hasSize(3)
            .allMatch(change -> change.effectiveAt() > START && change.effectiveAt() < now);
        assertThat(told).filteredOn(change -> !change.isEnter()).hasSize(3)
            .allMatch(change -> change.effectiveAt() == now);
    }

    @Test
    void shouldNotLetAnybodyIntoASegmentThatIsOnItsWayOut() {
        customers(MANY);
        put(DefinitionKind.SEGMENT, "s", EVERYONE);
        engine.settle(now);
        delete(DefinitionKind.SEGMENT, "s");
        final long before = engine.view().changesNext();
        customer("new");

        assertThat(engine.lookup("new")).isEmpty();
        engine.settle(now);
        assertThat(changes().subList((int)before, (int)engine.view().changesNext()))
            .noneMatch(change -> change.segment() != null && change.isEnter()).hasSize(MANY + 1);
    }

    @Test
    void shouldGiveSlotsAgain() {
        customers(10);
        for (int i = 0; i < 200; i++) {
            put(DefinitionKind.SEGMENT, "s", i % 2 == 0 ? EVERYONE : NOBODY);
            engine.settle(now);
            assertThat(engine.lookup("c1")).hasSize(i % 2 == 0 ? 1 : 0);
        }
        final long columns = (long)engine.view().info().get("columnBytes");
        for (int i = 0; i < 200; i++) {
            put(DefinitionKind.SEGMENT, "s", i % 2 == 0 ? EVERYONE : NOBODY);
            engine.settle(now);
        }
        assertThat((long)engine.view().info().get("columnBytes")).isEqualTo(columns);
        assertRestorable();
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    @Test
    void shouldKnowItsPositionAfterARestore() {
        customers(3);
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            assertThat(restored.engine().position()).isEqualTo(engine.engine().position()).isPositive();
            assertThat(restored.view().position()).isEqualTo(engine.view().position());
        }
    }

    @Test
    void shouldRefuseASnapshotOfAnotherState() {
        customers(3);
        final List<byte[]> frames = engine.snapshot();
        final byte[] end = frames.get(frames.size() - 1);
        end[end.length - 1] ^= 1;
        try (Engine other = new Engine(new EngineOptions(1, io.tagma.engine.subject.StoreSizes.SMALL),
            EngineListener.NONE)) {
            final int[] next = {0};
            assertThatThrownBy(() -> other.restore(consumer -> {
                if (next[0] == frames.size()) {
                    return false;
                }
                final byte[] frame = frames.get(next[0]++);
                consumer.write(new UnsafeBuffer(frame), 0, frame.length);
                return true;
            })).isInstanceOf(IllegalStateException.class).hasMessageContaining("stateHash=")
                .hasMessageContaining(Long.toHexString(engine.engine().stateHash()));
        }
    }

    @Test
    void shouldAnswerARepeatWithCodeAndPointerAfterARestore() {
        final Command faulty = new Command.PutDefinition(DefinitionKind.SEGMENT, "s", -1,
            "{\"condition\":{\"any\":3}}");
        final CommandResult first = engine.send(1, 1, faulty, now);
        assertThat(first.isOk()).isFalse();
        assertThat(engine.send(1, 1, faulty, now)).isEqualTo(first);
        try (EngineHarness restored = EngineHarness.restore(engine)) {
            final CommandResult repeated = restored.send(1, 1, faulty, now);
            assertThat(repeated.code()).isEqualTo(first.code());
            assertThat(repeated.pointer()).isEqualTo(first.pointer()).isNotEmpty();
            assertThat(repeated.detail()).contains("under a new sequence");
            assertThat(restored.engine().stateHash()).isEqualTo(engine.engine().stateHash());
        }
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    /** It can be restored, and goes on like the one that was not. */
    private void assertRestorable() {
        try (EngineHarness restored = EngineHarness.restore(engine);
             EngineHarness again = EngineHarness.restore(restored)) {
            restored.settle(now);
            again.settle(now);
            assertThat(again.engine().stateHash()).isEqualTo(restored.engine().stateHash());
        }
    }

    private void fourthGroup() {
        put(DefinitionKind.GROUP, "4", "{\"code\":\"fourth\"}");
        customers(MANY);
        for (int i = 0; i < MANY; i++) {
            assertThat(apply(new Command.GroupAssign("c" + i, 4, null)).isOk()).isTrue();
        }
    }

    private void website(final int defaultGroup) {
        put(DefinitionKind.WEBSITE, "base", "{\"id\":1,\"zone\":\"UTC\",\"currency\":\"EUR\",\"defaultGroupId\":"
            + defaultGroup + "}");
    }

    private void customers(final int count) {
        for (int i = 0; i < count; i++) {
            customer("c" + i);
        }
    }

    private void customer(final String key) {
        assertThat(apply(new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, null, null,
            List.of(new NamedValue("createdAt", Value.of(START))), null, null)).isOk()).isTrue();
    }

    private CommandResult put(final DefinitionKind kind, final String key, final String json) {
        final CommandResult result = apply(new Command.PutDefinition(kind, key, -1, json));
        assertThat(result.isOk()).as("%s", result).isTrue();
        return result;
    }

    private CommandResult delete(final DefinitionKind kind, final String key) {
        return apply(new Command.DeleteDefinition(kind, key, -1, false));
    }

    private CommandResult apply(final Command command) {
        return engine.apply(command, now);
    }

    private List<EngineView.Change> changes() {
        final EngineView view = engine.view();
        final List<EngineView.Change> all = new ArrayList<>();
        while (all.size() < view.changesNext()) {
            all.addAll(view.changes(all.size(), 10_000));
        }
        return all;
    }
}
