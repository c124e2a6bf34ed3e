package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives each client so many bytes a second over all its bodies, both ways: whoever logged in as an identity, else each address
 * (an IPv6 /64). Nothing is refused; bytes come later. Whoever waits holds no lock, and stops when its body is closed or its
 * thread interrupted. Place it inside the login.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(login).use(LimitBandwidth.to(10 * 1024 * 1024)).upstream(hub).build();
 * }</pre>
 */
public final class LimitBandwidth implements Middleware {
    /** The least that can be set, in bytes per second: below it, clients take a body for stuck. */
    public static final long LEAST = 64 * 1024;

    private static final int CLIENTS = 10_000;

    private final Shares shares;
    private final Waiting waiting;

    /** How a body waits. */
    @FunctionalInterface
    interface Waiting {
        /** Returns after so many nanoseconds, or true as soon as the latch is open. */
        boolean await(CountDownLatch closed, long nanos) throws InterruptedException;
    }

    LimitBandwidth(long bytesPerSecond, int clients, LongSupplier nanos, Waiting waiting) {
        if (bytesPerSecond < LEAST) {
            throw new IllegalArgumentException(
                    "bandwidth takes " + LEAST + " bytes per second or more, not " + bytesPerSecond);
        }
        // A tenth of a second's bytes at once: enough for manifests to pass without a pause.
        this.shares = new Shares(bytesPerSecond, bytesPerSecond / 10.0, clients, nanos);
        this.waiting = Objects.requireNonNull(waiting, "waiting");
    }

    /** @param bytesPerSecond for each client, at least {@link #LEAST} */
    public static LimitBandwidth to(long bytesPerSecond) {
        return new LimitBandwidth(
                bytesPerSecond,
                CLIENTS,
                System::nanoTime,
                (closed, nanos) -> closed.await(nanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        ClientKey client = ClientKey.of(request);
        return next.handle(slowed(request, client))
                .observeBody(source -> new SlowedSource(source, waiting, bytes -> shares.take(client, bytes)));
    }

    private RegistryRequest slowed(RegistryRequest request, ClientKey client) {
        Body body = request.body();
        if (body.length().isPresent() && body.length().getAsLong() == 0) {
            return request;
        }
        Body slowed = body.repeatable() && body.length().isPresent()
                ? Body.of(() -> slow(body::source, client), body.length().getAsLong())
                : Body.of(slow(body::source, client), body.length());
        return request.withBody(slowed);
    }

    private BodySource slow(Body.Opener opener, ClientKey client) {
        return new SlowedSource(opener, waiting, bytes -> shares.take(client, bytes));
    }
}
