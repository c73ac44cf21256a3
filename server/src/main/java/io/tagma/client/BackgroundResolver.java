package io.tagma.client;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Names of servers to addresses, on a thread of its own: a name that is looked for in vain takes seconds, in which the
 * event loop must go on answering from the other nodes.
 */
final class BackgroundResolver extends AddressResolverGroup<InetSocketAddress> {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        final Thread daemon = new Thread(work, "tagma-client-names");
        daemon.setDaemon(true);
        return daemon;
    });

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(final EventExecutor executor) {
        return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {
            @Override
            protected void doResolve(final String name, final Promise<InetAddress> promise) {
                find(name, promise, InetAddress::getByName);
            }

            @Override
            protected void doResolveAll(final String name, final Promise<List<InetAddress>> promise) {
                find(name, promise, host -> List.of(InetAddress.getAllByName(host)));
            }
        });
    }

    @Override
    public void close() {
        super.close();
        thread.shutdownNow();
    }

    private <T> void find(final String name, final Promise<T> promise, final Lookup<T> lookup) {
        final byte[] literal = NetUtil.createByteArrayFromIpAddressString(name);
        if (literal != null) {
            findNow(name, promise, lookup);
        } else {
            try {
                thread.execute(() -> findNow(name, promise, lookup));
            } catch (final RejectedExecutionException closed) {
                promise.tryFailure(closed);
            }
        }
    }

    private static <T> void findNow(final String name, final Promise<T> promise, final Lookup<T> lookup) {
        try {
            promise.trySuccess(lookup.of(name));
        } catch (final UnknownHostException e) {
            promise.tryFailure(e);
        }
    }

    /** Asks the system. */
    private interface Lookup<T> {
        T of(String name) throws UnknownHostException;
    }
}
