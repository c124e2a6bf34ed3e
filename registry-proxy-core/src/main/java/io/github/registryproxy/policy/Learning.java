package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.policy.ReachNode.Links;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Records what each manifest that passes names, once for a digest. A manifest that two clients could read in two ways does not pass:
 * UNAVAILABLE (502), and nothing is recorded of it.
 */
final class Learning {
    private final Provenance provenance;
    private final int largestManifest;

    Learning(Provenance provenance, int largestManifest) {
        this.provenance = provenance;
        this.largestManifest = largestManifest;
    }

    /**
     * A manifest that was read, or need not be.
     *
     * @param response as it was, to be handed on or closed
     */
    record Read(RegistryResponse response, Optional<Digest> digest) {}

    /** An answer to who asked for an allowed tag. */
    RegistryResponse byTag(RepositoryName repository, Tag tag, RegistryResponse response, boolean head)
            throws IOException {
        if (response.status() != 200) {
            return response;
        }
        Read read = read(repository, response, head);
        read.digest.ifPresent(digest -> provenance.stands(repository, tag, type(response), digest));
        return read.response;
    }

    /** An answer to who asked for what is attached to a digest by its tag. */
    RegistryResponse attached(RepositoryName repository, Digest subject, RegistryResponse response, boolean head)
            throws IOException {
        if (response.status() != 200) {
            return response;
        }
        Read read = read(repository, response, head);
        read.digest.ifPresent(digest -> provenance.name(repository, digest, subject));
        return read.response;
    }

    /** An answer to who asked for a manifest that is allowed, or, by HEAD, whether it is there. */
    RegistryResponse byDigest(RepositoryName repository, RegistryResponse response, boolean head) throws IOException {
        return response.status() == 200 && !head ? read(repository, response, false).response : response;
    }

    private Read read(RepositoryName repository, RegistryResponse response, boolean head) throws IOException {
        Optional<Digest> told = digest(response);
        boolean known =
                told.isPresent() && provenance.links(repository, told.get()).isPresent();
        if (head || known) {
            return new Read(response, told);
        }
        byte[] json;
        try (response) {
            json = response.body().readAll(largestManifest);
        }
        Digest digest = Digest.of(told.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256), json);
        provenance.names(repository, digest, links(PulledManifest.outline(json)));
        return new Read(RegistryResponse.of(response.status(), response.headers(), Body.of(json)), Optional.of(digest));
    }

    /** Whether the manifest that an answer speaks of was read, and is what every client reads in it. */
    boolean isRead(RepositoryName repository, Digest manifest) {
        return provenance.links(repository, manifest).isPresent();
    }

    /** The referrers of a digest. */
    RegistryResponse referrers(RepositoryName repository, Digest subject, RegistryResponse response)
            throws IOException {
        if (response.status() != 200) {
            return response;
        }
        byte[] json;
        try (response) {
            json = response.body().readAll(largestManifest);
        }
        for (Digest referrer : PulledManifest.outline(json).manifestDigests()) {
            provenance.name(repository, referrer, subject);
        }
        return RegistryResponse.of(response.status(), response.headers(), Body.of(json));
    }

    static Links links(Manifest manifest) {
        Set<Digest> manifests = new LinkedHashSet<>(manifest.manifestDigests());
        manifest.subject().map(Descriptor::digest).ifPresent(manifests::add);
        return new Links(List.copyOf(manifests), List.copyOf(manifest.contentDigests()));
    }

    static Optional<Digest> digest(RegistryResponse response) {
        try {
            return response.headers().first(HeaderNames.DOCKER_CONTENT_DIGEST).map(Digest::parse);
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private static MediaType type(RegistryResponse response) {
        String type = response.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        return new MediaType(type.length() > 128 ? "" : type);
    }
}
