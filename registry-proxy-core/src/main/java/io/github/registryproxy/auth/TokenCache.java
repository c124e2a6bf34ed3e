package io.github.registryproxy.auth;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Scope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens until they expire, and one request at a time for each: who comes while it is under way waits for it, or goes on
 * with the token that is still good.
 */
final class TokenCache {
    private static final int MOST = 10_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    /** How many leaders may be interrupted before a follower gives up. */
    private static final int MOST_TURNS = 8;

    private final Cache<Key, Entry> entries =
            CacheBuilder.newBuilder().maximumSize(MOST).build();
    private final LongSupplier nanoTime;

    /** Whose token it is and what it is for; scopes sorted, so that their order does not matter. */
    record Key(String upstream, Credentials credentials, Realm realm, Optional<String> service, List<String> scopes) {
        static Key of(String upstream, Credentials credentials, TokenQuestion question) {
            List<String> scopes = question.scopes().stream()
                    .map(Key::sorted)
                    .map(Scope::toString)
                    .sorted()
                    .toList();
            return new Key(upstream, credentials, question.realm(), question.service(), scopes);
        }

        private static Scope sorted(Scope scope) {
            return new Scope(
                    scope.type(),
                    scope.name(),
                    scope.actions().stream().sorted().toList());
        }
    }

    /** Gets a token from its server. */
    @FunctionalInterface
    interface Source {
        Token fetch() throws IOException;
    }

    private static final class Entry {
        final AtomicReference<@Nullable Token> token = new AtomicReference<>();
        final AtomicReference<@Nullable CompletableFuture<Optional<Token>>> flight = new AtomicReference<>();
    }

    /** @param nanoTime a clock that only goes forward, in nanoseconds */
    TokenCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * A usable token, or one just fetched whatever its lifetime.
     *
     * @throws IOException what the source throws; all who waited for it get it
     */
    Token get(Key key, Source source) throws IOException {
        Entry entry = entry(key);
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            Token known = entry.token.get();
            long now = nanoTime.getAsLong();
            boolean usable = known != null && known.isUsable(now);
            if (known != null && usable && !known.isDue(now)) {
                return known;
            }
            CompletableFuture<Optional<Token>> mine = new CompletableFuture<>();
            CompletableFuture<Optional<Token>> other = entry.flight.compareAndExchange(null, mine);
            if (other == null) {
                if (Objects.equals(entry.token.get(), known)) {
                    return lead(entry, mine, source, usable ? known : null);
                }
                // Somebody else's request ended between the look and the turn.
                entry.flight.set(null);
                mine.complete(Optional.empty());
            } else if (known != null && usable) {
                return known;
            } else {
                Optional<Token> theirs = follow(other);
                if (theirs.isPresent()) {
                    return theirs.get();
                }
            }
        }
        throw new InterruptedIOException("everybody who asked for the token was interrupted");
    }

    /** Forgets that token, not a newer one. */
    void drop(Key key, Token token) {
        Entry entry = entries.getIfPresent(key);
        if (entry != null) {
            Token known = entry.token.get();
            if (known != null && known.value().equals(token.value())) {
                entry.token.compareAndSet(known, null);
            }
        }
    }

    long now() {
        return nanoTime.getAsLong();
    }

    private Entry entry(Key key) {
        Entry fresh = new Entry();
        Entry known = entries.asMap().putIfAbsent(key, fresh);
        return known == null ? fresh : known;
    }

    private Token lead(Entry entry, CompletableFuture<Optional<Token>> mine, Source source, @Nullable Token stillGood)
            throws IOException {
        try {
            Token token = source.fetch();
            if (token.isUsable(nanoTime.getAsLong())) {
                entry.token.set(token);
            }
            entry.flight.set(null);
            mine.complete(Optional.of(token));
            return token;
        } catch (InterruptedIOException e) {
            entry.flight.set(null);
            mine.complete(Optional.empty());
            throw e;
        } catch (IOException | RuntimeException e) {
            Token later = stillGood == null ? null : stillGood.refreshedLater(nanoTime.getAsLong(), AFTER_FAILURE);
            if (later != null) {
                entry.token.compareAndSet(stillGood, later);
            }
            entry.flight.set(null);
            mine.completeExceptionally(e);
            if (later != null && !(e instanceof CredentialsRefusedException)) {
                return later;
            }
            throw e;
        } finally {
            // After an Error nobody may wait for ever.
            if (!mine.isDone()) {
                entry.flight.set(null);
                mine.cancel(false);
            }
        }
    }

    /** The leader's token; empty when there is none and nothing to learn from why. */
    private static Optional<Token> follow(CompletableFuture<Optional<Token>> flight) throws IOException {
        try {
            return flight.get(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a token");
        } catch (TimeoutException e) {
            throw new UpstreamTimeoutException("no token after " + LONGEST_WAIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw again(e.getCause());
        } catch (java.util.concurrent.CancellationException e) {
            return Optional.empty();
        }
    }

    /** The leader's failure with the follower's stack. */
    private static IOException again(@Nullable Throwable cause) {
        if (cause instanceof RegistryException refusal) {
            throw new RegistryException(refusal.error(), refusal);
        }
        if (cause instanceof IOException failure) {
            return failure;
        }
        throw new RegistryException(ErrorCode.UNKNOWN.because("a token request failed"), cause);
    }
}
