package io.github.registryproxy.middleware;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Slows down before the upstream's limit is reached: when little is left, pulls of manifests, which are what registries count,
 * are spaced out over the rest of the window, each waiting a few seconds at most. When nothing is left and the upstream has
 * said until when, they get TOOMANYREQUESTS (code-14), 429, with that time, and the upstream is not asked. HEADs, blobs and
 * everything else pass.
 *
 * <p>Place it inside a cache, around the {@link WatchRateLimit} that it looks at, and only where all requests count as one
 * client's: with a login of the proxy's own, or none. Who waits stops when its thread is interrupted or this is closed.
 *
 * <pre>{@code
 * WatchRateLimit watch = new WatchRateLimit();
 * RegistryProxy.builder().use(HeedRateLimit.builder(watch).build()).use(watch).upstream(hub).build();
 * }</pre>
 */
public final class HeedRateLimit implements Middleware, AutoCloseable {
    private static final Logger LOG = System.getLogger(HeedRateLimit.class.getName());
    /** Before any of the clock's times. */
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final WatchRateLimit watch;
    private final double share;
    private final long longest;
    private final LongSupplier nanos;
    private final long start;
    private final LimitBandwidth.Waiting waiting;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong last = new AtomicLong(NEVER);
    private final AtomicBoolean said = new AtomicBoolean();

    private HeedRateLimit(Builder builder) {
        this.watch = builder.watch;
        this.share = builder.share;
        this.longest = builder.longestWait.toNanos();
        this.nanos = builder.nanos;
        this.start = nanos.getAsLong();
        this.waiting = builder.waiting;
    }

    /** @param watch stands inside, next to the upstream */
    public static Builder builder(WatchRateLimit watch) {
        return new Builder(watch);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!(request.operation() instanceof Operation.PullManifest) || request.isHead()) {
            return next.handle(request);
        }
        Optional<Quota> quota = watch.quota();
        if (quota.isPresent() && !quota.get().isUsedUp(nanos.getAsLong())) {
            pause(turn(quota.get()));
            quota = watch.quota();
        }
        long now = nanos.getAsLong();
        if (quota.isPresent() && quota.get().isUsedUp(now)) {
            // Up to whole seconds: a client that comes back on time is served.
            Duration rest = quota.get().rest(now).plusNanos(999_999_999);
            return RegistryResponse.of(ErrorCode.TOOMANYREQUESTS
                    .because("what the registry allows is used up for now")
                    .withRetryAfter(Duration.ofSeconds(rest.toSeconds())));
        }
        return next.handle(request);
    }

    /** Takes the next turn, and returns after how many nanoseconds it is. */
    private long turn(Quota quota) {
        long now = nanos.getAsLong();
        if (!quota.isScarce(share, now)) {
            said.set(false);
            return 0;
        }
        if (!said.getAndSet(true)) {
            LOG.log(
                    Level.WARNING,
                    "the registry allows {0} of {1} requests until its window ends: pulls are slowed down",
                    quota.remaining(),
                    quota.limit());
        }
        long spacing = quota.spacing(now).toNanos();
        long here = now - start;
        long mine = last.updateAndGet(before -> Math.min(Math.max(here, before + spacing), here + longest));
        return mine - here;
    }

    private void pause(long time) throws IOException {
        try {
            if (time > 0 && waiting.await(closed, time)) {
                throw new IOException("closed while a request waited for its turn");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a turn");
        }
    }

    /** Ends all waiting. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** Sets what there is to set. */
    public static final class Builder {
        private static final Duration MOST = Duration.ofSeconds(20);

        private final WatchRateLimit watch;
        private double share = 0.1;
        private Duration longestWait = Duration.ofSeconds(3);
        private LongSupplier nanos = System::nanoTime;
        private LimitBandwidth.Waiting waiting = (closed, time) -> closed.await(time, TimeUnit.NANOSECONDS);

        private Builder(WatchRateLimit watch) {
            this.watch = Objects.requireNonNull(watch, "watch");
        }

        /** Requests are slowed when less than that share of the limit is left; 0 to 1. Default: 0.1. */
        public Builder share(double left) {
            if (!(left >= 0 && left <= 1)) {
                throw new IllegalArgumentException("share takes 0 to 1, not " + left);
            }
            share = left;
            return this;
        }

        /** No request waits longer, up to 20 seconds: clients give up on what is silent. Default: 3 seconds. */
        public Builder longestWait(Duration wait) {
            if (wait.isNegative() || wait.compareTo(MOST) > 0) {
                throw new IllegalArgumentException("longestWait takes up to " + MOST + ", not " + wait);
            }
            longestWait = wait;
            return this;
        }

        /** The same clock as the watch's. */
        Builder clock(LongSupplier clock, LimitBandwidth.Waiting how) {
            nanos = clock;
            waiting = how;
            return this;
        }

        public HeedRateLimit build() {
            return new HeedRateLimit(this);
        }
    }
}
