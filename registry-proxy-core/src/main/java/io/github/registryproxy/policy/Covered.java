package io.github.registryproxy.policy;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The manifests that signed indexes name. What is forgotten is refused until the index is asked for again. */
interface Covered {
    Covered NOTHING = new Covered() {
        @Override
        public boolean covers(RepositoryName repository, Digest manifest, Instant now) {
            return false;
        }

        @Override
        public void add(RepositoryName repository, Digest manifest, Optional<Instant> until) {}
    };

    boolean covers(RepositoryName repository, Digest manifest, Instant now);

    /** @param until when the key of the index's signature ends */
    void add(RepositoryName repository, Digest manifest, Optional<Instant> until);

    /** As records, which outlive a restart where the store does, and hold only as long as the keys stay the same. */
    final class InStore implements Covered {
        private static final Logger LOG = System.getLogger(Covered.class.getName());
        private static final String FOREVER = "-";

        private final ContentStore store;
        private final String scope;
        private final String keys;

        InStore(ContentStore store, String scope, List<SignatureKey> keys) {
            this.store = store;
            this.scope = scope;
            MessageDigest all = Digest.Algorithm.SHA256.start();
            keys.stream().map(key -> key.key().getEncoded()).forEach(all::update);
            this.keys = Digest.of(Digest.Algorithm.SHA256, all).encoded();
        }

        @Override
        public boolean covers(RepositoryName repository, Digest manifest, Instant now) {
            try {
                return store.record(key(repository, manifest))
                        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                        .filter(until -> until.equals(FOREVER) || now.isBefore(Instant.parse(until)))
                        .isPresent();
            } catch (IOException | DateTimeException e) {
                LOG.log(Level.WARNING, "cannot be asked what signed indexes name: {0}", e.toString());
                return false;
            }
        }

        @Override
        public void add(RepositoryName repository, Digest manifest, Optional<Instant> until) {
            try {
                byte[] value = until.map(Instant::toString).orElse(FOREVER).getBytes(StandardCharsets.US_ASCII);
                store.putRecord(key(repository, manifest), value);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot keep what signed indexes name: {0}", e.toString());
            }
        }

        private RecordKey key(RepositoryName repository, Digest manifest) {
            return RecordKey.of("covered", scope, keys, repository.value(), manifest.toString());
        }
    }
}
