package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How old a check is. Within a process the monotonic clock tells; the wall clock is asked once about each check of an earlier
 * process, and what it says is clamped: a check from the future is one of now, so it lives one TTL more and not for ever.
 */
final class Freshness {
    private final Duration ttl;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Cache<Object, Pin> pins =
            CacheBuilder.newBuilder().maximumSize(100_000).build();

    /** A check by the wall clock, and the same on the monotonic one. */
    private record Pin(long checked, long nanos) {}

    Freshness(Duration ttl, LongSupplier nanos, Clock clock) {
        this.ttl = ttl;
        this.nanos = nanos;
        this.clock = clock;
    }

    /** Begins a TTL for what the key names; gives the time to be persisted, in milliseconds since 1970. */
    long checked(Object key) {
        long now = clock.millis();
        pins.put(key, new Pin(now, nanos.getAsLong()));
        return now;
    }

    boolean isFresh(Object key, long checked) {
        long now = nanos.getAsLong();
        Pin pin = pins.getIfPresent(key);
        if (pin == null || pin.checked != checked) {
            long age = Math.max(0, Math.min(clock.millis() - checked, ttl.toMillis()));
            pin = new Pin(checked, now - Duration.ofMillis(age).toNanos());
            pins.put(key, pin);
        }
        return now - pin.nanos < ttl.toNanos();
    }
}
