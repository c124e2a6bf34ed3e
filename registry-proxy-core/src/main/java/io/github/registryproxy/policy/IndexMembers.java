package io.github.registryproxy.policy;

import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Fetches what an index names, so that the ages of an index and of its manifests start together. */
final class IndexMembers {
    /** Manifests that are fetched for one request; the others are fetched at the next one. */
    static final int MOST_FETCHED = 64;

    private static final Logger LOG = System.getLogger(IndexMembers.class.getName());

    private IndexMembers() {}

    /**
     * Fetches those that were never fetched, and what they name in turn. A manifest that does not exist yet, or cannot be had, gets
     * no clock.
     *
     * @throws IOException when the store fails
     */
    static void startClocks(Documents documents, FirstSeen seen, PulledManifest index, Instant now) throws IOException {
        Deque<Digest> open = new ArrayDeque<>(index.outline().manifestDigests());
        Set<Digest> met = new HashSet<>(open);
        int left = MOST_FETCHED;
        while (left > 0 && !open.isEmpty()) {
            Digest digest = open.remove();
            if (seen.known(documents.repository(), digest).isPresent()) {
                continue;
            }
            left--;
            Optional<byte[]> json;
            try {
                json = documents.manifest(digest);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException | RegistryException | RefusedException e) {
                LOG.log(Level.DEBUG, "cannot fetch what an index names", e);
                return;
            }
            if (json.isPresent()) {
                seen.fetched(documents.repository(), digest, now);
                Set<Digest> named =
                        Manifest.find(json.get()).map(Manifest::manifestDigests).orElse(Set.of());
                named.stream().filter(met::add).forEach(open::add);
            }
        }
    }
}
