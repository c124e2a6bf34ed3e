package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Outline of a manifest of any kind, and the only reading of manifests in this library: image specification, "Image Manifest" and
 * "Image Index", and Docker's formats before them. All readers that follow RFC 8259 see the same in a document that has an outline:
 * no field occurs twice, and no field name differs from a known one by case alone, which Go's clients would take for it.
 *
 * <p>Reading is streaming and bounded. Unknown fields are passed over and kept nowhere, so that an outline is not larger than the
 * text in the document and about 400 bytes for each of its descriptors, of which there are at most {@link #MOST_DESCRIPTORS}.
 *
 * @param kind what the document is by its fields and its {@code mediaType}, which never contradict each other
 * @param mediaType its {@code mediaType} field
 * @param artifactType its {@code artifactType} field
 * @param config of an image
 * @param layers of an image, {@code fsLayers} of schema 1 too, in the order of the document
 * @param blobs of an artifact manifest
 * @param manifests that an index lists
 * @param subject that the manifest refers to
 * @param annotations of the manifest itself
 * @param platform that schema 1 names; empty for all other kinds
 */
public record Manifest(
        Kind kind,
        Optional<MediaType> mediaType,
        Optional<String> artifactType,
        Optional<Descriptor> config,
        List<Descriptor> layers,
        List<Descriptor> blobs,
        List<Descriptor> manifests,
        Optional<Descriptor> subject,
        Map<String, String> annotations,
        Optional<Platform> platform) {
    /** A document with more descriptors in all is refused. */
    public static final int MOST_DESCRIPTORS = 10_000;

    /** A document with more annotations in all, those of its descriptors included, is refused. */
    public static final int MOST_ANNOTATIONS = 20_000;

    /** Kind of a manifest. */
    public enum Kind {
        /** It has a config or layers: OCI image manifests, Docker's schema 2, and artifacts in that form. */
        IMAGE,

        /** It lists manifests: OCI image indexes and Docker's manifest lists. */
        INDEX,

        /** It has {@code blobs}: the artifact manifest of release candidates of the image specification. */
        ARTIFACT,

        /** Docker's first format, signed or not. */
        SCHEMA1,

        /** It says that it is a manifest, by {@code schemaVersion} or {@code mediaType}, and names no content. */
        EMPTY,

        /** A JSON object that has nothing of a manifest. */
        OTHER
    }

    public Manifest {
        layers = List.copyOf(layers);
        blobs = List.copyOf(blobs);
        manifests = List.copyOf(manifests);
        annotations = annotations.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /**
     * Reads a document.
     *
     * @throws ManifestRefusedException when it has not one meaning alone, or exceeds a limit
     */
    public static Manifest read(byte[] json) throws ManifestRefusedException {
        return ManifestReader.read(json);
    }

    /** The outline; empty where {@link #read} refuses the document. */
    public static Optional<Manifest> find(byte[] json) {
        try {
            return Optional.of(read(json));
        } catch (ManifestRefusedException e) {
            return Optional.empty();
        }
    }

    /** Whether it looks like a manifest of any kind, rather than like another JSON document. */
    public boolean isManifest() {
        return kind != Kind.OTHER;
    }

    /** Whether a client that is given the document under that type sees the kind that it is. */
    public boolean agreesWith(MediaType type) {
        return ManifestKinds.of(type)
                .map(named -> named == kind || kind == Kind.EMPTY)
                .orElse(true);
    }

    /** What referrers are filtered by: the artifact type, or else the media type of the config. */
    public Optional<String> referrerType() {
        return artifactType.or(() -> config.map(Descriptor::mediaType).filter(type -> !type.isEmpty()));
    }

    /** Descriptors of content that is no manifest: config, layers and blobs. */
    public Stream<Descriptor> content() {
        return Stream.concat(config.stream(), Stream.concat(layers.stream(), blobs.stream()));
    }

    /** Digests of config, layers and blobs, each once. */
    public Set<Digest> contentDigests() {
        return digests(content());
    }

    /** Digests of what an index lists, each once. */
    public Set<Digest> manifestDigests() {
        return digests(manifests.stream());
    }

    private static Set<Digest> digests(Stream<Descriptor> descriptors) {
        Set<Digest> digests = new LinkedHashSet<>();
        descriptors.forEach(descriptor -> digests.add(descriptor.digest()));
        return digests;
    }
}
