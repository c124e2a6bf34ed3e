package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Tags that are not there, for a short while and in memory alone. What a HEAD did not find, a GET may. */
final class MissingTags {
    private static final long LARGEST = 4L * 1024 * 1024;
    private static final int OVERHEAD = 1024;

    private final Cache<Key, Answer> missing;

    private record Key(TagView view, boolean head) {}

    MissingTags(Duration ttl, LongSupplier nanos) {
        this.missing = CacheBuilder.newBuilder()
                .expireAfterWrite(ttl)
                .ticker(new NanosTicker(nanos))
                .maximumWeight(LARGEST)
                .weigher((Key key, Answer answer) -> answer.body().length + OVERHEAD)
                .build();
    }

    Optional<Answer> find(TagView view, boolean head) {
        if (missing.size() == 0) {
            return Optional.empty();
        }
        Answer got = missing.getIfPresent(new Key(view, false));
        return got != null || !head
                ? Optional.ofNullable(got)
                : Optional.ofNullable(missing.getIfPresent(new Key(view, true)));
    }

    void put(TagView view, boolean head, Answer answer) {
        missing.put(new Key(view, head), answer);
    }

    /** It is there after all. */
    void found(TagView view) {
        missing.invalidate(new Key(view, false));
        missing.invalidate(new Key(view, true));
    }

    void drop(Predicate<KeptTags.Name> which) {
        missing.asMap().keySet().removeIf(key -> which.test(key.view().name()));
    }
}
