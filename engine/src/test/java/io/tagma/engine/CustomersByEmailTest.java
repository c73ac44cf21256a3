package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.EngineView.CustomersByEmail;
import io.tagma.engine.condition.CaseFolding;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CustomersByEmailTest {
    private static final long NOW = 1_790_000_000_000L;

    private final EngineHarness engine = EngineHarness.begin(NOW);

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldFindCustomersByWebsiteAndFoldedEmail() {
        website("eu");
        customer("1", "base", "Ada@Mail.example");
        customer("2", "eu", "ADA@mail.example ");
        customer("3", "base", "Zoë@straße.example");
        customer("4", "base", null);

        final CustomersByEmail found = gathered();

        assertThat(found.find("base", "ada@mail.example")).containsExactly("1");
        assertThat(found.find("eu", "ada@mail.example")).containsExactly("2");
        assertThat(found.find("base", CaseFolding.fold("ZOË@STRASSE.example"))).containsExactly("3");
        assertThat(found.find("base", "nobody@mail.example")).isEmpty();
        assertThat(found.find("mars", "ada@mail.example")).isEmpty();
        assertThat(found.size()).isEqualTo(3);
    }

    @Test
    void shouldFindAllWhereSeveralHaveTheEmail() {
        customer("1", "base", "a@b.c");
        customer("2", "base", "A@b.c");

        assertThat(gathered().find("base", "a@b.c")).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void shouldNotFindVisitors() {
        ok(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "email", -1,
            "{\"type\":\"STRING\",\"pii\":true,\"visitorAllowed\":true}"));
        ok(new Command.SubjectUpsert("v", SubjectKind.VISITOR, null, null, email("a@b.c"), null, null));

        assertThat(gathered().find("base", "a@b.c")).isEmpty();
    }

    @Test
    void shouldNotFindWhatIsNoLongerSo() {
        website("eu");
        customer("1", "base", "a@b.c");
        customer("2", "base", "b@b.c");
        customer("3", "base", "c@b.c");
        final CustomersByEmail found = gathered();

        customer("1", "base", "other@b.c");
        customer("2", "eu", "b@b.c");
        ok(new Command.SubjectDelete("3", null));
        customer("new", "base", "new@b.c");

        assertThat(found.find("base", "a@b.c")).isEmpty();
        assertThat(found.find("base", "b@b.c")).isEmpty();
        assertThat(found.find("base", "c@b.c")).isEmpty();
        assertThat(found.find("base", "new@b.c")).isEmpty();
    }

    @Test
    void shouldFindWhatIsAddedSince() {
        customer("1", "base", "a@b.c");
        final CustomersByEmail found = gathered();
        customer("1", "base", "A2@b.c");
        customer("2", "base", "b@b.c");

        for (final String key : List.of("1", "2", "2", "unknown")) {
            found.add(key);
        }

        assertThat(found.find("base", "a@b.c")).isEmpty();
        assertThat(found.find("base", "a2@b.c")).containsExactly("1");
        assertThat(found.find("base", "b@b.c")).containsExactly("2");
    }

    @Test
    void shouldLetUpdatesPassWhileItGathers() {
        for (int i = 0; i < 6_000; i++) {
            customer("c" + i, "base", "c" + i + "@b.c");
        }
        final Query<CustomersByEmail> query = engine.view().customersByEmail();
        int steps = 0;
        CustomersByEmail found = null;
        while (found == null) {
            found = query.step(engine.view());
            customer("later" + steps, "base", "later" + steps + "@b.c");
            steps++;
        }

        assertThat(steps).isBetween(3, 4);
        for (int i = 0; i < 6_000; i++) {
            assertThat(found.find("base", "c" + i + "@b.c")).containsExactly("c" + i);
        }
    }

    @Test
    void shouldNotGatherWhereTheEmailIsNoText() {
        ok(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "email", -1, "{\"type\":\"ENUM\"}"));

        assertThat(engine.view().customersByEmail()).isNull();
    }

    @Test
    void shouldTellAProfileWithoutRecords() {
        customer("1", "base", "a@b.c");
        ok(new Command.OrderUpsert("1", "o", NOW, List.of(), List.of(), null));

        assertThat(engine.view().profile("1").attributes())
            .containsExactly(new NamedValue("email", Value.of("a@b.c")));
        assertThat(engine.view().profile("1").entries()).isEmpty();
        assertThat(engine.view().profile("2")).isNull();
    }

    private CustomersByEmail gathered() {
        final Query<CustomersByEmail> query = engine.view().customersByEmail();
        CustomersByEmail found = null;
        while (found == null) {
            found = query.step(engine.view());
        }
        return found;
    }

    private void website(final String code) {
        ok(new Command.PutDefinition(DefinitionKind.WEBSITE, code, -1, "{}"));
    }

    private void customer(final String key, final String website, final String email) {
        ok(new Command.SubjectUpsert(key, null, website, null, email == null ? List.of() : email(email), null, null));
    }

    private static List<NamedValue> email(final String email) {
        return List.of(new NamedValue("email", Value.of(email)));
    }

    private void ok(final Command command) {
        assertThat(engine.apply(command, NOW).isOk()).isTrue();
    }
}
