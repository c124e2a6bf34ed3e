package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.VerifiedContent;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** What makes bytes the manifest that was asked for: their digest, a document that is one thing alone, and its type. */
final class ManifestCheck {
    private static final Logger LOG = System.getLogger(ManifestCheck.class.getName());

    private ManifestCheck() {}

    /**
     * The response of a manifest that is what was asked for.
     *
     * @throws IOException when it is not
     */
    static RegistryResponse verified(Headers headers, byte[] content, Reference reference) throws IOException {
        Optional<Digest> claimed = claimed(headers);
        Digest wanted = reference instanceof Digest digest
                ? digest
                : claimed.orElseGet(() -> Digest.of(Digest.Algorithm.SHA256, content));
        Body verified;
        try {
            verified = VerifiedContent.of(wanted, content);
        } catch (ContentMismatchException e) {
            LOG.log(
                    Level.ERROR,
                    "INTEGRITY manifest {0}: wanted {1}, got {2} bytes that hash to another",
                    reference,
                    wanted,
                    Integer.toString(content.length));
            throw e;
        }
        MediaType type = checkedType(typeOf(headers), content);
        Headers described = headers.with(HeaderNames.DOCKER_CONTENT_DIGEST, wanted.toString())
                .with(HeaderNames.CONTENT_TYPE, type.value());
        return RegistryResponse.of(200, described, verified);
    }

    /**
     * The type under which clients get the document. One that readers understand in two ways passes as the opaque bytes that it is,
     * under the upstream's word alone, so that nothing here describes it by a reading that others do not share.
     */
    private static MediaType checkedType(MediaType said, byte[] content) throws IOException {
        Manifest manifest;
        try {
            manifest = Manifest.read(content);
        } catch (ManifestRefusedException e) {
            return opaque(said, e);
        }
        if (!manifest.isManifest() && !isSpecial(said)) {
            throw new IOException("a JSON document of type " + said + " that is no manifest");
        }
        boolean fits = !manifest.isManifest() || (said.isManifestSafe() && manifest.agreesWith(said));
        return safe(manifest.mediaType().orElseGet(() -> fits ? said : guess(manifest)));
    }

    private static MediaType opaque(MediaType said, ManifestRefusedException why) throws IOException {
        switch (why.reason()) {
            case NOT_JSON -> {
                if (said.isJson() || said.value().isEmpty() || said.value().startsWith("text/")) {
                    throw new IOException("a manifest of type " + said + " that is no JSON object", why);
                }
            }
            case AMBIGUOUS -> throw new IOException("a manifest that is an index as well", why);
            case UNCLEAR, TOO_LARGE ->
                LOG.log(Level.WARNING, "a manifest passes without being understood: {0}", why.getMessage());
        }
        return safe(said);
    }

    /** The type, or that of any bytes where a browser could take the document for a page. */
    static MediaType safe(MediaType type) {
        return type.isManifestSafe() ? type : MediaType.OCTET_STREAM;
    }

    /** Whether a registry vouches for a type of its own, which may look like anything. */
    private static boolean isSpecial(MediaType said) {
        return said.value().startsWith("application/vnd.")
                && !said.equals(MediaType.OCI_MANIFEST)
                && !said.equals(MediaType.OCI_INDEX)
                && !said.equals(MediaType.DOCKER_MANIFEST)
                && !said.equals(MediaType.DOCKER_MANIFEST_LIST);
    }

    private static MediaType guess(Manifest manifest) {
        return switch (manifest.kind()) {
            case INDEX -> MediaType.OCI_INDEX;
            case SCHEMA1 -> MediaType.JSON;
            default -> MediaType.OCI_MANIFEST;
        };
    }

    /** What the registry says the type is; empty text where it says nothing. */
    static MediaType typeOf(Headers headers) {
        return new MediaType(headers.first(HeaderNames.CONTENT_TYPE).orElse(""));
    }

    /** The digest that the registry says the content has. */
    static Optional<Digest> claimed(Headers headers) {
        try {
            return headers.first(HeaderNames.DOCKER_CONTENT_DIGEST).map(Digest::parse);
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }
}
