package io.github.registryproxy.policy;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.policy.Provenance.Key;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;

/** What is known of digests, in memory before the records. */
final class ReachNodes {
    /** Kept apart, so that digests which strangers make up push out nothing that is known. */
    private static final int MOST_ABSENT = 10_000;

    private final ReachRecords records;
    private final Cache<Key, ReachNode> nodes;
    private final Cache<Key, Boolean> absent =
            CacheBuilder.newBuilder().maximumSize(MOST_ABSENT).build();
    private final Interner<RepositoryName> names = Interners.newWeakInterner();
    private final Interner<Digest> digests = Interners.newWeakInterner();
    private final Striped<Lock> locks = Striped.lock(64);

    ReachNodes(ReachRecords records, int mostInMemory) {
        this.records = records;
        this.nodes = CacheBuilder.newBuilder().maximumSize(mostInMemory).build();
    }

    RepositoryName intern(RepositoryName name) {
        return names.intern(name);
    }

    Digest intern(Digest digest) {
        return digests.intern(digest);
    }

    Optional<ReachNode> inMemory(Key key) {
        return Optional.ofNullable(nodes.getIfPresent(key));
    }

    Optional<ReachNode> find(Key key) {
        ReachNode node = nodes.getIfPresent(key);
        if (node != null) {
            return Optional.of(node);
        }
        if (absent.getIfPresent(key) != null) {
            return Optional.empty();
        }
        Optional<ReachNode> stored = records.node(key);
        if (stored.isEmpty()) {
            absent.put(key, true);
            return Optional.empty();
        }
        ReachNode before = nodes.asMap().putIfAbsent(key, stored.get());
        return Optional.of(before == null ? stored.get() : before);
    }

    /** Changes a node, a new one if need be, while nobody else does; it is written when the change says so. */
    void change(Key asked, Predicate<ReachNode> change) {
        Key key = new Key(intern(asked.repository()), intern(asked.digest()));
        Lock lock = locks.get(key);
        lock.lock();
        try {
            ReachNode node = find(key).orElseGet(ReachNode::new);
            if (change.test(node)) {
                records.put(key, node);
            }
            nodes.put(key, node);
            absent.invalidate(key);
        } finally {
            lock.unlock();
        }
    }
}
