package io.github.registryproxy.middleware;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RateLimit;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what the upstream said last about how many requests it allows and how many are left. Place it next to the upstream,
 * inside a cache. Registries count by credential or address: where clients bring their own logins, it is the last one's.
 */
public final class WatchRateLimit implements Middleware {
    private volatile @Nullable RateLimit limit;
    private volatile @Nullable RateLimit remaining;

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryResponse response = next.handle(request);
        Headers headers = response.headers();
        headers.first(HeaderNames.RATELIMIT_LIMIT).flatMap(RateLimit::parse).ifPresent(said -> limit = said);
        headers.first(HeaderNames.RATELIMIT_REMAINING).flatMap(RateLimit::parse).ifPresent(said -> remaining = said);
        return response;
    }

    /** How many requests are allowed; empty until the upstream has said so. */
    public Optional<RateLimit> limit() {
        return Optional.ofNullable(limit);
    }

    /** How many of these are left; empty until the upstream has said so. */
    public Optional<RateLimit> remaining() {
        return Optional.ofNullable(remaining);
    }
}
