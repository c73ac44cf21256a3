package io.tagma.server.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of a recording in the archive's directory, as its name tells:
 *
 * <pre>
 *   &lt;recording id&gt;-&lt;position of its first byte&gt;.rec    and .del behind that while it is being deleted
 * </pre>
 *
 * @param isDeleted whether the archive is deleting it
 */
record SegmentFile(Path path, long recordingId, long position, boolean isDeleted) {
    private static final Pattern NAME = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})\\.rec(\\.del)?");

    /** The path of one, whether it is there or not. */
    static Path path(final Path archiveDirectory, final long recordingId, final long position) {
        return archiveDirectory.resolve(recordingId + "-" + position + ".rec");
    }

    /** Those in the directory; none where there is no such directory. */
    static List<SegmentFile> in(final Path archiveDirectory) {
        if (!Files.isDirectory(archiveDirectory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(archiveDirectory)) {
            return files.map(SegmentFile::of).filter(Objects::nonNull).toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Null for a file of another kind. */
    private static SegmentFile of(final Path path) {
        final Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches() ? new SegmentFile(path, Long.parseLong(name.group(1)), Long.parseLong(name.group(2)),
            name.group(3) != null) : null;
    }
}
