package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.protocol.Platform;
import java.io.IOException;
import java.util.Optional;

/**
 * Configuration of an image: image specification, "Image Configuration". Read in a stream, since clients push it.
 *
 * @param platform what it says it runs on; empty where it says nothing, {@code unknown}, or two things to two readers
 */
public record ImageConfig(Optional<Platform> platform) {
    private static final FieldNames FIELDS =
            new FieldNames("os", "architecture", "variant", "os.version", "os.features");

    /** What the document says; nothing where the bytes are no JSON object. */
    public static ImageConfig parse(byte[] json) {
        try (StrictJson document = StrictJson.of(json)) {
            return new ImageConfig(document.beginsObject() ? platform(document) : Optional.empty());
        } catch (IOException | ManifestRefusedException e) {
            return new ImageConfig(Optional.empty());
        }
    }

    private static Optional<Platform> platform(StrictJson document) throws IOException, ManifestRefusedException {
        String os = "";
        String architecture = "";
        String variant = "";
        FieldsSeen seen = new FieldsSeen(FIELDS);
        while (document.nextField()) {
            String name = document.name();
            seen.add(name);
            String text = document.next() == JsonToken.VALUE_STRING && FIELDS.number(name) >= 0 ? document.text() : "";
            switch (name) {
                case "os" -> os = text;
                case "architecture" -> architecture = text;
                case "variant" -> variant = text;
                default -> {}
            }
            document.skip();
        }
        return document.isAtEnd() ? Platforms.of(os, architecture, variant) : Optional.empty();
    }
}
