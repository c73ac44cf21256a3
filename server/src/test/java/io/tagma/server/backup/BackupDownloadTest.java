package io.tagma.server.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineListener;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.log.InMemoryLog;
import io.tagma.engine.subject.StoreSizes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that gives away the backup of an empty engine. */
class BackupDownloadTest {
    private static byte[] whole;

    @TempDir
    private Path directory;

    private Path file;
    private byte[] given = whole;
    private Runnable meanwhile = () -> { };
    private HttpServer server;

    @BeforeAll
    static void write() {
        final Engine engine = new Engine(new EngineOptions(1, StoreSizes.expecting(100)), EngineListener.NONE);
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InMemoryLog log = new InMemoryLog(engine, () -> 1_000)) {
            log.requestSnapshot();
            log.doWork();
            final BackupWriter writer = new BackupWriter(log.newestSnapshot());
            for (byte[] slice = writer.next(); slice != null; slice = writer.next()) {
                bytes.writeBytes(slice);
            }
        }
        engine.close();
        whole = bytes.toByteArray();
    }

    @BeforeEach
    void serve() throws IOException {
        file = directory.resolve("file");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/backup", this::give);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldNameTheFileWhenItIsWhole() throws IOException {
        try (BackupFile backup = download()) {
            assertThat(backup.length()).isEqualTo(whole.length);
            assertThat(backup.read((buffer, offset, length) -> assertThat(length).isPositive())).isTrue();
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        assertThat(names()).containsExactly("file");
    }

    @Test
    void shouldReplaceNoFileThatIsThere() throws IOException {
        Files.writeString(file, "mine");

        assertThatThrownBy(this::download).isInstanceOf(IllegalStateException.class).hasMessageContaining("exists");
        assertThat(file).hasContent("mine");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void shouldReplaceNoFileThatAppearsWhileItIsFetched() throws IOException {
        meanwhile = () -> {
            try {
                Files.writeString(file, "mine");
            } catch (final IOException ex) {
                throw new AssertionError(ex);
            }
        };

        assertThatThrownBy(this::download).isInstanceOf(IllegalStateException.class).hasMessageContaining("exists");
        assertThat(file).hasContent("mine");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void shouldLeaveNothingBehindWhenWhatCameIsDamaged() throws IOException {
        given = whole.clone();
        given[given.length / 2] ^= 1;

        assertThatThrownBy(this::download).isInstanceOf(DamagedBackupException.class);
        assertThat(names()).isEmpty();
    }

    private BackupFile download() {
        return new BackupDownload(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), true).into(file);
    }

    private void give(final HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, given.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(given, 0, given.length / 2);
            body.flush();
            meanwhile.run();
            body.write(given, given.length / 2, given.length - given.length / 2);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }
}
