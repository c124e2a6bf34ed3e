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

/**
 * Time of the first fetch of each manifest. The caller has the manifest's bytes: an index that names a digest, or a client that asks
 * for one, starts no clock. A manifest that the store forgets is new again.
 */
final class FirstSeen {
    private final ContentStore store;
    private final String scope;

    FirstSeen(ContentStore store, String scope) {
        this.store = store;
        this.scope = scope;
    }

    /** The time of the first fetch of a manifest that was fetched just now. */
    Instant fetched(RepositoryName repository, Digest manifest, Instant now) throws IOException {
        Optional<Instant> known = known(repository, manifest);
        if (known.isEmpty()) {
            byte[] value = now.toString().getBytes(StandardCharsets.US_ASCII);
            store.putRecord(key(repository, manifest), value);
        }
        return known.orElse(now);
    }

    /** The time of the first fetch; empty where there was none. */
    Optional<Instant> known(RepositoryName repository, Digest manifest) throws IOException {
        try {
            return store.record(key(repository, manifest))
                    .map(bytes -> Instant.parse(new String(bytes, StandardCharsets.US_ASCII)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private RecordKey key(RepositoryName repository, Digest manifest) {
        return RecordKey.of("seen", scope, repository.value(), manifest.toString());
    }
}
