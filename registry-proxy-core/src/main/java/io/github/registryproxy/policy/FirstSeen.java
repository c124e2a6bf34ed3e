package io.github.registryproxy.policy;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** When a manifest was first asked for through here. What a store forgets is seen for the first time again. */
final class FirstSeen {
    private final ContentStore store;
    private final String scope;

    FirstSeen(ContentStore store, String scope) {
        this.store = store;
        this.scope = scope;
    }

    /** When that was; the first time, now. */
    Instant of(RepositoryName repository, Digest manifest, Instant now) throws IOException {
        Optional<Instant> known = known(repository, manifest);
        if (known.isPresent()) {
            return known.get();
        }
        put(repository, manifest, now);
        return now;
    }

    /** A manifest is as old as an index that names it. */
    void atLatest(RepositoryName repository, Digest manifest, Instant seen) throws IOException {
        if (known(repository, manifest).filter(known -> !known.isAfter(seen)).isEmpty()) {
            put(repository, manifest, seen);
        }
    }

    private Optional<Instant> known(RepositoryName repository, Digest manifest) throws IOException {
        try {
            return store.record(key(repository, manifest))
                    .map(bytes -> Instant.parse(new String(bytes, StandardCharsets.US_ASCII)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private void put(RepositoryName repository, Digest manifest, Instant seen) throws IOException {
        store.putRecord(key(repository, manifest), seen.toString().getBytes(StandardCharsets.US_ASCII));
    }

    private RecordKey key(RepositoryName repository, Digest manifest) {
        return RecordKey.of("seen", scope, repository.value(), manifest.toString());
    }
}
