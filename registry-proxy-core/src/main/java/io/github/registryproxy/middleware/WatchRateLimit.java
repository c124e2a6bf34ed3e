package io.github.registryproxy.middleware;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RateLimit;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the upstream said last about how many requests it allows and how many are left. Place it next to the upstream,
 * inside a cache. Registries count by credential or address: where clients bring their own logins, it is the last one's.
 */
public final class WatchRateLimit implements Middleware {
    /** What an upstream says is believed for that long: after it, one request tells more. */
    private static final Duration LONGEST = Duration.ofHours(1);
    /** From there on a number of seconds is a date. */
    private static final long EPOCH = Duration.ofDays(10_000).toSeconds();

    private final LongSupplier nanos;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Quota> quota = new AtomicReference<>();
    private volatile @Nullable RateLimit limit;
    private volatile @Nullable RateLimit remaining;

    public WatchRateLimit() {
        this(System::nanoTime, InstantSource.system());
    }

    /** @param nanos a clock that only goes forward, in nanoseconds */
    WatchRateLimit(LongSupplier nanos, InstantSource clock) {
        this.nanos = nanos;
        this.clock = clock;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryResponse response = next.handle(request);
        Headers headers = response.headers();
        field(headers, HeaderNames.RATELIMIT_LIMIT).ifPresent(said -> limit = said);
        Optional<RateLimit> left = field(headers, HeaderNames.RATELIMIT_REMAINING);
        left.ifPresent(said -> remaining = said);
        // Of a registry that tells no limits it may be about that one request.
        Optional<Duration> wait = response.status() == 429 && limit != null
                ? headers.retryAfter(clock.instant()).filter(said -> !said.isZero())
                : Optional.empty();
        if (left.isPresent() || wait.isPresent()) {
            long now = nanos.getAsLong();
            Optional<Duration> end = wait.or(() -> reset(headers)).map(WatchRateLimit::bounded);
            long requests = wait.isPresent() ? 0 : left.orElseThrow().requests();
            quota.updateAndGet(before -> after(before, requests, end, now));
        }
        return response;
    }

    private static Optional<RateLimit> field(Headers headers, String name) {
        return headers.first(name).flatMap(RateLimit::parse);
    }

    /** A number of seconds, or a date as one. */
    private Optional<Duration> reset(Headers headers) {
        return field(headers, HeaderNames.RATELIMIT_RESET)
                .map(RateLimit::requests)
                .map(said -> said < EPOCH ? said : said - clock.instant().getEpochSecond())
                .filter(seconds -> seconds > 0 && seconds < EPOCH)
                .map(Duration::ofSeconds);
    }

    private static Duration bounded(Duration said) {
        return said.compareTo(LONGEST) > 0 ? LONGEST : said;
    }

    private Quota after(@Nullable Quota before, long requests, Optional<Duration> end, long now) {
        RateLimit all = limit;
        RateLimit left = remaining;
        long limited = all == null ? 0 : all.requests();
        if (end.isPresent()) {
            return new Quota(limited, requests, now + end.get().toNanos(), true);
        }
        Optional<Duration> window = Optional.ofNullable(left)
                .flatMap(RateLimit::window)
                .or(() -> Optional.ofNullable(all).flatMap(RateLimit::window));
        // As long as the number only falls it is the same window, which had begun when it was first heard of.
        boolean same = before != null && !before.said() && requests <= before.remaining() && before.end() - now > 0;
        long latest = same && before != null
                ? before.end()
                : now + window.orElse(Duration.ZERO).toNanos();
        return new Quota(limited, requests, latest, false);
    }

    /** How many requests are allowed; empty until the upstream has said so. */
    public Optional<RateLimit> limit() {
        return Optional.ofNullable(limit);
    }

    /** How many of these are left; empty until the upstream has said so. */
    public Optional<RateLimit> remaining() {
        return Optional.ofNullable(remaining);
    }

    /** Both, until when; empty until the upstream has said so. */
    Optional<Quota> quota() {
        return Optional.ofNullable(quota.get());
    }
}
