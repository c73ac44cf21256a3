package io.tagma.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.engine.protocol.Command;
import io.tagma.loadtest.load.OpenLoop;
import io.tagma.loadtest.load.Traffic;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** The demo, from an empty directory to live traffic. Its thread is the caller's. */
final class Demo {
    private static final String EXPLAINED = "ordered-this-week";
    private static final int WARM_UP_LOOKUPS = 2_000;
    private static final int LOOKUPS_IN_FLIGHT_MAX = 20_000;
    private static final int ORDERS_IN_FLIGHT_MAX = ShopLoader.COMMANDS_IN_FLIGHT_MAX;
    /** The header with the admin address comes again before it leaves a screen of 24 lines. */
    private static final int LINES_A_HEADER = 15;
    private static final long SECOND_NS = 1_000_000_000;
    private static final int SCENE_SUBJECTS = 100;
    private static final long SEED = 20_261_026;

    private final DemoSettings settings;
    private final ShopNode.Starter starter;
    private final Screen screen;
    private final StopSignal stop;
    private final Map<Integer, String> segmentKeys = new LinkedHashMap<>();

    Demo(final DemoSettings settings, final ShopNode.Starter starter, final Screen screen, final StopSignal stop) {
        this.settings = settings;
        this.starter = starter;
        this.screen = screen;
        this.stop = stop;
    }

    /** Runs to its end, or throws {@link StoppedException}; either way everything is closed and deleted. */
    void run() throws IOException {
        final DemoShop shop = new DemoShop(settings.scale(), Instant.now());
        final Path directory = Files.createTempDirectory("tagma-demo-");
        try {
            final long startNs = System.nanoTime();
            screen.line("Starting one node in %s", directory);
            try (ShopNode node = starter.start(new NodeSettings(directory, settings.port(), settings.adminPort(),
                (int) shop.subjectCount("BOTH"), null));
                ShopLink link = node.connect()) {
                stop.check();
                final AdminPort admin = new AdminPort(node.adminPort());
                screen.line("Serving after %s: binary 127.0.0.1:%d, admin %s", since(startNs), node.binaryPort(),
                    admin.address());
                load(shop, link);
                defineSegments(shop, link, admin);
                showLookups(link);
                showExplanation(admin);
                showScene();
                runTraffic(shop, link, admin);
            } finally {
                if (stop.isStopped()) {
                    screen.line("%nStopping.");
                }
            }
        } finally {
            delete(directory);
        }
    }

    private void load(final DemoShop shop, final ShopLink link) {
        final ShopTally tally = shop.tally();
        screen.line("%nTPC-H at scale %s and what it lacks: %,d products, %,d customers, %,d orders,", settings.scale(),
            tally.products(), tally.customers(), tally.orders());
        screen.line("%,d visitors, %,d carts, %,d views, %,d wishes, %,d mail clicks and log-ins, %,d consents",
            tally.visitors(), tally.carts(), tally.views(), tally.wishes(), tally.events(), tally.consents());
        final long startNs = System.nanoTime();
        screen.progress("Loading", tally.total(), progress -> {
            new ShopLoader(link, stop, done -> { }).load(TpchShop.definitions());
            final ShopLoader loader = new ShopLoader(link, stop, progress);
            shop.parts().forEach(loader::load);
        });
        final long ns = System.nanoTime() - startNs;
        screen.line("%,d commands durable and visible in %s: %,d a second", tally.total(), Screen.duration(ns),
            tally.total() * SECOND_NS / ns);
    }

    private void defineSegments(final DemoShop shop, final ShopLink link, final AdminPort admin) throws IOException {
        screen.line("%n%-26s %-10s %9s %8s %10s", "segment", "of", "members", "share", "built in");
        for (final DemoSegment segment : SampleSegments.all()) {
            final long startNs = System.nanoTime();
            stop.check();
            final AdminPort.Defined defined = admin.define(segment.key(), segment.definition());
            defined(segment, defined.id(), since(startNs), defined.count(), shop);
        }
        for (final DemoSegment segment : DemoSegments.all()) {
            final long startNs = System.nanoTime();
            final ShopLink.Applied defined =
                stop.await(link.defineSegment(segment.key(), segment.definition()));
            if (defined.refusal() != null) {
                throw new IllegalStateException("the server refused a segment: segment=" + segment.key() + ", "
                    + defined.refusal());
            }
            defined(segment, (int) defined.value(), since(startNs), admin.count(segment.key()), shop);
        }
        screen.line("%d segments: the first %d over HTTP, the others by the client", segmentKeys.size(),
            SampleSegments.all().size());
    }

    private void defined(final DemoSegment segment, final int id, final String builtIn, final long count,
                         final DemoShop shop) {
        segmentKeys.put(id, segment.key());
        screen.line("%-26s %-10s %,9d %7.2f%% %10s", segment.key(), segment.applyTo().toLowerCase(Locale.ROOT), count,
            100.0 * count / shop.subjectCount(segment.applyTo()), builtIn);
    }

    private void showLookups(final ShopLink link) {
        for (int i = 0; i < WARM_UP_LOOKUPS; i++) {
            stop.await(link.lookup(Integer.toString(1 + i % 1_000)));
        }
        screen.line("%nThree look-ups, each a round trip over TCP");
        for (final String key : List.of("1", Storefront.visitorKey(1), "v:guest")) {
            final long startNs = System.nanoTime();
            final ShopLink.Found found = stop.await(link.lookup(key));
            final String took = since(startNs);
            final String segments = Arrays.stream(found.segments())
                .mapToObj(id -> segmentKeys.getOrDefault(id, Integer.toString(id))).collect(Collectors.joining(" "));
            screen.line("  %-18s %8s  group %d  %s%s", key, took, found.group(),
                found.isKnown() ? "" : "unknown, as anybody new: ", segments.isEmpty() ? "no segment" : segments);
        }
    }

    private void showExplanation(final AdminPort admin) throws IOException {
        final List<String> members = admin.members(EXPLAINED, 1);
        if (members.isEmpty()) {
            throw new IllegalStateException("a segment lost its members: segment=" + EXPLAINED);
        }
        final JsonNode why = admin.explain(members.get(0), EXPLAINED);
        screen.line("%nWhy is customer %s %s %s?", members.get(0), why.path("member").asBoolean() ? "in" : "not in",
            EXPLAINED);
        explain(why.path("tree"), "  ");
        if (why.path("nextFlip").isNumber()) {
            final long flip = why.path("nextFlip").asLong();
            screen.line("  next flip by time alone: %s (in %s)", Instant.ofEpochMilli(flip),
                Screen.ahead(flip - why.path("asOf").asLong()));
        }
    }

    private void explain(final JsonNode node, final String indent) {
        screen.line("%s%s %s", indent, node.path("verdict").asBoolean() ? "yes" : "no ",
            node.path("sentence").asText());
        for (final JsonNode child : node.path("children")) {
            explain(child, indent + "  ");
        }
    }

    /** On a node of its own: the clock of this one is nobody's to move. */
    private void showScene() throws IOException {
        final Instant begin = Scene.begin(Instant.now());
        try (ShopNode node =
            starter.start(new NodeSettings(null, 0, 0, SCENE_SUBJECTS, begin.toEpochMilli()))) {
            new Scene(new AdminPort(node.adminPort()), screen, stop, begin).play();
        }
    }

    private void runTraffic(final DemoShop demoShop, final ShopLink link, final AdminPort admin) throws IOException {
        final TpchShop shop = demoShop.tpch();
        final SplittableRandom random = new SplittableRandom(SEED);
        final LiveOrders orders = new LiveOrders(shop.customerCount(), shop.productCount(), "live-", SEED);
        final OpenLoop lookups = new OpenLoop(settings.lookups(), LOOKUPS_IN_FLIGHT_MAX,
            () -> link.lookup(Long.toString(1 + random.nextLong(shop.customerCount()))));
        final OpenLoop updates = new OpenLoop(settings.orders(), ORDERS_IN_FLIGHT_MAX,
            () -> applied(link, orders.next()));
        final LiveViews viewed = new LiveViews(demoShop, SEED);
        final OpenLoop views = new OpenLoop(settings.views(), ORDERS_IN_FLIGHT_MAX,
            () -> applied(link, viewed.next()));
        screen.line("%nLive traffic: %,d look-ups, %,d orders and %,d views a second %s", settings.lookups(),
            settings.orders(), settings.views(),
            settings.traffic() == null ? "until Ctrl-C" : "for " + settings.traffic().toSeconds() + " s");
        try (ChangeCounter changes = ChangeCounter.start(admin);
            Traffic traffic = new Traffic(List.of(lookups, updates, views))) {
            traffic.start();
            report(lookups, updates, views, changes, admin);
        }
    }

    private static CompletableFuture<?> applied(final ShopLink link, final Command command) {
        return link.update(command).thenAccept(applied -> {
            if (applied.refusal() != null) {
                throw new IllegalStateException(applied.refusal());
            }
        });
    }

    private void report(final OpenLoop lookups, final OpenLoop updates, final OpenLoop views,
                        final ChangeCounter changes, final AdminPort admin) {
        final long startNs = System.nanoTime();
        final long seconds = settings.traffic() == null ? Long.MAX_VALUE : settings.traffic().toSeconds();
        long lastNs = startNs;
        long byEvent = 0;
        long byTime = 0;
        for (long second = 1; second <= seconds; second++) {
            if ((second - 1) % LINES_A_HEADER == 0) {
                screen.line("%nadmin %s   latency from the intended send", admin.address());
                screen.line("%6s %8s %8s %8s %8s | %8s %8s %8s %8s | %6s | %8s %8s", "second", "look-ups", "p50",
                    "p99", "p99.9", "orders", "p50", "p99", "p99.9", "views", "by event", "by time");
            }
            if (stop.await(Math.max(1, (startNs + second * SECOND_NS - System.nanoTime()) / 1_000_000))) {
                throw new StoppedException();
            }
            final long nowNs = System.nanoTime();
            final long events = changes.byEvent();
            final long times = changes.byTime();
            screen.line("%6d %s | %s | %,6d | %,8d %,8d%s", second, measured(lookups.latencies(), nowNs - lastNs),
                measured(updates.latencies(), nowNs - lastNs),
                views.latencies().getTotalCount() * SECOND_NS / (nowNs - lastNs), events - byEvent, times - byTime,
                faults(List.of(lookups, updates, views), changes));
            lastNs = nowNs;
            byEvent = events;
            byTime = times;
        }
    }

    private static String measured(final Histogram latencies, final long ns) {
        return String.format(Locale.ROOT, "%,8d %8s %8s %8s", latencies.getTotalCount() * SECOND_NS / ns,
            Screen.duration(latencies.getValueAtPercentile(50)), Screen.duration(latencies.getValueAtPercentile(99)),
            Screen.duration(latencies.getValueAtPercentile(99.9)));
    }

    private static String faults(final List<OpenLoop> loops, final ChangeCounter changes) {
        final long failed = loops.stream().mapToLong(OpenLoop::failures).sum();
        return (failed == 0 ? "" : "  failed so far: " + failed)
            + (changes.isBroken() ? "  the change stream broke off" : "");
    }

    private static String since(final long startNs) {
        return Screen.duration(System.nanoTime() - startNs);
    }

    private static void delete(final Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path visited, final IOException failure)
                throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
