package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Descriptor as text, with all its fields.
 *
 * @param digest as it is written, of any algorithm; empty where the descriptor has none
 * @param json the descriptor without white space
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DescriptorText(Optional<String> digest, byte[] json) {
    /** The descriptor whose object has just begun; goes on to its end. */
    static DescriptorText read(StrictJson document) throws IOException, ManifestRefusedException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        Optional<String> digest = Optional.empty();
        FieldsSeen seen = new FieldsSeen(DescriptorReader.DESCRIPTOR);
        try (JsonGenerator copy = Json.MAPPER.createGenerator(json)) {
            copy.writeStartObject();
            while (document.nextField()) {
                String name = document.name();
                seen.add(name);
                copy.writeFieldName(name);
                if (document.next() == JsonToken.VALUE_STRING && name.equals("digest")) {
                    digest = Optional.of(document.text());
                }
                document.copy(copy);
            }
            copy.writeEndObject();
        }
        return new DescriptorText(digest, json.toByteArray());
    }
}
