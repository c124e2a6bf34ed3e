package io.github.registryproxy.policy;

import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Tag;
import java.util.Optional;

/**
 * Manifest that a client asks for, fetched and verified.
 *
 * @param tag by which the client asks for it; empty when it asks by digest
 */
record PulledManifest(Digest digest, Optional<Tag> tag, Manifest outline) {
    /** @throws RegistryException as {@link #outline(byte[])} */
    static PulledManifest of(Digest digest, Optional<Tag> tag, byte[] json) {
        return new PulledManifest(digest, tag, outline(json));
    }

    /**
     * The outline that a policy decides on.
     *
     * @throws RegistryException UNAVAILABLE (502) when the document has more than one meaning, so that a client could read another
     *     one than the policy, or when it is no manifest
     */
    static Manifest outline(byte[] json) {
        try {
            return Manifest.read(json);
        } catch (ManifestRefusedException e) {
            throw ErrorCode.UNAVAILABLE
                    .because("upstream sent an ambiguous manifest: " + e.getMessage())
                    .withStatus(502)
                    .asException();
        }
    }
}
