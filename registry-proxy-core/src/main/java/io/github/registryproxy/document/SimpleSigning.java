package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * What a signature of the older kind signs: "Cosign Signature Specifications", section "Simple Signing".
 *
 * @param type what the payload says it is, such as {@link #COSIGN}
 * @param manifest the manifest that is signed
 * @param timestamp when the signer says it was signed ({@code optional.timestamp}, seconds); most do not say
 */
public record SimpleSigning(String type, Digest manifest, Optional<Instant> timestamp) {
    /** The media type of the layer that is such a payload. */
    public static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

    /** The type of a signature of an image. */
    public static final String COSIGN = "cosign container image signature";

    /** The payload; empty where the bytes are none. */
    public static Optional<SimpleSigning> parse(byte[] json) {
        JsonNode payload = PayloadJson.read(json);
        JsonNode critical = payload.path("critical");
        JsonNode image = critical.path("image");
        // The specification's example writes it the second way, its tools the first; which of both counts, nobody says.
        JsonNode digest = image.path("docker-manifest-digest");
        JsonNode other = image.path("Docker-manifest-digest");
        if (!digest.isMissingNode() && !other.isMissingNode()) {
            return Optional.empty();
        }
        return Digests.of(digest.isMissingNode() ? other : digest)
                .map(manifest -> new SimpleSigning(
                        critical.path("type").asText(""),
                        manifest,
                        seconds(payload.path("optional").path("timestamp"))));
    }

    /** A number, or the text of one, as annotations on a command line are. */
    private static Optional<Instant> seconds(JsonNode timestamp) {
        long seconds = timestamp.asLong(-1);
        return seconds >= 0 && seconds <= Instant.MAX.getEpochSecond()
                ? Optional.of(Instant.ofEpochSecond(seconds))
                : Optional.empty();
    }
}
