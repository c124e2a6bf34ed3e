package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.util.Optional;

/**
 * What the top level of a manifest says of itself, read without building the document.
 *
 * @param mediaType its {@code mediaType} field
 * @param hasVersion whether it has a {@code schemaVersion}
 * @param hasManifests whether it lists manifests, as an index does
 * @param hasLayers whether it lists layers, as an image manifest does
 */
public record ManifestOutline(
        Optional<MediaType> mediaType, boolean hasVersion, boolean hasManifests, boolean hasLayers) {
    /** The outline; empty where the bytes are no JSON object from the first byte to the last. */
    public static Optional<ManifestOutline> parse(byte[] json) {
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? outline(parser) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether it looks like a manifest of any kind, rather than like another JSON document. */
    public boolean isManifest() {
        return hasVersion || mediaType.isPresent() || hasManifests || hasLayers;
    }

    /** Whether it is a manifest to one reader and an index to another (CVE-2021-41190). */
    public boolean isAmbiguous() {
        return hasManifests && hasLayers;
    }

    private static Optional<ManifestOutline> outline(JsonParser parser) throws IOException {
        Optional<MediaType> mediaType = Optional.empty();
        boolean version = false;
        boolean manifests = false;
        boolean layers = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "mediaType" ->
                    mediaType =
                            value == JsonToken.VALUE_STRING ? Optional.of(new MediaType(parser.getText())) : mediaType;
                case "schemaVersion" -> version = true;
                case "manifests" -> manifests |= value == JsonToken.START_ARRAY;
                case "layers", "fsLayers" -> layers |= value.isStructStart();
                default -> {}
            }
            parser.skipChildren();
        }
        boolean whole = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        return whole ? Optional.of(new ManifestOutline(mediaType, version, manifests, layers)) : Optional.empty();
    }
}
