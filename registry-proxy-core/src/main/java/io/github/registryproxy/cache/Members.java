package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Which repository has which blob, as the upstream said: content is stored once and served to the repositories it belongs to.
 * Where it matters, also with whose credentials it said so, as a hash.
 */
final class Members {
    private static final Logger LOG = System.getLogger(Members.class.getName());
    static final String KIND = "member";
    private static final String ANYBODY = "*";
    private static final byte[] YES = {'1'};

    private final ContentStore store;
    private final String upstream;
    private final CacheAccess access;
    private final Cache<RecordKey, Boolean> known =
            CacheBuilder.newBuilder().maximumSize(100_000).build();
    private final AtomicLong purges = new AtomicLong();

    Members(ContentStore store, String upstream, CacheAccess access) {
        this.store = store;
        this.upstream = upstream;
        this.access = access;
    }

    /** Whether the caller may have the blob through that repository without the upstream being asked. */
    boolean mayRead(RegistryRequest request, RepositoryName repository, Digest digest) {
        if (access == CacheAccess.RECHECK) {
            return false;
        }
        RecordKey key = key(request, repository, digest);
        if (known.getIfPresent(key) != null) {
            return true;
        }
        try {
            long before = purges.get();
            boolean there = store.record(key).isPresent();
            if (there) {
                know(key, before);
            }
            return there;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot be asked who may read: {0}", e.toString());
            return false;
        }
    }

    /** To be had before the upstream is asked, and given to {@link #remember}. */
    long asOf() {
        return purges.get();
    }

    /** The upstream gave the caller that blob through that repository; it is not remembered if something was taken away since. */
    void remember(RegistryRequest request, RepositoryName repository, Digest digest, long asOf) {
        if (access == CacheAccess.RECHECK) {
            return;
        }
        RecordKey key = key(request, repository, digest);
        if (known.getIfPresent(key) != null) {
            return;
        }
        try {
            store.putRecord(key, YES);
            know(key, asOf);
            if (purges.get() != asOf) {
                store.deleteRecord(key);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot keep who may read: {0}", e.toString());
        }
    }

    /** Never beyond the record: a purge takes that away first and counts then. */
    private void know(RecordKey key, long purgesBefore) {
        known.put(key, true);
        if (purges.get() != purgesBefore) {
            known.invalidate(key);
        }
    }

    /** These records are no longer there. */
    void purged(Predicate<RecordKey> gone) {
        purges.incrementAndGet();
        known.asMap().keySet().removeIf(gone);
    }

    /** The repository no longer has it, whoever asks; also for those whose answer from before is on its way. */
    void forget(RepositoryName repository, Digest digest) {
        List<String> ofIt = List.of(upstream, repository.value(), digest.toString());
        Predicate<RecordKey> gone =
                key -> key.parts().size() == 4 && key.parts().subList(0, 3).equals(ofIt);
        // Before, for what is remembered meanwhile; and after, for what is read meanwhile.
        purges.incrementAndGet();
        try {
            for (RecordKey key : records(repository, digest)) {
                if (gone.test(key)) {
                    store.deleteRecord(key);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot forget who may read: {0}", e.toString());
        }
        purged(gone);
    }

    private List<RecordKey> records(RepositoryName repository, Digest digest) throws IOException {
        return access == CacheAccess.SAME_CREDENTIAL
                ? store.records(KIND)
                : List.of(RecordKey.of(KIND, upstream, repository.value(), digest.toString(), ANYBODY));
    }

    private RecordKey key(RegistryRequest request, RepositoryName repository, Digest digest) {
        Optional<String> authorization = access == CacheAccess.SAME_CREDENTIAL
                ? Optional.of(request.headers().first(HeaderNames.AUTHORIZATION).orElse(""))
                : Optional.empty();
        String caller = authorization
                .map(value -> Digest.of(Digest.Algorithm.SHA256, value.getBytes(StandardCharsets.UTF_8))
                        .encoded())
                .orElse(ANYBODY);
        return RecordKey.of(KIND, upstream, repository.value(), digest.toString(), caller);
    }
}
