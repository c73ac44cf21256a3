package io.tagma.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * A visitor's morning as a story: what the shop sends to a fresh node whose clock is moved by hand, and every change
 * that the node's own stream tells of it. Nothing is said here that the node did not answer. One thread.
 */
final class Scene {
    private static final int BEGINS_AT_HOUR = 9;
    private static final String VISITOR = "v:8f1c";
    private static final String OTHER = "v:77aa";
    private static final String ADA = "42";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT);
    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern("d MMM HH:mm:ss.SSS", Locale.ROOT);

    private final AdminPort admin;
    private final Screen screen;
    private final StopSignal stop;
    private Instant now;
    private long seen;

    /** Plays from {@code begin} on, which is where the node's clock stands. */
    Scene(final AdminPort admin, final Screen screen, final StopSignal stop, final Instant begin) {
        this.admin = admin;
        this.screen = screen;
        this.stop = stop;
        this.now = begin;
    }

    /** Nine o'clock of that day. */
    static Instant begin(final Instant day) {
        return day.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(BEGINS_AT_HOUR));
    }

    /** Plays it all. */
    void play() throws IOException {
        screen.line("%nA visitor's morning, on a second node in memory whose clock is moved by hand");
        prepare();
        happens("%s looks at three pairs of running shoes".formatted(VISITOR), """
            {"op":"view","key":"v:8f1c","product":"run-1"}
            {"op":"view","key":"v:8f1c","product":"run-2"}
            {"op":"view","key":"v:8f1c","product":"run-3"}""");
        passes(Duration.ofMinutes(10));
        happens("It puts two pairs into its cart, 149.80; %s a watch, 120.00".formatted(OTHER), """
            {"op":"cart.put","key":"v:8f1c","cart":{"subtotal":"149.80","grandTotal":"149.80",\
            "items":[{"product":"run-1","qty":2,"rowTotal":"149.80"}]}}
            {"op":"cart.put","key":"v:77aa","cart":{"subtotal":"120.00","grandTotal":"120.00",\
            "items":[{"product":"watch","qty":1,"rowTotal":"120.00"}]}}""");
        passes(Duration.ofMinutes(140));
        tells("Both went for lunch. Nothing was sent, but two hours after the carts:");
        happens("%s logs in: it is Ada, customer %s, who ordered once, long ago".formatted(VISITOR, ADA), """
            {"op":"identity.login","visitor":"v:8f1c","customer":"42"}""");
        where(VISITOR);
        passes(Duration.ofMinutes(4));
        happens("Ada buys. The shop sends the order at once, dated two minutes ahead, when the money is there", """
            {"op":"order.upsert","key":"42","order":{"id":"1002","t":"%s","status":"processing",\
            "grandTotal":"149.80","items":[{"product":"run-1","qty":2,"rowTotal":"149.80"}]}}"""
            .formatted(now.plus(Duration.ofMinutes(2))));
        passes(Duration.ofMinutes(2));
        tells("The order counts from its own time on; again nothing was sent:");
        happens("The shop empties her cart", """
            {"op":"cart.clear","key":"42"}""");
        where(ADA);
        passes(Duration.ofDays(30));
        tells("Thirty days later %s, who never came back, is forgotten:".formatted(OTHER));
    }

    private void prepare() throws IOException {
        admin.ingest("""
            {"op":"product.upsert","product":"run-1","categories":["shoes","running"],"price":"74.90"}
            {"op":"product.upsert","product":"run-2","categories":["shoes","running"],"price":"89.90"}
            {"op":"product.upsert","product":"run-3","categories":["shoes","running"],"price":"99.90"}
            {"op":"product.upsert","product":"watch","categories":["sport"],"price":"120.00"}
            {"op":"subject.upsert","key":"42","attributes":{"email":"ada@mail.example","firstname":"Ada",\
            "createdAt":"%s"}}
            {"op":"order.upsert","key":"42","order":{"id":"1001","t":"%s","status":"complete","grandTotal":"49.00"}}
            """.formatted(now.minus(Duration.ofDays(400)), now.minus(Duration.ofDays(100))));
        for (final DemoSegment segment : SampleSegments.all()) {
            stop.check();
            admin.define(segment.key(), segment.definition());
        }
        seen = admin.changesNext();
    }

    private void happens(final String sentence, final String lines) throws IOException {
        stop.check();
        admin.ingest(lines + "\n");
        tells(sentence);
    }

    /** Time passes on the node; what it does is told by the next sentence. */
    private void passes(final Duration time) throws IOException {
        stop.check();
        now = now.plus(time);
        admin.moveClock(now);
    }

    /** The sentence, and the changes since the last one, each with the instant and the cause that the node says. */
    private void tells(final String sentence) throws IOException {
        screen.line("  %-12s  %s", TIME.format(now.atOffset(ZoneOffset.UTC)), sentence);
        final List<JsonNode> changes = admin.changesSince(seen);
        for (final JsonNode change : changes) {
            seen = change.get("seq").asLong() + 1;
            screen.line("                %-19s %-6s %s %-22s by %s",
                INSTANT.format(Instant.ofEpochMilli(change.get("effectiveAt").asLong()).atOffset(ZoneOffset.UTC)),
                change.get("subject").asText(), change.get("change").asText().equals("ENTER") ? "enters" : "leaves",
                change.has("segment") ? change.get("segment").asText() : "group " + change.get("group").asInt(),
                change.get("cause").asText());
        }
        if (changes.isEmpty()) {
            screen.line("                no change");
        }
    }

    private void where(final String key) throws IOException {
        final List<String> segments = admin.segments(key);
        screen.line("                a look-up of %s now says: %s", key,
            segments.isEmpty() ? "no segment" : String.join(" ", segments));
    }
}
