package io.tagma.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a client connects. Immutable, validated; {@code with…} methods make changed copies.
 *
 * @param servers      nodes of one cluster. One is used, the others are kept connected for when it fails
 * @param preferred    index of the node that is used first, or {@link #ANY}: chosen at random, so that clients spread
 * @param connections  how many to keep open to each node
 * @param timeout      deadline of a call that names none
 * @param silenceMax   a node that answers nothing for so long, not even a ping, is given up: its connections are
 *                     closed and updates move on. Look-ups do not wait for that
 * @param inFlightMax  calls and commands without an answer; further ones fail at once with BUSY
 * @param hedgePercent of the look-ups may be asked on a second node because the first is slow; 0: none
 * @param token        sent with Hello, or empty
 */
public record ClientSettings(List<InetSocketAddress> servers, int preferred, int connections, Duration timeout,
                             Duration silenceMax, int inFlightMax, int hedgePercent, String token) {
    /** No node is preferred. */
    public static final int ANY = -1;

    private static final int SERVERS_MAX = 64;
    private static final int CONNECTIONS_MAX = 256;
    private static final int IN_FLIGHT_MAX = 16 * 1024 * 1024;
    private static final int HEDGE_PERCENT_MAX = 100;
    private static final int HEDGE_PERCENT = 5;
    private static final Duration TIMEOUT_MAX = Duration.ofDays(1);
    private static final Duration SILENCE_MIN = Duration.ofMillis(100);
    private static final Duration SILENCE_MAX = Duration.ofMinutes(1);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    /** Refuses values out of range. */
    public ClientSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("no server: servers=[]");
        }
        check("servers", servers.size(), 1, SERVERS_MAX);
        check("preferred", preferred, ANY, servers.size() - 1);
        check("connections", connections, 1, CONNECTIONS_MAX);
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("out of range: timeout=" + timeout + ", max=" + TIMEOUT_MAX);
        }
        if (silenceMax.compareTo(SILENCE_MIN) < 0 || silenceMax.compareTo(SILENCE_MAX) > 0) {
            throw new IllegalArgumentException("out of range: silenceMax=" + silenceMax + ", min=" + SILENCE_MIN
                + ", max=" + SILENCE_MAX);
        }
        check("inFlightMax", inFlightMax, 1, IN_FLIGHT_MAX);
        check("hedgePercent", hedgePercent, 0, HEDGE_PERCENT_MAX);
    }

    /**
     * Any node first, one connection to each, one second a call, one second of silence, at most 65,536 in flight, 5 %
     * hedged.
     */
    public static ClientSettings of(final InetSocketAddress... servers) {
        return new ClientSettings(List.of(servers), ANY, 1, Duration.ofSeconds(1), SILENCE, 65_536, HEDGE_PERCENT, "");
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

    /** With the node at that index used first, or {@link #ANY}. */
    public ClientSettings withPreferred(final int index) {
        return new ClientSettings(servers, index, connections, timeout, silenceMax, inFlightMax, hedgePercent,
            token);
    }

    /** With so many connections to each node. */
    public ClientSettings withConnections(final int count) {
        return new ClientSettings(servers, preferred, count, timeout, silenceMax, inFlightMax, hedgePercent,
            token);
    }

    /** With another deadline. */
    public ClientSettings withTimeout(final Duration deadline) {
        return new ClientSettings(servers, preferred, connections, deadline, silenceMax, inFlightMax, hedgePercent,
            token);
    }

    /** With another limit of silence. */
    public ClientSettings withSilenceMax(final Duration silence) {
        return new ClientSettings(servers, preferred, connections, timeout, silence, inFlightMax, hedgePercent, token);
    }

    /** With another window. */
    public ClientSettings withInFlightMax(final int max) {
        return new ClientSettings(servers, preferred, connections, timeout, silenceMax, max, hedgePercent, token);
    }

    /** With another budget of hedges. */
    public ClientSettings withHedgePercent(final int percent) {
        return new ClientSettings(servers, preferred, connections, timeout, silenceMax, inFlightMax, percent, token);
    }

    /** With a token. */
    public ClientSettings withToken(final String text) {
        return new ClientSettings(servers, preferred, connections, timeout, silenceMax, inFlightMax, hedgePercent,
            text);
    }

    private static void check(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("out of range: " + name + "=" + value + ", min=" + min + ", max=" + max);
        }
    }
}
