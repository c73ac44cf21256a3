package io.tagma.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentParser;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Two readers of one grammar: the engine's parser and the oracle's own. */
final class ParsersTest {
    private static final int DEFINITIONS = 1_500;

    private int acceptedCount;
    private int refusedCount;

    @Test
    void shouldAgreeOnTreeAndRefusalWhenDefinitionsAreRandom() {
        agreeOn(new RandomShop(11, 60, false, new Coverage()));
    }

    @Test
    void shouldAgreeOnTreeAndRefusalWhenDefinitionsAreOfTheWholeDomain() {
        agreeOn(RandomShop.whole(12, 60));
    }

    private void agreeOn(final RandomShop random) {
        final NaiveShop shop = new NaiveShop();
        final long now = random.startMs();
        random.declarations().forEach(declaration -> shop.apply(declaration, now));
        for (int i = 0; i < DEFINITIONS; i++) {
            final Command definition = random.nextDefinition(now);
            if (definition instanceof Command.PutDefinition put) {
                define(shop, put, now);
            } else {
                shop.apply(definition, now);
            }
        }
        assertThat(acceptedCount).isGreaterThan(DEFINITIONS / 2);
        assertThat(refusedCount).isPositive();
    }

    @Test
    void shouldAgreeOnTreeAndRefusalWhenScenariosDefine() {
        final List<Scenario> scenarios = new ArrayList<>(DomainScenarios.all());
        scenarios.addAll(DomainScenarios.whole());
        for (final Scenario scenario : scenarios) {
            final NaiveShop shop = new NaiveShop();
            for (final Scenario.Step step : scenario.steps()) {
                if (step instanceof Scenario.Step.Define define) {
                    define(shop, (Command.PutDefinition)define.command(), define.at());
                } else if (step instanceof Scenario.Step.Apply apply) {
                    shop.apply(apply.command(), apply.at());
                }
            }
        }
        assertThat(acceptedCount).isGreaterThan(200);
        assertThat(refusedCount).isGreaterThanOrEqualTo(20);
    }

    /** Cycles and pauses are the shop's to see; what the parser refuses the shop must refuse, and trees are equal. */
    private void define(final NaiveShop shop, final Command.PutDefinition put, final long now) {
        SegmentDefinition parsed = null;
        SegmentDefinition naive = null;
        String refusal = "";
        try {
            parsed = SegmentParser.parse(put.key(), put.json(), shop.catalog());
            naive = NaiveParser.parse(put.key(), put.json(), shop.catalog());
        } catch (final Refusal refused) {
            refusal = refused.pointer() + " " + refused.getMessage();
        } catch (final IllegalArgumentException refused) {
            refusal = "only the naive parser: " + refused.getMessage();
        }
        final boolean isAccepted = shop.apply(put, now);
        if (parsed == null) {
            assertThat(isAccepted).as("%s refused: %s", put.json(), refusal).isFalse();
            refusedCount++;
        } else {
            assertThat(naive).as("%s refused: %s", put.json(), refusal).isNotNull();
            assertThat(meaning(parsed)).as(put.json()).isEqualTo(meaning(naive));
            acceptedCount++;
        }
    }

    private static List<Object> meaning(final SegmentDefinition definition) {
        return Arrays.asList(definition.status(), new TreeSet<>(definition.websites()), definition.websiteScope(),
            definition.applyTo(), definition.purpose(), definition.validFrom(), definition.validTo(),
            definition.cacheRelevant(), definition.confirmAll(), definition.condition());
    }
}
