package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * An image's configuration: image specification, "Image Configuration". Read as strictly as a {@link Manifest}: no field occurs twice,
 * and none differs from a known one by case alone.
 *
 * @param platform that the image runs on; empty where the configuration says none, or {@code unknown}
 * @param diffIds digests of the layers before compression, where they are sha256 or sha512
 * @param bare whether nothing in it is for running: no platform, no settings, and no field but those of cosign's artifacts
 */
public record ImageConfig(Optional<Platform> platform, Set<Digest> diffIds, boolean bare) {
    static final FieldNames FIELDS = new FieldNames(
            "architecture",
            "os",
            "variant",
            "rootfs",
            "config",
            "history",
            "author",
            "created",
            "os.version",
            "os.features");
    static final FieldNames ROOTFS = new FieldNames("type", "diff_ids");

    private static final int MOST_LAYERS = 4096;
    private static final Set<String> ABSENT = Set.of("", "unknown");

    public ImageConfig {
        diffIds = Set.copyOf(diffIds);
    }

    /**
     * Reads a configuration.
     *
     * @throws ManifestRefusedException when it is not a JSON object, or has not one meaning alone
     */
    public static ImageConfig read(byte[] json) throws ManifestRefusedException {
        try (StrictJson document = StrictJson.of(json)) {
            return new Reader(document).config();
        } catch (IOException e) {
            throw ManifestReader.notJson();
        }
    }

    private static final class Reader {
        private final StrictJson json;
        private final Set<Digest> diffIds = new HashSet<>();
        private String os = "";
        private String architecture = "";
        private String variant = "";
        private boolean bare = true;

        Reader(StrictJson json) {
            this.json = json;
        }

        ImageConfig config() throws IOException, ManifestRefusedException {
            if (!json.beginsObject()) {
                throw ManifestReader.notJson();
            }
            FieldsSeen seen = new FieldsSeen(FIELDS);
            while (json.nextField()) {
                String name = json.name();
                seen.add(name);
                field(name, json.next());
            }
            if (!json.isAtEnd()) {
                throw ManifestReader.notJson();
            }
            bare &= ABSENT.contains(os) && ABSENT.contains(architecture) && variant.isEmpty();
            return new ImageConfig(Platforms.of(os, architecture, variant), diffIds, bare);
        }

        private void field(String name, JsonToken value) throws IOException, ManifestRefusedException {
            switch (name) {
                case "os" -> os = text(value);
                case "architecture" -> architecture = text(value);
                case "variant" -> variant = text(value);
                case "rootfs" -> rootfs(value);
                case "config" -> settings(value);
                case "history", "author", "created" -> json.skip();
                default -> {
                    bare = false;
                    json.skip();
                }
            }
        }

        private String text(JsonToken value) throws IOException, ManifestRefusedException {
            if (value == JsonToken.VALUE_STRING) {
                return json.text();
            }
            bare &= value == JsonToken.VALUE_NULL;
            json.skip();
            return "";
        }

        private void settings(JsonToken value) throws IOException {
            if (value == JsonToken.START_OBJECT && !json.nextField()) {
                return;
            }
            bare &= value == JsonToken.VALUE_NULL;
            if (value == JsonToken.START_OBJECT) {
                do {
                    json.next();
                    json.skip();
                } while (json.nextField());
            } else {
                json.skip();
            }
        }

        private void rootfs(JsonToken value) throws IOException, ManifestRefusedException {
            if (value != JsonToken.START_OBJECT) {
                bare &= value == JsonToken.VALUE_NULL;
                json.skip();
                return;
            }
            FieldsSeen seen = new FieldsSeen(ROOTFS);
            while (json.nextField()) {
                String name = json.name();
                seen.add(name);
                JsonToken next = json.next();
                if (name.equals("diff_ids") && next == JsonToken.START_ARRAY) {
                    diffIds();
                } else {
                    bare &= name.equals("type") || next == JsonToken.VALUE_NULL;
                    json.skip();
                }
            }
        }

        private void diffIds() throws IOException, ManifestRefusedException {
            for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
                Optional<Digest> digest = next == JsonToken.VALUE_STRING ? Digests.of(json.text()) : Optional.empty();
                bare &= digest.isPresent() && diffIds.size() < MOST_LAYERS;
                digest.filter(id -> diffIds.size() < MOST_LAYERS).ifPresent(diffIds::add);
                json.skip();
            }
        }
    }
}
