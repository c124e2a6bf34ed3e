package io.github.registryproxy.policy;

import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.Manifest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decision which manifests without a platform are artifacts, such as charts and attestations, rather than images. */
final class Artifacts {
    /** Types of configs that clients take for an image's: Docker takes the last three and a missing one too. */
    private static final Set<String> IMAGE_CONFIGS = Set.of(
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.docker.container.image.v1+json",
            "application/octet-stream",
            "application/json",
            "text/html",
            "");

    private static final List<String> LAYERS_OF_IMAGES =
            List.of("application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs.");

    private Artifacts() {}

    /**
     * Whether no client takes the manifest for an image: its config has a type of its own, or it has layers that cannot be unpacked.
     *
     * @param manifest whose config states no platform
     */
    static boolean isArtifact(Documents documents, Manifest manifest) throws IOException, RefusedException {
        Optional<String> config = manifest.config().map(Descriptor::mediaType);
        return !IMAGE_CONFIGS.contains(config.orElse("")) || hasTextAlone(documents, manifest.layers());
    }

    private static boolean hasTextAlone(Documents documents, List<Descriptor> layers)
            throws IOException, RefusedException {
        if (layers.isEmpty()
                || layers.stream().anyMatch(Artifacts::isOfImage)
                || !SignatureArtifacts.areBounded(layers)) {
            return false;
        }
        for (Descriptor layer : layers) {
            Optional<FirstBlock> block =
                    documents.firstBlock(layer.digest(), layer.size().orElseThrow());
            if (block.filter(FirstBlock::isText).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfImage(Descriptor layer) {
        return LAYERS_OF_IMAGES.stream().anyMatch(layer.mediaType()::startsWith);
    }
}
