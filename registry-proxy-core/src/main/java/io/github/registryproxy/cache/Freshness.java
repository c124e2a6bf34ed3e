package io.github.registryproxy.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * How old a check is. Within a process the monotonic clock tells; the wall clock is asked once about each check of an earlier
 * process, and what it says is clamped: a check from the future is one of now, so it lives one TTL more and not for ever.
 */
final class Freshness {
    private static final int MOST_PINS = 100_000;

    private final Duration ttl;
    private final LongSupplier nanos;
    private final Clock clock;
    private final ConcurrentMap<Object, Pin> pins = new ConcurrentHashMap<>();

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
        pin(key, new Pin(now, nanos.getAsLong()));
        return now;
    }

    /** Who is forgotten is looked up by the wall clock again. */
    private void pin(Object key, Pin pin) {
        if (pins.size() >= MOST_PINS) {
            pins.clear();
        }
        pins.put(key, pin);
    }

    boolean isFresh(Object key, long checked) {
        long now = nanos.getAsLong();
        Pin pin = pins.get(key);
        if (pin == null || pin.checked != checked) {
            long age = Math.max(0, Math.min(clock.millis() - checked, ttl.toMillis()));
            pin = new Pin(checked, now - Duration.ofMillis(age).toNanos());
            pin(key, pin);
        }
        return now - pin.nanos < ttl.toNanos();
    }
}
