package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.util.Optional;

/**
 * What a signature of the older kind signs: "Cosign Signature Specifications", section "Simple Signing".
 *
 * @param type what the payload says it is, such as {@link #COSIGN}
 * @param manifest the manifest that is signed
 */
public record SimpleSigning(String type, Digest manifest) {
    /** The media type of the layer that is such a payload. */
    public static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

    /** The type of a signature of an image. */
    public static final String COSIGN = "cosign container image signature";

    /** The payload; empty where the bytes are none. */
    public static Optional<SimpleSigning> parse(byte[] json) {
        JsonNode critical = Json.read(json).path("critical");
        JsonNode image = critical.path("image");
        // The specification's example writes it the second way, its tools the first.
        String digest = image.path("docker-manifest-digest")
                .asText(image.path("Docker-manifest-digest").asText(""));
        return Digests.of(digest)
                .map(manifest -> new SimpleSigning(critical.path("type").asText(""), manifest));
    }
}
