package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SceneTest {
    private static final Instant BEGIN = Scene.begin(Instant.parse("2026-11-25T17:03:04Z"));

    @Test
    void shouldTellTheVisitorsMorningWhenPlayedOnARealNode() throws IOException {
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (ShopNode node = EmbeddedNode.start(new NodeSettings(null, 0, 0, 100, BEGIN.toEpochMilli()))) {
            new Scene(new AdminPort(node.adminPort()),
                new Screen(new PrintStream(written, true, StandardCharsets.UTF_8), false), new StopSignal(), BEGIN)
                .play();
        }
        assertThat(changes(written)).containsExactlyInAnyOrder(
            "25 Nov 09:00:00.000 v:8f1c enters group 0 by EVENT",
            "25 Nov 09:00:00.000 v:8f1c enters browse-abandon-running by EVENT",
            "25 Nov 09:10:00.000 v:8f1c enters shoes-no-socks by EVENT",
            "25 Nov 09:10:00.000 v:77aa enters group 0 by EVENT",
            "25 Nov 11:10:00.000 v:77aa enters abandoned-cart-100 by TIME",
            "25 Nov 11:10:00.000 v:8f1c enters abandoned-cart-100 by TIME",
            "25 Nov 11:30:00.000 v:8f1c leaves abandoned-cart-100 by MERGE",
            "25 Nov 11:30:00.000 v:8f1c leaves browse-abandon-running by MERGE",
            "25 Nov 11:30:00.000 v:8f1c leaves shoes-no-socks by MERGE",
            "25 Nov 11:30:00.000 v:8f1c leaves group 0 by MERGE",
            "25 Nov 11:30:00.000 42 enters abandoned-cart-100 by MERGE",
            "25 Nov 11:30:00.000 42 enters browse-abandon-running by MERGE",
            "25 Nov 11:30:00.000 42 enters shoes-no-socks by MERGE",
            "25 Nov 11:36:00.000 42 leaves abandoned-cart-100 by TIME",
            "25 Nov 11:36:00.000 42 leaves browse-abandon-running by TIME",
            "25 Nov 11:36:00.000 42 leaves one-and-done by TIME",
            "25 Nov 11:36:00.000 42 leaves shoes-no-socks by EVENT",
            "25 Dec 09:10:00.000 v:77aa leaves abandoned-cart-100 by EXPIRE",
            "25 Dec 09:10:00.000 v:77aa leaves group 0 by EXPIRE");
    }

    /** The lines that show a change, their spaces narrowed. */
    private static List<String> changes(final ByteArrayOutputStream written) {
        return written.toString(StandardCharsets.UTF_8).lines()
            .filter(line -> line.startsWith("                ") && line.contains(" by "))
            .map(line -> line.strip().replaceAll(" +", " "))
            .collect(Collectors.toList());
    }
}
