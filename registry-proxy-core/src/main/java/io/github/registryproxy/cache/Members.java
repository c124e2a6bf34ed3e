package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Records of which repository has which blob, as the upstream said: content is stored once and belongs to several repositories. One
 * record for each, or two: what the upstream gave to the proxy's own credentials is for all, what it gave to a client's is not.
 */
final class Members {
    private static final Logger LOG = System.getLogger(Members.class.getName());
    static final String KIND = "member";
    private static final String FOR_ALL = "*";
    private static final String NOT_FOR_ALL = "-";
    private static final byte[] YES = {'1'};

    private final ContentStore store;
    private final String upstream;
    private final LongSupplier removals;
    private final Cache<RecordKey, Boolean> known =
            CacheBuilder.newBuilder().maximumSize(100_000).build();

    /** @param removals counted up before and after records are taken away */
    Members(ContentStore store, String upstream, LongSupplier removals) {
        this.store = store;
        this.upstream = upstream;
        this.removals = removals;
    }

    /** Whether the repository has the blob, and the upstream gave it to the proxy's own credentials. */
    boolean isForAll(RepositoryName repository, Digest digest) {
        RecordKey key = key(repository, digest, FOR_ALL);
        if (known.getIfPresent(key) != null) {
            return true;
        }
        try {
            long before = removals.getAsLong();
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

    /**
     * Remembers that the repository has the blob, unless a record was taken away since the upstream was asked.
     *
     * @param forAll whether it said so to the proxy's own credentials
     * @param asOf the count of removals before it was asked
     */
    void remember(RepositoryName repository, Digest digest, boolean forAll, long asOf) {
        RecordKey key = key(repository, digest, forAll ? FOR_ALL : NOT_FOR_ALL);
        if (known.getIfPresent(key) != null) {
            return;
        }
        try {
            store.putRecord(key, YES);
            know(key, asOf);
            if (removals.getAsLong() != asOf) {
                store.deleteRecord(key);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot keep who may read: {0}", e.toString());
        }
    }

    /** Never beyond the record: a purge takes that away first and counts then. */
    private void know(RecordKey key, long removalsBefore) {
        known.put(key, true);
        if (removals.getAsLong() != removalsBefore) {
            known.invalidate(key);
        }
    }

    /** These records are no longer there. */
    void purged(Predicate<RecordKey> gone) {
        known.asMap().keySet().removeIf(gone);
    }

    /** The repository no longer has the blob. */
    void delete(RepositoryName repository, Digest digest) {
        try {
            for (RecordKey key : keys(repository, digest)) {
                store.deleteRecord(key);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot forget who may read: {0}", e.toString());
        }
    }

    /** All records there may be of a blob in a repository. */
    List<RecordKey> keys(RepositoryName repository, Digest digest) {
        return List.of(key(repository, digest, FOR_ALL), key(repository, digest, NOT_FOR_ALL));
    }

    private RecordKey key(RepositoryName repository, Digest digest, String readers) {
        return RecordKey.of(KIND, upstream, repository.value(), digest.toString(), readers);
    }
}
