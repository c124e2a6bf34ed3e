package io.github.registryproxy.middleware;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A rate per client, by the generic cell rate algorithm: what each has used is one number, the time at which it will have
 * paid for it. No locks; a client that is forgotten begins anew.
 */
final class Shares {
    private final Cache<ClientKey, AtomicLong> paidAt;
    private final LongSupplier nanos;
    private final long start;
    private final double nanosPerUnit;
    private final long burstNanos;

    /**
     * @param perSecond units, more than 0
     * @param burst units that a client which has rested may use at once
     * @param clients how many are remembered
     */
    Shares(double perSecond, double burst, int clients, LongSupplier nanos) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.nanosPerUnit = Duration.ofSeconds(1).toNanos() / perSecond;
        this.burstNanos = (long) (burst * nanosPerUnit);
        // Who has rested for a whole burst has all of its share again: to forget it changes nothing.
        Duration rested = Duration.ofNanos(burstNanos).plusSeconds(1);
        this.paidAt = CacheBuilder.newBuilder()
                .maximumSize(clients)
                .expireAfterAccess(rested)
                .ticker(new Ticker() {
                    @Override
                    public long read() {
                        return nanos.getAsLong();
                    }
                })
                .build();
    }

    /** Takes one unit and returns 0; or takes nothing and returns after how many nanoseconds there will be one. */
    long tryTake(ClientKey client) {
        AtomicLong paid = of(client);
        while (true) {
            long now = now();
            long before = paid.get();
            long after = Math.max(now, before) + (long) nanosPerUnit;
            long wait = after - now - Math.max(burstNanos, (long) nanosPerUnit);
            if (wait > 0) {
                return wait;
            }
            if (paid.compareAndSet(before, after)) {
                return 0;
            }
        }
    }

    /** Takes units in any case, and returns for how many nanoseconds their user has to wait before it uses them. */
    long take(ClientKey client, long units) {
        long cost = (long) (units * nanosPerUnit);
        long now = now();
        long after = of(client).accumulateAndGet(cost, (before, more) -> Math.max(now, before) + more);
        return Math.max(0, after - now - burstNanos);
    }

    /** How many clients are remembered. */
    long size() {
        paidAt.cleanUp();
        return paidAt.size();
    }

    private AtomicLong of(ClientKey client) {
        AtomicLong fresh = new AtomicLong();
        AtomicLong known = paidAt.asMap().putIfAbsent(client, fresh);
        return known == null ? fresh : known;
    }

    private long now() {
        return nanos.getAsLong() - start;
    }
}
