package io.tagma.server.cluster;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a node of the log is to run. Immutable.
 *
 * @param dataDirectory where log and snapshots live; one process at a time
 * @param basePort      first of {@value #PORT_COUNT} consecutive UDP ports on the loopback address; 0 leaves the choice
 *                      to the operating system
 * @param durability    what an acknowledgement promises
 * @param onFailure     called once, on a thread of its own, when the log has failed for good: end the process
 */
public record ClusterConfig(Path dataDirectory, int basePort, Durability durability, Consumer<Throwable> onFailure) {
    /** Ports taken from the base port on. */
    public static final int PORT_COUNT = 5;
    private static final int BASE_PORT_MIN = 1_024;
    private static final int BASE_PORT_MAX = 65_536 - PORT_COUNT;

    /** Checks every value. */
    public ClusterConfig {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(onFailure, "onFailure");
        if (basePort != 0 && (basePort < BASE_PORT_MIN || basePort > BASE_PORT_MAX)) {
            throw new IllegalArgumentException("out of range 0, " + BASE_PORT_MIN + "-" + BASE_PORT_MAX
                + ": basePort=" + basePort);
        }
    }

    /** Flushed before the acknowledgement, on ports that the operating system chooses. */
    public static ClusterConfig of(final Path dataDirectory, final Consumer<Throwable> onFailure) {
        return new ClusterConfig(dataDirectory, 0, Durability.FLUSHED, onFailure);
    }

    /** An endpoint on the loopback address: {@code index} counts from the base port. */
    String endpoint(final int index) {
        return "127.0.0.1:" + (basePort == 0 ? 0 : basePort + index);
    }
}
