package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.document.Manifest.Kind;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Streaming reader of one manifest: what {@link Manifest} promises is enforced here. */
final class ManifestReader {
    /** Characters of a media type, an artifact type, a digest or a part of a platform. */
    static final int LONGEST_TYPE = 512;

    static final FieldNames MANIFEST = new FieldNames(
            "schemaVersion",
            "mediaType",
            "artifactType",
            "config",
            "layers",
            "blobs",
            "manifests",
            "subject",
            "annotations",
            "fsLayers",
            "architecture");
    static final FieldNames DESCRIPTOR =
            new FieldNames("mediaType", "digest", "size", "urls", "data", "artifactType", "platform", "annotations");
    static final FieldNames PLATFORM =
            new FieldNames("architecture", "os", "os.version", "os.features", "variant", "features");
    static final FieldNames SCHEMA1_LAYER = new FieldNames("blobSum");

    private final StrictJson json;
    private int descriptors;
    private int annotationCount;

    private long schemaVersion = 2;
    private boolean hasVersion;
    private boolean hasSchema1Layers;
    private boolean hasLayers;
    private boolean hasBlobs;
    private boolean hasManifests;
    private Optional<MediaType> mediaType = Optional.empty();
    private Optional<String> artifactType = Optional.empty();
    private Optional<Descriptor> config = Optional.empty();
    private Optional<Descriptor> subject = Optional.empty();
    private final List<Descriptor> layers = new ArrayList<>();
    private final List<Descriptor> blobs = new ArrayList<>();
    private final List<Descriptor> manifests = new ArrayList<>();
    private Map<String, String> annotations = Map.of();
    private String architecture = "";

    private ManifestReader(StrictJson json) {
        this.json = json;
    }

    static Manifest read(byte[] bytes) throws ManifestRefusedException {
        try (StrictJson json = StrictJson.of(bytes)) {
            return new ManifestReader(json).manifest();
        } catch (IOException e) {
            throw notJson();
        } catch (ManifestRefusedException e) {
            throw ManifestDoubts.of(bytes, e);
        }
    }

    static ManifestRefusedException notJson() {
        return new ManifestRefusedException(Reason.NOT_JSON, "it is not one JSON object in UTF-8");
    }

    private Manifest manifest() throws IOException, ManifestRefusedException {
        if (!json.beginsObject()) {
            throw notJson();
        }
        FieldsSeen seen = new FieldsSeen(MANIFEST);
        while (json.nextField()) {
            String name = json.name();
            seen.add(name);
            field(name, json.next());
        }
        if (!json.isAtEnd()) {
            throw notJson();
        }
        return outline();
    }

    private void field(String name, JsonToken value) throws IOException, ManifestRefusedException {
        if (value == JsonToken.VALUE_NULL) {
            return; // absent, to every reader
        }
        switch (name) {
            case "schemaVersion" -> {
                schemaVersion = whole(name);
                hasVersion = true;
            }
            case "mediaType" -> mediaType = some(type(name, value)).map(MediaType::new);
            case "artifactType" -> artifactType = some(type(name, value));
            case "config" -> config = Optional.of(descriptor(name, value));
            case "subject" -> subject = Optional.of(descriptor(name, value));
            case "layers" -> hasLayers |= descriptors(name, value, layers);
            case "blobs" -> hasBlobs |= descriptors(name, value, blobs);
            case "manifests" -> hasManifests |= descriptors(name, value, manifests);
            case "fsLayers" -> hasSchema1Layers |= schema1Layers(name, value, layers);
            case "annotations" -> annotations = annotations(name, value);
            case "architecture" -> architecture = type(name, value);
            default -> json.skip();
        }
    }

    private boolean descriptors(String name, JsonToken value, List<Descriptor> found)
            throws IOException, ManifestRefusedException {
        expect(name, value == JsonToken.START_ARRAY);
        for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
            found.add(descriptor(name, next));
        }
        return true;
    }

    private boolean schema1Layers(String name, JsonToken value, List<Descriptor> found)
            throws IOException, ManifestRefusedException {
        expect(name, value == JsonToken.START_ARRAY);
        for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
            found.add(new DescriptorFields(name, next, SCHEMA1_LAYER).descriptor());
        }
        return true;
    }

    private Descriptor descriptor(String name, JsonToken value) throws IOException, ManifestRefusedException {
        return new DescriptorFields(name, value, DESCRIPTOR).descriptor();
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
            expect(of, value == JsonToken.START_OBJECT);
            checkCount(++descriptors);
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
                case "mediaType" -> type = type(name, value);
                case "digest", "blobSum" -> digest = Digests.of(type(name, value));
                case "size" -> size = OptionalLong.of(size(name));
                case "artifactType" -> artifact = some(type(name, value));
                case "platform" -> platform = platform(name, value);
                case "annotations" -> notes = annotations(name, value);
                case "urls" -> texts(name, value);
                default -> {
                    expect(name, value == JsonToken.VALUE_STRING);
                    embedded = true;
                }
            }
        }

        private long size(String name) throws IOException, ManifestRefusedException {
            long bytes = whole(name);
            expect(name, bytes >= 0);
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
        expect(of, value == JsonToken.START_OBJECT);
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
                case "os" -> os = type(name, next);
                case "architecture" -> machine = type(name, next);
                case "variant" -> variant = type(name, next);
                case "os.version" -> expect(name, next == JsonToken.VALUE_STRING);
                case "os.features", "features" -> texts(name, next);
                default -> json.skip();
            }
        }
        return Platforms.of(os, machine, variant);
    }

    private Map<String, String> annotations(String of, JsonToken value) throws IOException, ManifestRefusedException {
        expect(of, value == JsonToken.START_OBJECT);
        Map<String, String> read = new LinkedHashMap<>();
        while (json.nextField()) {
            if (++annotationCount > Manifest.MOST_ANNOTATIONS) {
                throw tooLarge("more than " + Manifest.MOST_ANNOTATIONS + " annotations");
            }
            String name = json.name();
            JsonToken next = json.next();
            expect(of, next == JsonToken.VALUE_STRING || next == JsonToken.VALUE_NULL);
            if (read.put(name, next == JsonToken.VALUE_NULL ? "" : json.text()) != null) {
                throw new ManifestRefusedException(Reason.UNCLEAR, "an annotation occurs twice");
            }
        }
        return read;
    }

    /** Texts that are passed over. */
    private void texts(String name, JsonToken value) throws IOException, ManifestRefusedException {
        expect(name, value == JsonToken.START_ARRAY);
        for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
            expect(name, next == JsonToken.VALUE_STRING);
        }
    }

    private String type(String name, JsonToken value) throws IOException, ManifestRefusedException {
        expect(name, value == JsonToken.VALUE_STRING);
        String text = json.text();
        if (text.length() > LONGEST_TYPE) {
            throw tooLarge("a field " + name + " of more than " + LONGEST_TYPE + " characters");
        }
        if (name.equals("mediaType") && ManifestKinds.isMisspelt(text)) {
            throw new ManifestRefusedException(
                    Reason.UNCLEAR, "a mediaType differs from a known one by case or parameters alone");
        }
        return text;
    }

    private long whole(String name) throws IOException, ManifestRefusedException {
        OptionalLong number = json.whole();
        expect(name, number.isPresent());
        return number.orElseThrow();
    }

    private static void expect(String name, boolean right) throws ManifestRefusedException {
        if (!right) {
            throw new ManifestRefusedException(Reason.UNCLEAR, "its field " + name + " has a value of another type");
        }
    }

    static void checkCount(int descriptors) throws ManifestRefusedException {
        if (descriptors > Manifest.MOST_DESCRIPTORS) {
            throw tooLarge("more than " + Manifest.MOST_DESCRIPTORS + " descriptors");
        }
    }

    private static ManifestRefusedException tooLarge(String what) {
        return new ManifestRefusedException(Reason.TOO_LARGE, "it has " + what);
    }

    private static Optional<String> some(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private Manifest outline() throws ManifestRefusedException {
        Kind kind = kind();
        return new Manifest(
                kind,
                mediaType,
                artifactType,
                config,
                layers,
                blobs,
                manifests,
                subject,
                annotations,
                kind == Kind.SCHEMA1 ? schema1Platform() : Optional.empty());
    }

    private Kind kind() throws ManifestRefusedException {
        boolean image = hasLayers || config.isPresent();
        boolean schema1 = hasSchema1Layers || schemaVersion == 1;
        if (ManifestDoubts.isAmbiguous(image, hasManifests, hasBlobs, schema1)) {
            throw ManifestDoubts.ambiguous();
        }
        Optional<Kind> byFields = image
                ? Optional.of(Kind.IMAGE)
                : hasManifests
                        ? Optional.of(Kind.INDEX)
                        : hasBlobs
                                ? Optional.of(Kind.ARTIFACT)
                                : schema1 ? Optional.of(Kind.SCHEMA1) : Optional.empty();
        Optional<Kind> byType = mediaType.flatMap(ManifestKinds::of);
        if (byFields.isPresent() && byType.isPresent() && !byFields.equals(byType)) {
            throw ManifestDoubts.ambiguous();
        }
        boolean says = hasVersion || mediaType.isPresent();
        return byFields.or(() -> byType).orElse(says ? Kind.EMPTY : Kind.OTHER);
    }

    /** Docker's first format names an architecture alone: there was one operating system. */
    private Optional<Platform> schema1Platform() {
        return Platforms.of("linux", architecture, "");
    }
}
