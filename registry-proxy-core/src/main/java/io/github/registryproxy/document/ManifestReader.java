package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.registryproxy.document.Manifest.Kind;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Streaming reader of one manifest: what {@link Manifest} promises is enforced here. */
final class ManifestReader {
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

    private final StrictJson json;
    private final ManifestValues values;
    private final DescriptorReader reader;

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
        this.values = new ManifestValues(json);
        this.reader = new DescriptorReader(json, values);
    }

    static Manifest read(byte[] bytes) throws ManifestRefusedException {
        try (StrictJson json = StrictJson.of(bytes)) {
            return new ManifestReader(json).manifest();
        } catch (StreamConstraintsException e) {
            throw ManifestValues.tooLarge(
                    "a text of more than " + StrictJson.LONGEST_TEXT + " characters, or deep nesting");
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
                schemaVersion = values.whole(name);
                hasVersion = true;
            }
            case "mediaType" -> mediaType = values.some(name, value).map(MediaType::new);
            case "artifactType" -> artifactType = values.some(name, value);
            case "config" -> config = Optional.of(reader.descriptor(name, value));
            case "subject" -> subject = Optional.of(reader.descriptor(name, value));
            case "layers" -> hasLayers |= descriptors(name, value, layers);
            case "blobs" -> hasBlobs |= descriptors(name, value, blobs);
            case "manifests" -> hasManifests |= descriptors(name, value, manifests);
            case "fsLayers" -> hasSchema1Layers |= schema1Layers(name, value, layers);
            case "annotations" -> annotations = values.annotations(name, value);
            case "architecture" -> architecture = values.type(name, value);
            default -> json.skip();
        }
    }

    private boolean descriptors(String name, JsonToken value, List<Descriptor> found)
            throws IOException, ManifestRefusedException {
        ManifestValues.expect(name, value == JsonToken.START_ARRAY);
        for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
            found.add(reader.descriptor(name, next));
        }
        return true;
    }

    private boolean schema1Layers(String name, JsonToken value, List<Descriptor> found)
            throws IOException, ManifestRefusedException {
        ManifestValues.expect(name, value == JsonToken.START_ARRAY);
        for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
            found.add(reader.schema1Layer(name, next));
        }
        return true;
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
