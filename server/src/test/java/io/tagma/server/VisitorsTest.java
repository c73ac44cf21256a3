package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A visitor browses, fills a cart, logs in, and leaves, as a shop tells it over HTTP. */
class VisitorsTest {
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");

    @TempDir
    private Path data;
    private TagmaServer server;
    private AdminClient admin;

    @BeforeEach
    void start() {
        open();
        define("lookers", "{'exists':{'source':'view','where':[{'f':'product','op':'eq','v':'boot-1'}]}}");
        define("abandoned", "{'exists':{'source':'cart','where':[{'f':'grandTotal','op':'ge','v':100},"
            + "{'f':'t','op':'olderThan','v':'PT2H'}]}}");
        define("not-bought", "{'exists':{'source':'view','notIn':{'source':'orderItem','on':'product'}}}");
        ingest("{'op':'subject.upsert','key':'42'}");
        ingest("{'op':'view','key':'v:1','product':'boot-1'}");
        ingest("{'op':'cart.put','key':'v:1','cart':{'grandTotal':'120.00','items':[{'product':'boot-1','qty':2}]}}");
    }

    private void open() {
        server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, data, START.toEpochMilli(), 0, 10_000),
            failure -> {
                throw new AssertionError("the log has failed", failure);
            });
        admin = new AdminClient(server.adminPort());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldFollowAVisitorThroughLoginPurchaseAndLogout() {
        assertThat(segments("v:1")).containsExactlyInAnyOrder("lookers", "not-bought");
        clock("2026-11-02T10:00:00Z");
        assertThat(segments("v:1")).contains("abandoned");

        ingest("{'op':'identity.login','visitor':'v:1','customer':'42'}");

        assertThat(segments("42")).containsExactlyInAnyOrder("lookers", "not-bought", "abandoned");
        assertThat(segments("v:1")).isEqualTo(segments("42"));
        assertThat(admin.get("/v1/segments/lookers/count").json().get("count").intValue()).isEqualTo(1);
        final JsonNode held = admin.get("/v1/subjects/42").json();
        assertThat(held.get("aliases").get(0).textValue()).isEqualTo("v:1");
        assertThat(held.get("views")).hasSize(1);
        assertThat(held.get("carts").get(0).get("qty").intValue()).isEqualTo(2);

        ingest("{'op':'cart.clear','key':'v:1'}");
        ingest("{'op':'order.upsert','key':'v:1','order':{'id':'o1','items':[{'product':'boot-1','qty':2}]}}");
        assertThat(segments("42")).containsExactly("lookers");

        ingest("{'op':'identity.logout','visitor':'v:1'}");
        assertThat(segments("v:1")).isEmpty();
        assertThat(segments("42")).containsExactly("lookers");
    }

    @Test
    void shouldForgetAVisitorWhomNobodyNamedForThirtyDays() {
        clock("2026-12-02T07:59:59.999Z");
        assertThat(segments("v:1")).contains("lookers");

        clock("2026-12-02T08:00:00Z");

        assertThat(segments("v:1")).isEmpty();
        assertThat(admin.get("/v1/subjects/v:1").status()).isEqualTo(404);
    }

    @Test
    void shouldBeWhereItWasWhenStartedAgain() {
        ingest("{'op':'identity.login','visitor':'v:1','customer':'42'}");
        ingest("{'op':'consent.set','key':'42','purpose':'mail','granted':true}");
        final JsonNode before = admin.get("/v1/subjects/42").json();
        assertThat(admin.post("/v1/snapshot", "").status()).isLessThan(300);
        server.close();

        open();

        assertThat(admin.get("/v1/subjects/42").json()).isEqualTo(before);
        assertThat(before.get("consents").get("mail").booleanValue()).isTrue();
        assertThat(segments("v:1")).containsExactlyInAnyOrder("lookers", "not-bought");
    }

    private void define(final String key, final String condition) {
        admin.put("/v1/segments/" + key + "?wait=true", "{'condition':" + condition + "}").expect(201);
    }

    private void ingest(final String line) {
        admin.ingest(line);
    }

    private void clock(final String now) {
        admin.put("/v1/clock", "{'now':'" + now + "'}").expect(200);
    }

    private List<String> segments(final String key) {
        return admin.segmentsOf(key);
    }
}
