package io.github.registryproxy.cache;

import com.google.common.collect.MapMaker;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.ContentStore;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The fills under way in one store, by digest: all caches that share the store share them, each of its own source. */
final class Fills {
    private static final ConcurrentMap<ContentStore, ConcurrentMap<Digest, BlobFill>> OF_STORES =
            new MapMaker().weakKeys().makeMap();

    private Fills() {}

    static ConcurrentMap<Digest, BlobFill> of(ContentStore store) {
        return OF_STORES.computeIfAbsent(store, s -> new ConcurrentHashMap<>());
    }
}
