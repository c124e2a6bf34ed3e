package io.github.registryproxy.login;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Counts logins that failed, in windows that begin with the first; bounded in number. Of an address different guesses count:
 * a client that repeats one wrong password, as they all do, learns nothing by it. Repeated ones and those of a name count ten
 * times as patiently: who guesses a name from many addresses is slowed, and who locks others out has more work.
 */
final class FailedLogins {
    private static final int REMEMBERED = 10_000;
    private static final int PATIENCE_FACTOR = 10;
    /** So many logins of one address are checked at once: who sends a thousand at once is not checked a thousand times. */
    private static final int AT_ONCE = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int most;
    private final long windowNanos;
    private final LongSupplier nanos;
    private final Cache<String, Failures> addresses;
    private final Cache<String, Failures> names;

    private static final class Failures {
        final long since;
        final AtomicInteger count = new AtomicInteger();
        final Set<String> guesses = ConcurrentHashMap.newKeySet();
        final Semaphore places = new Semaphore(AT_ONCE);

        Failures(long since) {
            this.since = since;
        }
    }

    FailedLogins(int most, Duration window, LongSupplier nanos) {
        this.most = most;
        this.windowNanos = window.toNanos();
        this.nanos = nanos;
        this.addresses = cache(window, nanos);
        this.names = cache(window, nanos);
    }

    private static Cache<String, Failures> cache(Duration window, LongSupplier nanos) {
        return CacheBuilder.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(window)
                .ticker(new Ticker() {
                    @Override
                    public long read() {
                        return nanos.getAsLong();
                    }
                })
                .build();
    }

    /** One login being checked; to be closed. */
    final class Attempt implements AutoCloseable {
        private final Failures address;
        private final Optional<String> name;

        private Attempt(Failures address, Optional<String> name) {
            this.address = address;
            this.name = name;
        }

        /** @param guess what was tried, hashed */
        void failed(String guess) {
            address.count.incrementAndGet();
            address.guesses.add(guess);
            name.ifPresent(n -> of(names, n).count.incrementAndGet());
        }

        @Override
        public void close() {
            address.places.release();
        }
    }

    /**
     * To be called before a login is checked.
     *
     * @throws RegistryException TOOMANYREQUESTS (429) after too many failures
     */
    Attempt begin(String network, Optional<String> name) throws InterruptedIOException {
        Failures address = of(addresses, network);
        refuse(address);
        try {
            if (!address.places.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw tooMany(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException)
                    new InterruptedIOException("interrupted before a login was checked").initCause(e);
        }
        try {
            refuse(address);
            Failures known = name.map(names::getIfPresent).orElse(null);
            if (known != null) {
                refuseRepeated(known);
            }
            return new Attempt(address, name);
        } catch (RegistryException e) {
            address.places.release();
            throw e;
        }
    }

    /** How many addresses and names are remembered. */
    long size() {
        return addresses.size() + names.size();
    }

    private Failures of(Cache<String, Failures> cache, String key) {
        Failures fresh = new Failures(nanos.getAsLong());
        Failures known = cache.asMap().putIfAbsent(key, fresh);
        return known == null ? fresh : known;
    }

    private void refuse(Failures address) {
        if (address.guesses.size() >= most) {
            throw tooMany(left(address));
        }
        refuseRepeated(address);
    }

    private void refuseRepeated(Failures failures) {
        if (failures.count.get() >= (long) most * PATIENCE_FACTOR) {
            throw tooMany(left(failures));
        }
    }

    private Duration left(Failures failures) {
        return Duration.ofNanos(failures.since + windowNanos - nanos.getAsLong());
    }

    private static RegistryException tooMany(Duration wait) {
        return ErrorCode.TOOMANYREQUESTS
                .because("too many failed logins")
                .withRetryAfter(wait.plusMillis(999))
                .asException();
    }
}
