package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A manifest that somebody wants to store, with everything it names: image specification, "Image Manifest" and "Image Index", and
 * Docker's schema 2. Nothing is left out, as {@link ManifestLinks} does: what a registry overlooked here it would throw away.
 *
 * @param mediaType its {@code mediaType} field
 * @param artifactType its {@code artifactType} field or else, of an image manifest, the media type of its config
 * @param subject what it refers to
 * @param blobs config, layers and the blobs of an artifact
 * @param manifests those that an index lists
 */
public record PushedManifest(
        Optional<MediaType> mediaType,
        Optional<String> artifactType,
        Optional<Digest> subject,
        List<Named> blobs,
        List<Named> manifests) {
    /** So many descriptors in all; a document of 4 MiB holds no more. */
    static final int MOST = 65_536;

    private static final Set<String> ELSEWHERE = Set.of(
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

    /**
     * What a descriptor names.
     *
     * @param size in bytes; empty where it does not say
     * @param elsewhere whether it is a layer that need not be here, since its {@code urls} say where it is
     */
    public record Named(Digest digest, OptionalLong size, boolean elsewhere) {}

    public PushedManifest {
        blobs = List.copyOf(blobs);
        manifests = List.copyOf(manifests);
    }

    /**
     * Reads a document.
     *
     * @throws RegistryException MANIFEST_INVALID (code-7) where the bytes are no JSON object, a manifest to one reader and an index to
     *     another (CVE-2021-41190), of schema 1, or where a descriptor has no digest that this library can verify
     */
    public static PushedManifest parse(byte[] json) {
        JsonNode document = Json.read(json);
        if (!document.isObject()) {
            throw invalid("it is no JSON object");
        }
        JsonNode manifests = document.path("manifests");
        JsonNode layers = document.path("layers");
        if (document.has("fsLayers") || document.path("schemaVersion").asInt(2) == 1) {
            throw invalid("schema 1 is not taken: push it by a client of this decade");
        }
        if (!manifests.isMissingNode() && !layers.isMissingNode()) {
            throw invalid("it has both layers and manifests");
        }
        List<Named> blobs = new ArrayList<>();
        if (document.path("config").isObject()) {
            add(document.path("config"), blobs);
        }
        addAll("layers", layers, blobs);
        addAll("blobs", document.path("blobs"), blobs);
        List<Named> children = new ArrayList<>();
        addAll("manifests", manifests, children);
        JsonNode subject = document.path("subject");
        return new PushedManifest(
                text(document.path("mediaType")).map(MediaType::new),
                text(document.path("artifactType"))
                        .or(() -> text(document.path("config").path("mediaType"))),
                subject.isObject() ? Optional.of(digest(subject)) : Optional.empty(),
                blobs,
                children);
    }

    private static void addAll(String field, JsonNode list, List<Named> found) {
        if (list.isMissingNode() || list.isNull()) {
            return;
        }
        if (!list.isArray()) {
            throw invalid(field + " is no list");
        }
        if (found.size() + list.size() > MOST) {
            throw invalid("it names more than " + MOST + " others");
        }
        for (JsonNode descriptor : list) {
            add(descriptor, found);
        }
    }

    private static void add(JsonNode descriptor, List<Named> found) {
        JsonNode size = descriptor.path("size");
        if (size.isNumber() && (!size.canConvertToLong() || size.asLong() < 0)) {
            throw invalid("a descriptor has a size that is none");
        }
        found.add(new Named(
                digest(descriptor),
                size.isIntegralNumber() ? OptionalLong.of(size.asLong()) : OptionalLong.empty(),
                ELSEWHERE.contains(descriptor.path("mediaType").asText(""))));
    }

    private static Digest digest(JsonNode descriptor) {
        try {
            return Digest.parse(descriptor.path("digest").asText(""));
        } catch (RegistryException e) {
            throw invalid("a descriptor has no digest by sha256 or sha512");
        }
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? Optional.of(node.asText()) : Optional.empty();
    }

    private static RegistryException invalid(String why) {
        return ErrorCode.MANIFEST_INVALID
                .because("the manifest is refused: " + why)
                .asException();
    }
}
