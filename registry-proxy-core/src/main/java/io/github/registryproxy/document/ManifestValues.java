package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.document.ManifestRefusedException.Reason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Values of known fields, refused where they have another type or are too large. */
final class ManifestValues {
    /** Characters of a media type, an artifact type, a digest or a part of a platform. */
    static final int LONGEST_TYPE = 512;

    private final StrictJson json;
    private int annotationCount;

    ManifestValues(StrictJson json) {
        this.json = json;
    }

    Map<String, String> annotations(String of, JsonToken value) throws IOException, ManifestRefusedException {
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
    void texts(String name, JsonToken value) throws IOException, ManifestRefusedException {
        expect(name, value == JsonToken.START_ARRAY);
        for (JsonToken next = json.next(); next != JsonToken.END_ARRAY; next = json.next()) {
            expect(name, next == JsonToken.VALUE_STRING);
        }
    }

    String type(String name, JsonToken value) throws IOException, ManifestRefusedException {
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

    /** A text that is not empty. */
    Optional<String> some(String name, JsonToken value) throws IOException, ManifestRefusedException {
        return Optional.of(type(name, value)).filter(text -> !text.isEmpty());
    }

    long whole(String name) throws IOException, ManifestRefusedException {
        OptionalLong number = json.whole();
        expect(name, number.isPresent());
        return number.orElseThrow();
    }

    static void expect(String name, boolean right) throws ManifestRefusedException {
        if (!right) {
            throw new ManifestRefusedException(Reason.UNCLEAR, "its field " + name + " has a value of another type");
        }
    }

    static void checkCount(int descriptors) throws ManifestRefusedException {
        if (descriptors > Manifest.MOST_DESCRIPTORS) {
            throw tooLarge("more than " + Manifest.MOST_DESCRIPTORS + " descriptors");
        }
    }

    static ManifestRefusedException tooLarge(String what) {
        return new ManifestRefusedException(Reason.TOO_LARGE, "it has " + what);
    }
}
