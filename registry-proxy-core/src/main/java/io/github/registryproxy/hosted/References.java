package io.github.registryproxy.hosted;

import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.protocol.Digest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;

/**
 * How many repositories each content belongs to, and since when what belongs to none does. Whoever links content or takes it away
 * holds its lock, so that nothing goes between a look and a link.
 */
final class References {
    private final Striped<Lock> locks = Striped.lock(256);
    private final Map<Digest, Integer> counts = new ConcurrentHashMap<>();
    private final Map<Digest, Long> orphans = new ConcurrentHashMap<>();

    /** The lock of a content; taken before that of a repository, never within it. */
    Lock lock(Digest digest) {
        return locks.get(digest);
    }

    void add(Digest digest) {
        counts.merge(digest, 1, Integer::sum);
        orphans.remove(digest);
    }

    void remove(Digest digest, long now) {
        counts.computeIfPresent(digest, (any, count) -> {
            if (count > 1) {
                return count - 1;
            }
            orphans.put(digest, now);
            return null;
        });
    }

    boolean has(Digest digest) {
        return counts.containsKey(digest);
    }

    /** How many contents belong to a repository at all. */
    int size() {
        return counts.size();
    }

    /** Content was found that belongs to no repository: it is an orphan from now on, unless it is one already. */
    void found(Digest digest, long now) {
        if (!has(digest)) {
            orphans.putIfAbsent(digest, now);
        }
    }

    /** What has belonged to none since before then. */
    List<Digest> orphans(long before) {
        return orphans.entrySet().stream()
                .filter(orphan -> orphan.getValue() < before)
                .map(Map.Entry::getKey)
                .toList();
    }

    void forget(Digest digest) {
        orphans.remove(digest);
    }
}
