package io.tagma.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a client connects. Immutable, validated; {@code with…} methods make changed copies.
 *
 * @param servers     nodes of one cluster; connections are spread over them, and move on where one fails
 * @param connections how many to keep open
 * @param timeout     deadline of a call that names none
 * @param inFlightMax calls and commands without an answer; further ones fail at once with BUSY
 * @param token       sent with Hello, or empty
 */
public record ClientSettings(List<InetSocketAddress> servers, int connections, Duration timeout, int inFlightMax,
                             String token) {
    private static final int CONNECTIONS_MAX = 256;
    private static final int IN_FLIGHT_MAX = 16 * 1024 * 1024;
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

    /** Refuses values out of range. */
    public ClientSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("no server: servers=[]");
        }
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new IllegalArgumentException("out of range: connections=" + connections + ", min=1, max="
                + CONNECTIONS_MAX);
        }
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("out of range: timeout=" + timeout + ", max=" + TIMEOUT_MAX);
        }
        if (inFlightMax < 1 || inFlightMax > IN_FLIGHT_MAX) {
            throw new IllegalArgumentException("out of range: inFlightMax=" + inFlightMax + ", min=1, max="
                + IN_FLIGHT_MAX);
        }
    }

    /** One connection a server, one second a call, at most 65,536 in flight. */
    public static ClientSettings of(final InetSocketAddress... servers) {
        return new ClientSettings(List.of(servers), Math.max(1, servers.length), Duration.ofSeconds(1), 65_536, "");
    }

    /** The same from {@code host:port} texts. */
    public static ClientSettings of(final String... hostsAndPorts) {
        final List<InetSocketAddress> servers = new ArrayList<>();
        for (final String each : hostsAndPorts) {
            final int colon = each.lastIndexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("not host:port: server=" + each);
            }
            servers.add(InetSocketAddress.createUnresolved(each.substring(0, colon),
                Integer.parseInt(each.substring(colon + 1))));
        }
        return of(servers.toArray(InetSocketAddress[]::new));
    }

    /** With so many connections. */
    public ClientSettings withConnections(final int count) {
        return new ClientSettings(servers, count, timeout, inFlightMax, token);
    }

    /** With another deadline. */
    public ClientSettings withTimeout(final Duration deadline) {
        return new ClientSettings(servers, connections, deadline, inFlightMax, token);
    }

    /** With another window. */
    public ClientSettings withInFlightMax(final int max) {
        return new ClientSettings(servers, connections, timeout, max, token);
    }

    /** With a token. */
    public ClientSettings withToken(final String text) {
        return new ClientSettings(servers, connections, timeout, inFlightMax, text);
    }
}
