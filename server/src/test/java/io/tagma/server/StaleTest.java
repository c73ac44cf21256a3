package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.ClientSettings;
import io.tagma.client.LookupResult;
import io.tagma.client.TagmaClient;
import io.tagma.engine.log.InMemoryLog;
import io.tagma.server.net.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A server whose log stands still while the clock on the wall goes on, as one without a quorum or with a full disk. */
class StaleTest {
    private static final long START = 1_790_000_000_000L;
    private static final long FLIP = START + 10_000;

    private final AtomicLong logClock = new AtomicLong(START);
    private final AtomicLong wallClock = new AtomicLong(START);

    @Test
    void shouldSayThatAnAnswerIsStaleWhenTheLogStandsStill() {
        try (TagmaServer server = running(null); TagmaClient client = client(server)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            load(admin);

            wallClock.set(FLIP + 1_000);
            assertStale(admin, client, false);
            assertThat(lag(admin)).isEqualTo(11_000);
            wallClock.set(FLIP + 1_001);
            assertStale(admin, client, true);
            assertThat(client.lookup("leaves").join().asOf()).isEqualTo(START);
            assertThat(admin.segmentsOf("leaves")).containsExactly("recent");

            logClock.set(FLIP + 1_001);
            Await.until("the customer has left", () -> admin.segmentsOf("leaves").isEmpty());
            assertStale(admin, client, false);
            assertThat(lag(admin)).isZero();
        }
    }

    @Test
    void shouldJudgeByTheManualClockAloneWhereThereIsOne() {
        try (TagmaServer server = running(START); TagmaClient client = client(server)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            load(admin);

            wallClock.set(FLIP + Duration.ofDays(400).toMillis());
            assertStale(admin, client, false);
            assertThat(lag(admin)).isZero();
            admin.put("/v1/clock", "{'now':" + (FLIP - 1) + "}").expect(200);
            assertStale(admin, client, false);
            assertThat(admin.segmentsOf("leaves")).containsExactly("recent");
        }
    }

    private TagmaServer running(final Long manualClockMs) {
        final TagmaServer server = new TagmaServer(new ServerConfig("127.0.0.1", 0, 0, null, manualClockMs, 0, 1_000),
            engine -> new InMemoryLog(engine, logClock::get), wallClock::get);
        server.run();
        return server;
    }

    private static TagmaClient client(final TagmaServer server) {
        return TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port())
            .withTimeout(Duration.ofSeconds(30)));
    }

    private static void load(final AdminClient admin) {
        admin.define("recent", "{'condition':{'attr':'lastLoginAt','op':'withinLast','v':'PT1H'}}");
        admin.define("named", "{'condition':{'attr':'firstname','op':'isSet'}}");
        final long login = FLIP - Duration.ofHours(1).toMillis();
        admin.ingest("{'op':'subject.upsert','key':'leaves','attributes':{'lastLoginAt':" + login + "}}",
            "{'op':'subject.upsert','key':'stays','attributes':{'firstname':'Ada'}}");
    }

    private static void assertStale(final AdminClient admin, final TagmaClient client, final boolean isStale) {
        final List<String> keys = List.of("leaves", "stays", "nobody");
        final List<LookupResult> many = client.lookupMany(keys).join();
        for (int i = 0; i < keys.size(); i++) {
            final String key = keys.get(i);
            final boolean isExpected = isStale && key.equals("leaves");
            final JsonNode http = admin.get("/v1/subjects/" + key + "/segments").expect(200).json();
            assertThat(http.get("stale").booleanValue()).as(key).isEqualTo(isExpected);
            assertThat(many.get(i).isStale()).as(key).isEqualTo(isExpected);
            assertThat(client.lookup(key).join().isStale()).as(key).isEqualTo(isExpected);
        }
    }

    private static long lag(final AdminClient admin) {
        return admin.get("/metrics").expect(200).text().lines()
            .filter(line -> line.startsWith("tagma_clock_lag_ms "))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).findAny().orElseThrow();
    }
}
