package io.tagma.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class WireVectorsTest {
    private static final Pattern FRAME = Pattern.compile("\"frame\": \"([0-9a-f]+)\"");

    private final SchemaReader reader = new SchemaReader();

    @Test
    void shouldReadEveryVectorByTheSchemaAloneAsItsFileSays() throws IOException {
        for (final String name : WireVectors.frames().keySet()) {
            final String file = file(name);
            assertThat(file).as(name).isEqualTo(WireVectors.file(reader, frame(file)));
        }
    }

    @Test
    void shouldEncodeEveryVectorToExactlyItsBytes() throws IOException {
        for (final Map.Entry<String, byte[]> each : WireVectors.frames().entrySet()) {
            assertThat(HexFormat.of().formatHex(each.getValue())).as(each.getKey())
                .isEqualTo(HexFormat.of().formatHex(frame(file(each.getKey()))));
        }
    }

    @Test
    void shouldHaveAVectorOfEveryMessageAndCommand() {
        final TreeSet<String> seen = new TreeSet<>();
        for (final byte[] frame : WireVectors.frames().values()) {
            reader.read(frame);
            reader.parts().stream().filter(part -> part.name().endsWith("templateId"))
                .forEach(part -> seen.add(part.value()));
        }
        final TreeSet<String> expected = new TreeSet<>();
        IntStream.concat(IntStream.rangeClosed(1, 18),
                IntStream.concat(IntStream.rangeClosed(100, 110), IntStream.rangeClosed(111, 121)))
            .forEach(template -> expected.add(template + " " + reader.name(template)));
        expected.add("200 LogEntry");
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void shouldShowEveryVectorInTheProtocolsPages() throws IOException {
        final String protocol = Files.readString(Path.of("PROTOCOL.md"));
        for (final Map.Entry<String, byte[]> each : WireVectors.frames().entrySet()) {
            assertThat(protocol).contains(WireVectors.dump(reader, each.getKey(), each.getValue()));
        }
    }

    @Test
    void shouldReadAnErrorOfVersion1ThatNamesNoNode() {
        final byte[] frame = WireVectors.frames().get("error");
        final byte[] old = Arrays.copyOf(frame, frame.length - Short.BYTES);
        old[0] -= Short.BYTES;
        old[10] = 1;
        final Map<?, ?> fields = (Map<?, ?>)reader.read(old).get("fields");
        assertThat(fields.get("detail")).isEqualTo("no website has this id");
        assertThat(fields.containsKey("node")).isFalse();
        final ErrorDecoder error =
            new ErrorDecoder().wrapAndApplyHeader(new UnsafeBuffer(old), 4, new MessageHeaderDecoder());
        assertThat(error.detail()).isEqualTo("no website has this id");
        assertThat(error.node()).isEmpty();
    }

    private static String file(final String name) throws IOException {
        try (InputStream file = WireVectorsTest.class.getResourceAsStream("/vectors/" + name + ".json")) {
            assertThat(file).as("vectors/" + name + ".json").isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] frame(final String file) {
        final Matcher matcher = FRAME.matcher(file);
        assertThat(matcher.find()).isTrue();
        return HexFormat.of().parseHex(matcher.group(1));
    }
}
