package io.github.registryproxy.document;

import io.github.registryproxy.protocol.Platform;
import java.util.Optional;

/**
 * An image's configuration: image specification, "Image Configuration".
 *
 * @param platform what it says it runs on; empty where it says nothing, or {@code unknown}
 */
public record ImageConfig(Optional<Platform> platform) {
    /** What the document says; nothing where the bytes are no JSON object. */
    public static ImageConfig parse(byte[] json) {
        return new ImageConfig(Platforms.of(Json.read(json)));
    }
}
