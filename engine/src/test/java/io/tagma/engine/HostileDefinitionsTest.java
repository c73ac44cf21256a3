package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.measure.Calendar;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostileDefinitionsTest {
    private static final long NOW = 1_792_972_800_000L;
    /** About 1,800 instructions are active at each of 4,000 characters. */
    private static final String LONG = "ab".repeat(2_000);
    private static final String SLOW = ".*".repeat(900) + "z";

    @Test
    void shouldLetOthersInBetweenWhenAPatternIsSlowOnAttributes() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            for (int i = 0; i < 6; i++) {
                assertThat(engine.apply(new Command.SubjectUpsert("c" + i, null, "", null,
                    List.of(new NamedValue("lastname", Value.of(LONG))), null, ""), NOW).isOk()).isTrue();
            }
            final long before = engine.engine().counters().slices();
            final CommandResult result =
                define(engine, "{\"attr\":\"lastname\",\"op\":\"matches\",\"v\":\"" + SLOW + "\"}");

            engine.settle(NOW);

            assertThat(engine.isDone(result.job())).isTrue();
            assertThat(engine.engine().counters().slices() - before).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void shouldLetOthersInBetweenWhenAPatternIsSlowOnRecords() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            for (int i = 0; i < 6; i++) {
                assertThat(engine.apply(new Command.OrderUpsert("c" + i, "1", NOW,
                    List.of(new NamedValue("coupon", Value.of(LONG))), List.of(), ""), NOW).isOk()).isTrue();
            }
            final long before = engine.engine().counters().slices();
            final CommandResult result = define(engine, "{\"exists\":{\"source\":\"order\",\"where\":[{\"none\":["
                + "{\"f\":\"coupon\",\"op\":\"matches\",\"v\":\"" + SLOW + "\"}]}]}}");

            engine.settle(NOW);

            assertThat(engine.isDone(result.job())).isTrue();
            assertThat(engine.engine().counters().slices() - before).isGreaterThanOrEqualTo(6);
            assertThat(engine.lookup("c3")).hasSize(1);
        }
    }

    @Test
    void shouldLetOthersInBetweenWhenAPatternIsSlowOnRecordsThatLeaveAWindow() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            define(engine, "{\"exists\":{\"source\":\"order\",\"window\":{\"last\":\"PT1H\"},\"where\":[{\"none\":["
                + "{\"f\":\"coupon\",\"op\":\"matches\",\"v\":\"" + SLOW + "\"}]}]}}");
            engine.settle(NOW);
            for (int i = 0; i < 6; i++) {
                assertThat(engine.apply(new Command.OrderUpsert("c" + i, "1", NOW,
                    List.of(new NamedValue("coupon", Value.of(LONG))), List.of(), ""), NOW).isOk()).isTrue();
            }
            assertThat(engine.lookup("c5")).hasSize(1);
            final long before = engine.engine().counters().slices();

            engine.settle(NOW + 3_600_000);

            assertThat(engine.engine().counters().slices() - before).isGreaterThanOrEqualTo(6);
            assertThat(engine.lookup("c5")).isEmpty();
        }
    }

    @Test
    void shouldRefuseAClockBeyondTheCalendarWhenAskedToGoThere() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            final CommandResult real = engine.apply(new Command.ClockAdvance(NOW), NOW);

            assertThat(real.code()).isEqualTo(ResultCode.CONFLICT);
        }
        try (EngineHarness engine = EngineHarness.beginManual(NOW)) {
            final CommandResult result = engine.apply(new Command.ClockAdvance(Long.MAX_VALUE), NOW);

            assertThat(result.code()).isEqualTo(ResultCode.INVALID);
            assertThat(result.pointer()).isEqualTo("/now");
            assertThat(engine.apply(new Command.ClockAdvance(-1), NOW).code()).isEqualTo(ResultCode.INVALID);
            assertThat(engine.apply(new Command.ClockAdvance(Calendar.END), NOW).code())
                .isEqualTo(ResultCode.INVALID);
            assertThat(engine.apply(new Command.ClockAdvance(Limits.CLOCK_MAX_MS), NOW).isOk()).isTrue();
            engine.settle(NOW);
        }
    }

    @Test
    void shouldRefuseToBeginOutsideTheCalendar() {
        for (final long outside : new long[] {-1, Long.MIN_VALUE, Calendar.END, Long.MAX_VALUE}) {
            try (EngineHarness engine = EngineHarness.beginManual(outside)) {
                assertThat(engine.view().isBegun()).isFalse();
            }
        }
        try (EngineHarness engine = EngineHarness.beginManual(0)) {
            assertThat(engine.view().isBegun()).isTrue();
        }
    }

    private static CommandResult define(final EngineHarness engine, final String condition) {
        final CommandResult result = engine.apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "s", -1,
            "{\"condition\":" + condition + "}"), NOW);
        assertThat(result.isOk()).as(result.detail()).isTrue();
        return result;
    }
}
