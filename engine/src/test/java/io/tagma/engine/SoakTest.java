package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Cause;
import org.junit.jupiter.api.Test;

/** A soak of a few seconds in a small shop, so that the long one ({@code engine/soak}) does not rot. */
class SoakTest {
    private static final Soak.Settings SMALL = new Soak.Settings(5, 2, 60, 1, 60, 30);
    private static final int BATCHES = 200;

    @Test
    void shouldBeAsTheOracleSaysAfterTrafficAtFullRate() {
        try (Soak soak = new Soak(SMALL)) {
            soak.run(BATCHES / 2);
            soak.compare();
            soak.run(BATCHES / 2);
            soak.compare();
            System.out.println("soak: " + soak.report());

            assertThat(soak.compared()).isEqualTo(3);
            assertThat(soak.commands()).isGreaterThan(BATCHES * 50L);
            assertThat(soak.lookups()).isGreaterThan(10_000);
            assertThat(soak.snapshots()).isEqualTo(3);
            assertThat(soak.twins()).isGreaterThanOrEqualTo(2);
            assertThat(soak.causes()).containsKeys(Cause.EVENT, Cause.TIME, Cause.DEFINITION, Cause.PRODUCT,
                Cause.ASSIGN, Cause.MERGE, Cause.CONSENT, Cause.ERASE);
            assertThat(soak.accepted()).containsKeys("Login", "Logout", "PutDefinition SEGMENT", "SubjectDelete",
                "OrderUpsert", "CartPut", "View", "CustomEvent", "ProductUpsert");
        }
    }
}
