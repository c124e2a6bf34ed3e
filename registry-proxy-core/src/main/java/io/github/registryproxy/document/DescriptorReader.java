package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reader of the descriptors of one manifest, which counts them. */
final class DescriptorReader {
    static final FieldNames DESCRIPTOR =
            new FieldNames("mediaType", "digest", "size", "urls", "data", "artifactType", "platform", "annotations");
    static final FieldNames PLATFORM =
            new FieldNames("architecture", "os", "os.version", "os.features", "variant", "features");
    static final FieldNames SCHEMA1_LAYER = new FieldNames("blobSum");

    private final StrictJson json;
    private final ManifestValues values;
    private int descriptors;

    DescriptorReader(StrictJson json, ManifestValues values) {
        this.json = json;
        this.values = values;
    }

    Descriptor descriptor(String name, JsonToken value) throws IOException, ManifestRefusedException {
        return new DescriptorFields(name, value, DESCRIPTOR).descriptor();
    }

    /** An entry of {@code fsLayers}, which has a digest alone. */
    Descriptor schema1Layer(String name, JsonToken value) throws IOException, ManifestRefusedException {
        return new DescriptorFields(name, value, SCHEMA1_LAYER).descriptor();
    }

    /** One descriptor while it is read. */
    private final class DescriptorFields {
        private String type = "";
        private Optional<Digest> digest = Optional.empty();
        private OptionalLong size = OptionalLong.empty();
        private Optional<String> artifact = Optional.empty();
        private Optional<Platform> platform = Optional.empty();
        private boolean embedded;
        private Map<String, String> notes = Map.of();

        DescriptorFields(String of, JsonToken value, FieldNames known) throws IOException, ManifestRefusedException {
            ManifestValues.expect(of, value == JsonToken.START_OBJECT);
            ManifestValues.checkCount(++descriptors);
            FieldsSeen seen = new FieldsSeen(known);
            while (json.nextField()) {
                String name = json.name();
                seen.add(name);
                JsonToken next = json.next();
                if (known.number(name) < 0 || next == JsonToken.VALUE_NULL) {
                    json.skip();
                } else {
                    read(name, next);
                }
            }
        }

        private void read(String name, JsonToken value) throws IOException, ManifestRefusedException {
            switch (name) {
                case "mediaType" -> type = values.type(name, value);
                case "digest", "blobSum" -> digest = Digests.of(values.type(name, value));
                case "size" -> size = OptionalLong.of(size(name));
                case "artifactType" -> artifact = values.some(name, value);
                case "platform" -> platform = platform(name, value);
                case "annotations" -> notes = values.annotations(name, value);
                case "urls" -> values.texts(name, value);
                default -> {
                    ManifestValues.expect(name, value == JsonToken.VALUE_STRING);
                    embedded = true;
                }
            }
        }

        private long size(String name) throws IOException, ManifestRefusedException {
            long bytes = values.whole(name);
            ManifestValues.expect(name, bytes >= 0);
            return bytes;
        }

        Descriptor descriptor() throws ManifestRefusedException {
            return new Descriptor(
                    type,
                    digest.orElseThrow(() -> new ManifestRefusedException(
                            Reason.UNCLEAR, "a descriptor has no digest by sha256 or sha512")),
                    size,
                    artifact,
                    platform,
                    embedded,
                    notes);
        }
    }

    private Optional<Platform> platform(String of, JsonToken value) throws IOException, ManifestRefusedException {
        ManifestValues.expect(of, value == JsonToken.START_OBJECT);
        String os = "";
        String machine = "";
        String variant = "";
        FieldsSeen seen = new FieldsSeen(PLATFORM);
        while (json.nextField()) {
            String name = json.name();
            seen.add(name);
            JsonToken next = json.next();
            if (next == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "os" -> os = values.type(name, next);
                case "architecture" -> machine = values.type(name, next);
                case "variant" -> variant = values.type(name, next);
                case "os.version" -> ManifestValues.expect(name, next == JsonToken.VALUE_STRING);
                case "os.features", "features" -> values.texts(name, next);
                default -> json.skip();
            }
        }
        return Platforms.of(os, machine, variant);
    }
}
