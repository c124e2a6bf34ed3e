package io.github.registryproxy.policy;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Manifests that signed indexes name, each with the keys of those signatures. A manifest is covered as long as one of its keys is
 * configured and has not ended, whatever was configured when the index was seen. In memory, and in a store if there is one.
 */
final class SignedMembers {
    private static final Logger LOG = System.getLogger(SignedMembers.class.getName());
    private static final int MOST = 100_000;

    /** Keys of one manifest; the eldest goes. */
    private static final int MOST_KEYS = 8;

    private record Key(RepositoryName repository, Digest manifest) {}

    private final String kind;
    private final List<SignatureKey> keys;
    private final Optional<ContentStore> store;
    private final String scope;
    private final Cache<Key, List<String>> memory =
            CacheBuilder.newBuilder().maximumSize(MOST).build();

    /**
     * @param kind what tells these records from those of another policy
     * @param scope what tells this upstream's records from another's in the store
     */
    SignedMembers(String kind, List<SignatureKey> keys, Optional<ContentStore> store, String scope) {
        this.kind = kind;
        this.keys = List.copyOf(keys);
        this.store = store;
        this.scope = scope;
    }

    boolean covers(RepositoryName repository, Digest manifest, Instant now) {
        if (keys.isEmpty()) {
            return false;
        }
        List<String> signers = signers(new Key(repository, manifest));
        return keys.stream().anyMatch(key -> key.isValidAt(now) && signers.contains(fingerprint(key)));
    }

    /** Notes that an index names the manifest and is signed with that key. */
    void add(RepositoryName repository, Digest manifest, SignatureKey key) {
        Key of = new Key(repository, manifest);
        List<String> known = signers(of);
        if (known.contains(fingerprint(key))) {
            return;
        }
        List<String> all = new ArrayList<>(known.subList(Math.max(0, known.size() + 1 - MOST_KEYS), known.size()));
        all.add(fingerprint(key));
        memory.put(of, List.copyOf(all));
        if (store.isPresent()) {
            try {
                store.get().putRecord(record(of), String.join(" ", all).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot record which manifests a signed index names: {0}", e.toString());
            }
        }
    }

    private List<String> signers(Key of) {
        List<String> known = memory.getIfPresent(of);
        if (known != null || store.isEmpty()) {
            return known == null ? List.of() : known;
        }
        try {
            List<String> stored = store.get()
                    .record(record(of))
                    .map(bytes -> List.of(new String(bytes, StandardCharsets.US_ASCII).split(" ")))
                    .orElse(List.of());
            if (!stored.isEmpty()) {
                memory.put(of, stored);
            }
            return stored;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read which manifests a signed index names: {0}", e.toString());
            return List.of();
        }
    }

    private static String fingerprint(SignatureKey key) {
        return Digest.of(Digest.Algorithm.SHA256, key.key().getEncoded()).encoded();
    }

    private RecordKey record(Key key) {
        return RecordKey.of(
                kind, scope, key.repository().value(), key.manifest().toString());
    }
}
