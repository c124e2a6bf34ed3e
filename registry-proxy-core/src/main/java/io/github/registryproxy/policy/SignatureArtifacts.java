package io.github.registryproxy.policy;

import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.DsseEnvelope;
import io.github.registryproxy.document.ImageConfig;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.document.Manifest.Kind;
import io.github.registryproxy.document.ManifestRefusedException;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decision which manifests are signatures or attestations that no client can run. Policies that refuse unsigned or young content
 * let these pass, since nobody could check a signature otherwise. All of this has to hold:
 *
 * <ul>
 *   <li><b>Shape.</b> At most {@link #MOST_LAYERS} layers, of one kind of {@link SignatureLayer}, of {@link #LARGEST} bytes in all;
 *       a config of the empty type that is {@code {}}, or one that describes nothing to run and names no layer but these.
 *   <li><b>Place.</b> It is asked for by cosign's tag for its kind, or has a {@code subject} and an artifact type of cosign's or
 *       sigstore's, or is at such a tag or among the referrers of the manifest that its content is about.
 *   <li><b>Content.</b> Each layer, read to its end and verified, begins as a JSON object and is no archive. The media type that a
 *       manifest states proves nothing: programs that unpack layers look at their first bytes.
 * </ul>
 *
 * <p>So does the index at the tag {@code sha256-<hex>}, which lists referrers where a registry does not. The manifests that it names
 * are judged themselves, and it must not embed them.
 */
final class SignatureArtifacts {
    /** A manifest with more layers is no signature. */
    static final int MOST_LAYERS = 32;

    /** Bytes of all layers together. */
    static final long LARGEST = 32L * 1024 * 1024;

    /** Bytes of a config. Cosign's has 233, and 71 for each further signature. */
    static final int LARGEST_CONFIG = 64 * 1024;

    /** Bytes of a layer whose content is read for what it is about. */
    static final int LARGEST_PARSED = 1024 * 1024;

    /** Manifests that a signature is about, and whose attachments are looked at. */
    static final int MOST_SUBJECTS = 4;

    private static final Pattern PLACE = Pattern.compile("sha(?:256|512)-[0-9a-f]{64}(\\.sig|\\.att|)");
    private static final String EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";
    private static final String COSIGN_PREFIX = "application/vnd.dev.cosign.artifact.";
    private static final Set<String> IMAGE_CONFIGS =
            Set.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");
    private static final byte[] EMPTY = {'{', '}'};

    private final Documents documents;
    private final PulledManifest manifest;
    private final Manifest outline;

    private SignatureArtifacts(Documents documents, PulledManifest manifest) {
        this.documents = documents;
        this.manifest = manifest;
        this.outline = manifest.outline();
    }

    /** Whether signatures, or lists of them, are found at that tag. */
    static boolean isPlace(Tag tag) {
        return PLACE.matcher(tag.value()).matches();
    }

    /** Whether the manifest is a signature, an attestation, or a list of them, and cannot be run. */
    static boolean mayPass(Documents documents, PulledManifest manifest) throws IOException, RefusedException {
        SignatureArtifacts artifact = new SignatureArtifacts(documents, manifest);
        return manifest.outline().kind() == Kind.INDEX ? artifact.isReferrersList() : artifact.isSignature();
    }

    private boolean isReferrersList() {
        return isAt("") && outline.manifests().stream().noneMatch(Descriptor::embedded);
    }

    private boolean isAt(String suffix) {
        return manifest.tag()
                .map(tag -> PLACE.matcher(tag.value()))
                .filter(matcher -> matcher.matches() && matcher.group(1).equals(suffix))
                .isPresent();
    }

    private boolean isSignature() throws IOException, RefusedException {
        Optional<SignatureLayer> kind = kind();
        if (kind.isEmpty() || !hasConfigOfSignatures()) {
            return false;
        }
        boolean placed = isReferrer() || (!kind.get().suffix.isEmpty() && isAt(kind.get().suffix));
        Set<Digest> subjects = new HashSet<>();
        return hasInertLayers(kind.get(), subjects) && (placed || isAttached(kind.get(), subjects));
    }

    /** The kind of all layers; empty where they are of several kinds, or of none that signatures have. */
    private Optional<SignatureLayer> kind() {
        Set<Optional<SignatureLayer>> kinds =
                outline.layers().stream().map(SignatureLayer::of).collect(Collectors.toSet());
        return kinds.size() == 1 && areBounded(outline.layers())
                ? kinds.iterator().next()
                : Optional.empty();
    }

    /** Whether layers may be read to decide about them: they state their sizes, and are neither many nor large. */
    static boolean areBounded(List<Descriptor> layers) {
        long left = LARGEST;
        for (Descriptor layer : layers) {
            // What is too large takes more than there is, so that nothing overflows.
            left -= Math.min(layer.size().orElse(Long.MAX_VALUE), LARGEST + 1);
        }
        return layers.size() <= MOST_LAYERS && left >= 0;
    }

    private boolean isReferrer() {
        return outline.subject().isPresent()
                && outline.referrerType()
                        .filter(type -> type.startsWith(DsseEnvelope.BUNDLE_PREFIX) || type.startsWith(COSIGN_PREFIX))
                        .isPresent();
    }

    private boolean hasConfigOfSignatures() throws IOException, RefusedException {
        if (outline.config().isEmpty()) {
            return false;
        }
        Descriptor config = outline.config().get();
        if (config.digest().matches(EMPTY)) {
            return config.mediaType().equals(EMPTY_CONFIG) || isConfigOfCosign(config.mediaType());
        }
        return isConfigOfCosign(config.mediaType())
                && describesNoImage(documents.blob(config.digest(), LARGEST_CONFIG));
    }

    private static boolean isConfigOfCosign(String type) {
        return IMAGE_CONFIGS.contains(type) || type.startsWith(COSIGN_PREFIX);
    }

    /** Cosign's configs list the layers as they are: a payload is not compressed. */
    private boolean describesNoImage(Optional<byte[]> json) {
        Set<Digest> layers = outline.layers().stream().map(Descriptor::digest).collect(Collectors.toSet());
        try {
            ImageConfig config = ImageConfig.read(json.orElse(new byte[0]));
            return config.bare() && layers.containsAll(config.diffIds());
        } catch (ManifestRefusedException e) {
            return false;
        }
    }

    private boolean hasInertLayers(SignatureLayer kind, Set<Digest> subjects) throws IOException, RefusedException {
        for (Descriptor layer : outline.layers()) {
            if (layer.size().orElseThrow() <= LARGEST_PARSED) {
                Optional<byte[]> content = documents.blob(layer.digest(), LARGEST_PARSED);
                if (!content.map(FirstBlock::of)
                        .filter(FirstBlock::isJsonObject)
                        .isPresent()) {
                    return false;
                }
                subjects.addAll(kind.subjects(content.get()));
            } else if (!documents
                    .firstBlock(layer.digest(), layer.size().orElseThrow())
                    .filter(FirstBlock::isJsonObject)
                    .isPresent()) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is found where attachments of what it is about are: a client that asks by digest has found it there. */
    private boolean isAttached(SignatureLayer kind, Set<Digest> subjects) throws IOException, RefusedException {
        for (Digest subject : subjects.stream().limit(MOST_SUBJECTS).toList()) {
            Attached attached = new Attached(documents, subject);
            boolean atTag = !kind.suffix.isEmpty()
                    && attached.at(kind.suffix)
                            .filter(manifest.digest()::matches)
                            .isPresent();
            if (atTag || attached.referrers().contains(manifest.digest())) {
                return true;
            }
        }
        return false;
    }
}
