package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.TokenClaims;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.Ping;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rights of callers to read cached content of one upstream: the upstream itself accepted that credential for that content. A right
 * ends after a while, with the token that it was given for, and when the upstream refuses the credential anything.
 *
 * <p>In memory, not in the store: a record for each token would push tags and manifests out of the store, and would outlive the
 * token. After a restart the upstream is asked once more. Memory is bounded; the right that was used least recently goes first.
 */
final class CallerRights {
    static final Duration DEFAULT_TTL = Duration.ofMinutes(15);
    static final Duration LONGEST_TTL = Duration.ofDays(1);

    private static final int MOST_RIGHTS = 100_000;
    private static final int MOST_CREDENTIALS = 10_000;
    private static final int STRIPES = 1024;

    private final String upstream;
    private final Duration ttl;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Cache<String, Holder> holders =
            CacheBuilder.newBuilder().maximumSize(MOST_CREDENTIALS).build();
    private final Cache<Right, Long> rights;
    private final AtomicLongArray revocations = new AtomicLongArray(STRIPES);
    private final AtomicLong removals = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private volatile @Nullable Caller any;

    /** A credential, until it is refused; compared by identity, so that what an ended one was given is found no more. */
    private static final class Holder {}

    /** The kinds of content: a manifest can be had as a manifest alone. */
    enum Kind {
        BLOB,
        MANIFEST
    }

    private record Right(Holder holder, Kind kind, RepositoryName repository, Digest digest) {}

    CallerRights(String upstream, Duration ttl, LongSupplier nanos, Clock clock) {
        this.upstream = upstream;
        this.ttl = ttl;
        this.nanos = nanos;
        this.clock = clock;
        this.rights = CacheBuilder.newBuilder()
                .maximumSize(MOST_RIGHTS)
                .expireAfterWrite(ttl)
                .ticker(new NanosTicker(nanos))
                .build();
    }

    static Duration checked(Duration ttl) {
        if (ttl.isNegative() || ttl.compareTo(LONGEST_TTL) > 0) {
            throw new IllegalArgumentException("accessTtl takes 0 s to 24 hours, not " + ttl);
        }
        return ttl;
    }

    /** The caller of a request. To be had before anything is looked up or asked for it. */
    Caller caller(RegistryRequest request, CacheAccess access) {
        if (access == CacheAccess.PUBLIC) {
            return anyCaller();
        }
        String text = upstream + "\n" + String.join("\n", request.headers().all(HeaderNames.AUTHORIZATION));
        String credential = Digest.of(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8))
                .encoded();
        long revoked = revocations.get(stripe(credential));
        String identity = credential + " " + revoked;
        return new Caller(
                access,
                credential,
                access == CacheAccess.RECHECK ? identity + " " + requests.incrementAndGet() : identity,
                !request.headers().contains(HeaderNames.AUTHORIZATION),
                revoked,
                removals.get(),
                this);
    }

    /** The one caller that all are, where it does not matter which one asks; made anew after a removal alone. */
    private Caller anyCaller() {
        Caller before = any;
        long now = removals.get();
        if (before != null && before.removals() == now) {
            return before;
        }
        Caller made = new Caller(CacheAccess.PUBLIC, "", "", true, 0, now, this);
        any = made;
        return made;
    }

    boolean mayRead(Caller caller, Kind kind, RepositoryName repository, Digest digest) {
        if (caller.access() != CacheAccess.SAME_CREDENTIAL) {
            return false;
        }
        Holder holder = holders.getIfPresent(caller.credential());
        Long until = holder == null ? null : rights.getIfPresent(new Right(holder, kind, repository, digest));
        return until != null && until - nanos.getAsLong() > 0;
    }

    /** The upstream gave this content for this request. No right arises from an answer that is older than an end of rights. */
    void grant(Caller caller, RegistryRequest request, Kind kind, RepositoryName repository, Digest digest) {
        if (caller.access() != CacheAccess.SAME_CREDENTIAL || isOutdated(caller)) {
            return;
        }
        Duration left = left(request);
        if (left.isNegative() || left.isZero()) {
            return;
        }
        Holder holder = holders.asMap().computeIfAbsent(caller.credential(), credential -> new Holder());
        Right right = new Right(holder, kind, repository, digest);
        rights.put(right, nanos.getAsLong() + left.toNanos());
        if (isOutdated(caller)) {
            rights.invalidate(right);
        }
    }

    private boolean isOutdated(Caller caller) {
        return revocations.get(stripe(caller.credential())) != caller.revocations()
                || removals.get() != caller.removals();
    }

    /** How long a right lasts that begins now. */
    private Duration left(RegistryRequest request) {
        Duration left = ttl;
        for (String line : request.headers().all(HeaderNames.AUTHORIZATION)) {
            int space = line.indexOf(' ');
            Optional<Instant> end = space < 0
                    ? Optional.empty()
                    : TokenClaims.expiry(line.substring(space + 1).strip());
            if (end.isPresent() && end.get().isBefore(clock.instant().plus(left))) {
                left = Duration.between(clock.instant(), end.get());
            }
        }
        return left;
    }

    /** The upstream, which ends the rights of a credential when it refuses it. */
    RegistryHandler watched(Caller caller, RegistryHandler next) {
        if (caller.access() != CacheAccess.SAME_CREDENTIAL) {
            return next;
        }
        return request -> {
            try {
                RegistryResponse response = next.handle(request);
                heed(caller, request, response.status());
                return response;
            } catch (RegistryException e) {
                heed(caller, request, e.error().status());
                throw e;
            }
        };
    }

    /** A version check without credentials is how clients ask which ones are wanted: its 401 refuses none. */
    private void heed(Caller caller, RegistryRequest request, int status) {
        boolean asksHow =
                request.operation() instanceof Ping && !request.headers().contains(HeaderNames.AUTHORIZATION);
        if ((status == 401 || status == 403) && !asksHow) {
            revocations.incrementAndGet(stripe(caller.credential()));
            holders.invalidate(caller.credential());
        }
    }

    /** Count of removals: what was asked before another one says nothing after it. */
    long removals() {
        return removals.get();
    }

    /** Takes rights to some content from every caller, also from those whose answer is on its way. */
    void remove(BiPredicate<RepositoryName, Digest> which) {
        removals.incrementAndGet();
        rights.asMap().keySet().removeIf(right -> which.test(right.repository(), right.digest()));
    }

    private static int stripe(String credential) {
        return Math.floorMod(credential.hashCode(), STRIPES);
    }
}
