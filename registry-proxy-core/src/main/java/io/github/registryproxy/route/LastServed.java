package io.github.registryproxy.route;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.RepositoryName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Which member served a repository last, for a while: whoever gave a manifest has its blobs. A hint, never an answer. */
final class LastServed {
    private static final int MOST = 10_000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final Cache<RepositoryName, Integer> members;

    LastServed(LongSupplier nanos) {
        this.members = CacheBuilder.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(KEPT)
                .ticker(new Ticker() {
                    @Override
                    public long read() {
                        return nanos.getAsLong();
                    }
                })
                .build();
    }

    /** The member's place in the order. */
    Optional<Integer> of(RepositoryName repository) {
        return Optional.ofNullable(members.getIfPresent(repository));
    }

    void remember(RepositoryName repository, int member) {
        members.put(repository, member);
    }
}
