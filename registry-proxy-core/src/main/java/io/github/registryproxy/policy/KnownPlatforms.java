package io.github.registryproxy.policy;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What indexes said which platforms their manifests are for: true for ever, so rules may change meanwhile. Of a manifest that is
 * forgotten, its configuration says it.
 */
final class KnownPlatforms {
    private static final Logger LOG = System.getLogger(KnownPlatforms.class.getName());
    private static final int MOST = 100_000;

    /** Of one manifest; no honest index has a manifest for more. */
    private static final int MOST_OF_ONE = 32;

    private record Key(RepositoryName repository, Digest manifest) {}

    private final Cache<Key, Set<Platform>> memory =
            CacheBuilder.newBuilder().maximumSize(MOST).build();
    private final Optional<ContentStore> store;
    private final String scope;

    KnownPlatforms(Optional<ContentStore> store, String scope) {
        this.store = store;
        this.scope = scope;
    }

    /** Empty where no index was seen that says it. */
    Set<Platform> of(RepositoryName repository, Digest manifest) {
        Key key = new Key(repository, manifest);
        Set<Platform> known = memory.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Set<Platform> stored = stored(key);
        if (!stored.isEmpty()) {
            memory.put(key, stored);
        }
        return stored;
    }

    /** Beside what is known already: a manifest may be in several indexes. */
    void add(RepositoryName repository, Digest manifest, Set<Platform> platforms) {
        Set<Platform> known = of(repository, manifest);
        if (known.containsAll(platforms)) {
            return;
        }
        Set<Platform> all = new LinkedHashSet<>(platforms);
        all.addAll(known);
        Set<Platform> kept = all.stream().limit(MOST_OF_ONE).collect(Collectors.toUnmodifiableSet());
        Key key = new Key(repository, manifest);
        memory.put(key, kept);
        put(key, kept);
    }

    private Set<Platform> stored(Key key) {
        if (store.isEmpty()) {
            return Set.of();
        }
        try {
            return store.get()
                    .record(record(key))
                    .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                    .map(text -> Arrays.stream(text.split(",", -1))
                            .map(Platform::parse)
                            .collect(Collectors.toUnmodifiableSet()))
                    .orElse(Set.of());
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "cannot be asked what indexes said of platforms: {0}", e.toString());
            return Set.of();
        }
    }

    private void put(Key key, Set<Platform> platforms) {
        if (store.isEmpty()) {
            return;
        }
        try {
            String text = platforms.stream().map(Platform::toString).collect(Collectors.joining(","));
            store.get().putRecord(record(key), text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot keep what indexes said of platforms: {0}", e.toString());
        }
    }

    private RecordKey record(Key key) {
        return RecordKey.of(
                "platform", scope, key.repository().value(), key.manifest().toString());
    }
}
