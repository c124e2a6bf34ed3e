package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Knows whether one upstream is there, so that nobody waits for one that is not: one for each upstream, shared by all that ask
 * it.
 *
 * <p>It opens after five calls in a row that found nobody (no connection, no address), or after one that waited in vain. Open,
 * it keeps those who have something older from asking. Where asking means to wait, calls are refused at once, but for one in a
 * second, the first at once, and the next when it is answered or has waited for five; where it fails at once, calls may try. Any answer, whatever its status, closes
 * it. A call that fails in another way, such as by content that is not what it should be, says nothing about the next: the
 * upstream is there.
 */
public final class Breaker {
    private static final int MOST_FAILURES = 5;
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST_PROBE = Duration.ofSeconds(5);

    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private int failures;
    private boolean open;
    private boolean silent;
    /** The probe under way; 0 for none. */
    private long probing;

    private long probes;
    private long nextProbe;

    public Breaker() {
        this(System::nanoTime);
    }

    /** With a clock that only goes forward, in nanoseconds. */
    public Breaker(LongSupplier nanos) {
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    /**
     * The answer of {@code next}, who is not asked while the breaker is open.
     *
     * @throws RegistryException UNAVAILABLE, 503 with Retry-After, when it is open
     * @throws IOException that of {@code next}
     */
    public RegistryResponse ask(RegistryRequest request, RegistryHandler next) throws IOException {
        try {
            return call(request, next);
        } catch (BreakerOpenException e) {
            throw refusal();
        }
    }

    static RegistryException refusal() {
        return ErrorCode.UNAVAILABLE
                .because("the registry behind this proxy does not answer")
                .withStatus(503)
                .withRetryAfter(PROBE_EVERY)
                .asException();
    }

    /** Whether calls are refused, a probe now and then aside. */
    public boolean isOpen() {
        return locked(() -> open);
    }

    /** Somebody has waited longer than who has something older should; those who have nothing may go on waiting. */
    void suspect() {
        locked(() -> {
            if (!open) {
                open = true;
                nextProbe = nanos.getAsLong() + PROBE_EVERY.toNanos();
            }
            return open;
        });
    }

    /** Whether it is time to find out, in the background, if the upstream is there; said once a second at most. */
    boolean mayProbe() {
        return locked(() -> {
            boolean due = !open || isProbeDue();
            if (due && open && !silent) {
                nextProbe = nanos.getAsLong() + PROBE_EVERY.toNanos();
            }
            return due;
        });
    }

    /** As {@link #ask}, for those who have something else to answer. */
    RegistryResponse call(RegistryRequest request, RegistryHandler next) throws IOException {
        long probe = enter();
        try {
            RegistryResponse response = next.handle(request);
            locked(this::answered);
            return response;
        } catch (IOException e) {
            locked(() -> failed(e));
            throw e;
        } finally {
            locked(() -> leave(probe));
        }
    }

    /** Which probe this call is; 0 where it is none. */
    private long enter() throws BreakerOpenException {
        lock.lock();
        try {
            if (!open || !silent) {
                return 0;
            }
            if (!isProbeDue()) {
                throw new BreakerOpenException();
            }
            probing = ++probes;
            nextProbe = nanos.getAsLong() + PROBE_EVERY.toNanos();
            return probing;
        } finally {
            lock.unlock();
        }
    }

    private boolean isProbeDue() {
        Duration more = probing == 0 ? Duration.ZERO : LONGEST_PROBE.minus(PROBE_EVERY);
        return nanos.getAsLong() - nextProbe >= more.toNanos();
    }

    /** A probe that ends late leaves the place of the next one alone. */
    private boolean leave(long probe) {
        if (probe == probing) {
            probing = 0;
        }
        return open;
    }

    private boolean answered() {
        failures = 0;
        open = false;
        silent = false;
        return true;
    }

    private boolean failed(IOException failure) {
        if (isInterrupt(failure)) {
            return false;
        }
        boolean waited = isSilence(failure);
        boolean nobody = failure instanceof SocketException || failure instanceof UnknownHostException;
        if (!waited && !nobody) {
            failures = 0;
            return false;
        }
        silent |= waited;
        failures = waited ? MOST_FAILURES : failures + 1;
        if (failures >= MOST_FAILURES && !open) {
            open = true;
            nextProbe = nanos.getAsLong();
        }
        return open;
    }

    /** Whether it was this side that gave up. */
    static boolean isInterrupt(Throwable failure) {
        return failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException);
    }

    private boolean locked(BooleanSupplier work) {
        lock.lock();
        try {
            return work.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isSilence(IOException failure) {
        return failure instanceof UpstreamTimeoutException || failure instanceof SocketTimeoutException;
    }
}
