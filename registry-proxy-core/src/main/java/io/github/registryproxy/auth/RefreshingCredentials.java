package io.github.registryproxy.auth;

import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.internal.Tasks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that expire, kept fresh: one fetch at a time, in a thread of its own, begun before the old ones end.
 *
 * <p>Who asks while they are good never waits. When a fetch fails, they stay in use for as long as they last, and the next one
 * begins after a pause; where there are none, all who wait get the failure. Credentials that a registry refused are fetched
 * again, though not those that are younger than half a minute: they were refused for what they may do.
 *
 * <p>Time is monotonic: a wall clock that jumps, or is wrong, changes nothing.
 */
public final class RefreshingCredentials implements CredentialsProvider {
    private static final System.Logger LOG = System.getLogger(RefreshingCredentials.class.getName());
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final long YOUNG = Duration.ofSeconds(30).toNanos();
    private static final long PAUSE = Duration.ofSeconds(5).toNanos();
    private static final long PAUSE_WITHOUT = Duration.ofSeconds(1).toNanos();

    private final String name;
    private final Source source;
    private final LongSupplier nanoTime;
    private final Executor background;
    private final AtomicReference<@Nullable HeldCredentials> held = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Credentials>> flight = new AtomicReference<>();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

    /** Gets credentials from where they are made. */
    @FunctionalInterface
    public interface Source {
        /** New ones; not called again before it is done. Messages of exceptions are logged: without secrets. */
        Lease fetch() throws IOException;
    }

    /**
     * Credentials and how long they last.
     *
     * @param lifetime from now; at most a day counts, and half a minute always does: what is dead on arrival has the clock wrong
     */
    public record Lease(Credentials credentials, Duration lifetime) {
        public Lease {
            Objects.requireNonNull(credentials, "credentials");
            Objects.requireNonNull(lifetime, "lifetime");
        }

        /**
         * That expire at an instant.
         *
         * @param now by the clock of who set the expiry, such as the answer's Date
         */
        public static Lease until(Credentials credentials, Instant expiry, Instant now) {
            return new Lease(credentials, Duration.between(now, expiry));
        }
    }

    private record Failure(IOException cause, long at) {}

    private RefreshingCredentials(String name, Source source, LongSupplier nanoTime, Executor background) {
        this.name = name;
        this.source = source;
        this.nanoTime = nanoTime;
        this.background = background;
    }

    /**
     * Fetched when first asked for.
     *
     * @param name of where they come from, for logs
     */
    public static RefreshingCredentials of(String name, Source source) {
        return of(name, source, System::nanoTime);
    }

    /**
     * By a clock of one's own.
     *
     * @param nanoTime that only goes forward, in nanoseconds
     */
    public static RefreshingCredentials of(String name, Source source, LongSupplier nanoTime) {
        return new RefreshingCredentials(name, source, nanoTime, RefreshingCredentials::run);
    }

    /** With a time and threads of one's own, for tests. */
    static RefreshingCredentials of(String name, Source source, LongSupplier nanoTime, Executor background) {
        return new RefreshingCredentials(name, source, nanoTime, background);
    }

    /** In a thread of its own that keeps no process alive. */
    static void run(Runnable task) {
        Tasks.daemon("registry-proxy-credentials", task).start();
    }

    @Override
    public Credentials get() throws IOException {
        HeldCredentials known = held.get();
        long now = nanoTime.getAsLong();
        if (known == null || !known.isUsable(now)) {
            failAgain(now);
            return await(flight(known));
        }
        if (known.isDue(now)) {
            flight(known);
        }
        return known.credentials();
    }

    @Override
    public void rejected(Credentials credentials) {
        HeldCredentials known = held.get();
        long now = nanoTime.getAsLong();
        Failure last = failure.get();
        if (known == null
                || !known.credentials().equals(credentials)
                || known.age(now) <= YOUNG
                || (last != null && now - last.at <= PAUSE)) {
            return;
        }
        try {
            await(flight(known));
        } catch (IOException e) {
            // Logged where it happened; those that were refused may still be good for others.
            LOG.log(Level.DEBUG, "credentials by {0} were refused and could not be renewed", name);
        }
    }

    /** A crowd that finds nothing asks once, not once each. */
    private void failAgain(long now) throws IOException {
        Failure last = failure.get();
        if (last != null && now - last.at < PAUSE_WITHOUT) {
            throw new IOException(last.cause.getMessage(), last.cause);
        }
    }

    /** The fetch that is under way, or a new one. */
    private CompletableFuture<Credentials> flight(@Nullable HeldCredentials known) {
        CompletableFuture<Credentials> mine = new CompletableFuture<>();
        CompletableFuture<Credentials> other = flight.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        HeldCredentials newer = held.get();
        if (newer != null && (known == null || known.obtained() != newer.obtained())) {
            // Another fetch ended between the look and the turn.
            flight.set(null);
            mine.complete(newer.credentials());
            return mine;
        }
        Tasks.start(
                background,
                () -> fetch(mine),
                e -> land(mine, new IOException("credentials by " + name + " failed", e)));
        return mine;
    }

    private void fetch(CompletableFuture<Credentials> mine) {
        try {
            long start = nanoTime.getAsLong();
            Lease lease = source.fetch();
            held.set(HeldCredentials.of(lease, start));
            failure.set(null);
            flight.set(null);
            mine.complete(lease.credentials());
        } catch (IOException e) {
            land(mine, e);
        }
    }

    private void land(CompletableFuture<Credentials> mine, IOException cause) {
        long now = nanoTime.getAsLong();
        HeldCredentials known = held.get();
        if (known != null) {
            held.compareAndSet(known, known.refreshedLater(now, PAUSE));
        }
        failure.set(new Failure(cause, now));
        flight.set(null);
        String rest = known != null && known.isUsable(now) ? "; the last ones stay in use" : "";
        LOG.log(Level.WARNING, "credentials by {0} cannot be had: {1}{2}", name, cause.getMessage(), rest);
        // Last: who is woken by it finds the rest done, and told.
        mine.completeExceptionally(cause);
    }

    private Credentials await(CompletableFuture<Credentials> flight) throws IOException {
        try {
            return flight.get(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for credentials");
        } catch (TimeoutException e) {
            throw new UpstreamTimeoutException(
                    "no credentials by " + name + " after " + LONGEST_WAIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(cause == null ? name : cause.getMessage(), cause);
        }
    }

    @Override
    public String toString() {
        return "RefreshingCredentials[" + name + "]";
    }
}
