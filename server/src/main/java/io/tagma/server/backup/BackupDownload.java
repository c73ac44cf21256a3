package io.tagma.server.backup;

import io.tagma.server.cluster.Fsync;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;

/**
 * Fetches a backup from a running server. The file gets its name only when it is on the disk, flushed, and has been
 * read again and found whole; until then it is {@code FILE.NUMBER.partial}, a name of its own, which is deleted where
 * it comes to nothing. A file that has the name already, or gets it meanwhile, is never replaced.
 */
public final class BackupDownload {
    private static final System.Logger LOGGER = System.getLogger(BackupDownload.class.getName());
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    /** A server answers when it has taken a snapshot, which it does within ten minutes or refuses. */
    private static final int READ_TIMEOUT_MS = 660_000;
    private static final int PIECE_LENGTH = 256 * 1024;
    private static final int PROBLEM_LENGTH_MAX = 4_096;

    private final URI server;
    private final boolean isFresh;

    /**
     * A download yet to begin.
     *
     * @param server  root of the server's HTTP API
     * @param isFresh whether the server is to take a snapshot for it
     */
    public BackupDownload(final URI server, final boolean isFresh) {
        this.server = server;
        this.isFresh = isFresh;
    }

    /**
     * Fetches.
     *
     * @return the file, checked and open; its own messages name it as it was called before
     * @throws IllegalStateException where the file exists, or the server refuses
     */
    public BackupFile into(final Path file) {
        if (Files.exists(file)) {
            throw exists(file);
        }
        final Path directory = file.toAbsolutePath().getParent();
        Path partial = null;
        BackupFile backup = null;
        boolean isNamed = false;
        try {
            partial = Files.createTempFile(directory, file.getFileName() + ".", ".partial");
            fetch(partial);
            backup = new BackupFile(partial);
            name(partial, file);
            isNamed = true;
            Files.deleteIfExists(partial);
            Fsync.force(directory);
            return backup;
        } catch (final FileAlreadyExistsException ex) {
            throw exists(file);
        } catch (final IOException ex) {
            final String what = isNamed ? "the backup is whole, but its directory cannot be flushed: server="
                : "the backup failed: server=";
            throw new UncheckedIOException(what + server + ", file=" + (isNamed ? file : partial) + ": "
                + ex.getMessage(), ex);
        } finally {
            if (!isNamed) {
                CloseHelper.close(backup);
                delete(partial);
            }
        }
    }

    /**
     * A second name for the file is refused where that is taken, by whomever and whenever; a move may replace. A file
     * system without second names (a stick, say) is trusted to hold still between the look and the move.
     */
    private static void name(final Path partial, final Path file) throws IOException {
        try {
            Files.createLink(file, partial);
        } catch (final FileAlreadyExistsException ex) {
            throw ex;
        } catch (final FileSystemException ex) {
            Files.move(partial, file);
        }
    }

    private static IllegalStateException exists(final Path file) {
        return new IllegalStateException("the file exists already: file=" + file);
    }

    private void fetch(final Path partial) throws IOException {
        final HttpURLConnection connection = (HttpURLConnection) server.resolve("/v1/backup?fresh=" + isFresh).toURL()
            .openConnection();
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        try {
            final int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IllegalStateException("the server refuses: server=" + server + ", status=" + status + ": "
                    + problem(connection));
            }
            try (InputStream input = connection.getInputStream();
                FileChannel output = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                copy(input, output);
                output.force(true);
            }
        } finally {
            connection.disconnect();
        }
    }

    private static void copy(final InputStream input, final FileChannel output) throws IOException {
        final byte[] piece = new byte[PIECE_LENGTH];
        int read = input.readNBytes(piece, 0, piece.length);
        while (read > 0) {
            final ByteBuffer bytes = ByteBuffer.wrap(piece, 0, read);
            while (bytes.hasRemaining()) {
                output.write(bytes);
            }
            read = input.readNBytes(piece, 0, piece.length);
        }
    }

    private static String problem(final HttpURLConnection connection) throws IOException {
        try (InputStream input = connection.getErrorStream()) {
            return input == null ? "" : new String(input.readNBytes(PROBLEM_LENGTH_MAX), StandardCharsets.UTF_8);
        }
    }

    /** What comes to nothing has its own failure to tell. */
    private static void delete(final Path partial) {
        if (partial != null && !partial.toFile().delete()) {
            LOGGER.log(System.Logger.Level.WARNING, "delete what is left of the backup: file=" + partial);
        }
    }
}
