package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFileTest {
    @TempDir
    private Path archive;

    @Test
    void shouldKnowFilesOfRecordingsByTheirNames() throws IOException {
        for (final String name : new String[] {"0-0.rec", "12-67108864.rec", "3-128.rec.del"}) {
            Files.createFile(archive.resolve(name));
        }
        assertThat(SegmentFile.in(archive)).containsExactlyInAnyOrder(
            new SegmentFile(SegmentFile.path(archive, 0, 0), 0, 0, false),
            new SegmentFile(SegmentFile.path(archive, 12, 67_108_864), 12, 67_108_864, false),
            new SegmentFile(archive.resolve("3-128.rec.del"), 3, 128, true));
    }

    @Test
    void shouldPassOverFilesOfOtherKinds() throws IOException {
        for (final String name : new String[] {"archive.catalog", "1-x.rec", "-1.rec", "1-2.rec.bak", "x1-2.rec",
            "1-99999999999999999999.rec"}) {
            Files.createFile(archive.resolve(name));
        }
        assertThat(SegmentFile.in(archive)).isEmpty();
    }

    @Test
    void shouldFindNoneWhenThereIsNoDirectory() {
        assertThat(SegmentFile.in(archive.resolve("none"))).isEmpty();
    }
}
