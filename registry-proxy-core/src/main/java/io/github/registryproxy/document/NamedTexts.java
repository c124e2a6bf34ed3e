package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * List of texts in a field of a JSON object, beside its {@code name}: what lists of tags and repositories are. Read in a stream, without
 * a tree of what else is in the document.
 *
 * @param name where it is a text
 * @param texts in the order of the document; what else is in the array is left out
 */
record NamedTexts(Optional<String> name, List<String> texts) {
    private static final String NAME = "name";

    /** The list; empty where the bytes are not one JSON object in which that field is an array or null and no field occurs twice. */
    static Optional<NamedTexts> parse(byte[] json, String field) {
        try (StrictJson document = StrictJson.ofList(json)) {
            return document.beginsObject() ? parse(document, field) : Optional.empty();
        } catch (IOException | ManifestRefusedException e) {
            return Optional.empty();
        }
    }

    private static Optional<NamedTexts> parse(StrictJson document, String field)
            throws IOException, ManifestRefusedException {
        Optional<String> name = Optional.empty();
        @Nullable List<String> texts = null;
        FieldsSeen seen = new FieldsSeen(new FieldNames(NAME, field));
        while (document.nextField()) {
            String found = document.name();
            seen.add(found);
            JsonToken value = document.next();
            if (found.equals(NAME) && value == JsonToken.VALUE_STRING) {
                name = Optional.of(document.text());
            } else if (found.equals(field) && value == JsonToken.START_ARRAY) {
                texts = document.texts();
            } else if (found.equals(field) && value == JsonToken.VALUE_NULL) {
                texts = List.of();
            }
            document.skip();
        }
        return document.isAtEnd() && texts != null ? Optional.of(new NamedTexts(name, texts)) : Optional.empty();
    }
}
