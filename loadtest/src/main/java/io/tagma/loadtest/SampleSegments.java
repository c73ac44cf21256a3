package io.tagma.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The 25 segments of {@code sample-segments.json}: what a merchant asks for, from abandoned carts to birthdays. They
 * are sent as they stand there, in their order: some refer to earlier ones. Constant.
 */
final class SampleSegments {
    private static final String RESOURCE = "sample-segments.json";
    private static final List<DemoSegment> ALL = read();

    private SampleSegments() {
    }

    /** All of them. */
    static List<DemoSegment> all() {
        return ALL;
    }

    private static List<DemoSegment> read() {
        try (InputStream in = SampleSegments.class.getResourceAsStream(RESOURCE)) {
            final List<DemoSegment> segments = new ArrayList<>();
            for (final JsonNode segment : new ObjectMapper().readTree(in)) {
                segments.add(new DemoSegment(segment.get("key").asText(), segment.get("applyTo").asText(),
                    segment.get("condition").toString(), segment.toString()));
            }
            return List.copyOf(segments);
        } catch (final IOException unreadable) {
            throw new UncheckedIOException("the sample segments cannot be read: resource=" + RESOURCE, unreadable);
        }
    }
}
