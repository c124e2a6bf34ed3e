package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reader of manifests as clients in Go are: names without regard to case, the last of several counts, null is as if absent. */
final class CaseBlindReader {
    private final Map<String, String> seen = new TreeMap<>();

    private CaseBlindReader() {}

    static Map<String, String> of(Manifest manifest) {
        CaseBlindReader reader = new CaseBlindReader();
        manifest.mediaType()
                .map(MediaType::value)
                .filter(type -> !type.isEmpty())
                .ifPresent(type -> reader.note("mediatype", type));
        reader.note("config", texts(manifest.config().stream()));
        reader.note("layers", texts(manifest.layers().stream()));
        reader.note("manifests", texts(manifest.manifests().stream()));
        reader.note("subject", texts(manifest.subject().stream()));
        return reader.seen;
    }

    private static String texts(Stream<Descriptor> descriptors) {
        return String.join(
                ",",
                descriptors
                        .map(of -> of.mediaType() + "|" + of.size().orElse(0) + "|" + of.digest())
                        .toList());
    }

    private void note(String name, String value) {
        if (!value.isEmpty()) {
            seen.put(name, value);
        }
    }

    static Map<String, String> read(byte[] json) throws IOException {
        CaseBlindReader reader = new CaseBlindReader();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = folded(parser.currentName());
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "mediatype" -> {
                        if (value == JsonToken.VALUE_STRING) {
                            reader.note(name, parser.getText());
                        }
                    }
                    case "config", "layers", "manifests", "subject" -> {
                        String text = descriptors(parser);
                        if (value != JsonToken.VALUE_NULL) {
                            reader.seen.remove(name);
                            reader.note(name, text);
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        }
        return reader.seen;
    }

    /** Go folds by Unicode's simple folding: upper to lower case, and these two letters. */
    private static String folded(String name) {
        return name.replace('\u017f', 's').replace('\u212a', 'k').toLowerCase(Locale.ROOT);
    }

    private static String descriptors(JsonParser parser) throws IOException {
        List<String> all = new ArrayList<>();
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                all.add(descriptor(parser));
            }
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            all.add(descriptor(parser));
        }
        return String.join(",", all);
    }

    private static String descriptor(JsonParser parser) throws IOException {
        String type = "";
        String size = "0";
        String digest = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = folded(parser.currentName());
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "mediatype" -> type = parser.getText();
                case "size" -> size = parser.getText();
                case "digest" -> digest = parser.getText();
                default -> parser.skipChildren();
            }
        }
        return type + "|" + size + "|" + digest;
    }
}
