package io.github.registryproxy.policy;

import io.github.registryproxy.document.ManifestLinks;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Tag;
import java.util.Optional;

/**
 * Manifest that a client asks for, fetched and verified.
 *
 * @param tag by which the client asks for it; empty when it asks by digest
 */
record PulledManifest(Digest digest, Optional<Tag> tag, byte[] json) {
    ManifestLinks links() {
        return ManifestLinks.parse(json);
    }
}
