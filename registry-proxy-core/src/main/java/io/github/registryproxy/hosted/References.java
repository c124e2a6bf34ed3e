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
    private final Map<Digest, Count> counts = new ConcurrentHashMap<>();
    private final Map<Digest, Long> orphans = new ConcurrentHashMap<>();

    private record Count(Digest digest, int repositories) {}

    /** The lock of a content; taken before that of a repository, never within it. */
    Lock lock(Digest digest) {
        return locks.get(digest);
    }

    /**
     * One repository more has it.
     *
     * @return the digest, as the one object that stands for it in all repositories
     */
    Digest add(Digest digest) {
        Count count = counts.compute(
                digest,
                (any, before) ->
                        before == null ? new Count(digest, 1) : new Count(before.digest, before.repositories + 1));
        orphans.remove(digest);
        return count.digest;
    }

    /** The digest, as {@link #add} gives it; as it is where no repository has it. */
    Digest same(Digest digest) {
        Count count = counts.get(digest);
        return count == null ? digest : count.digest;
    }

    void remove(Digest digest, long now) {
        counts.computeIfPresent(digest, (any, before) -> {
            if (before.repositories > 1) {
                return new Count(before.digest, before.repositories - 1);
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
