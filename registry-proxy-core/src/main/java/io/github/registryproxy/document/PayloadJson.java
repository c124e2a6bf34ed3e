package io.github.registryproxy.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Reader of signed payloads and envelopes, small documents that policies decide on. A document in which an object has two fields
 * whose names are equal, or equal but for case, means something else to another reader, and is none. {@link Json} bounds its size.
 */
final class PayloadJson {
    private PayloadJson() {}

    /** The document; a missing node where it is not JSON, too large, or has two meanings. */
    static JsonNode read(byte[] json) {
        try {
            return hasOneMeaning(json) ? Json.read(json) : MissingNode.getInstance();
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static boolean hasOneMeaning(byte[] json) throws IOException {
        Deque<Set<String>> objects = new ArrayDeque<>();
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    objects.push(new HashSet<>());
                } else if (token == JsonToken.END_OBJECT) {
                    objects.pop();
                } else if (token == JsonToken.FIELD_NAME
                        && !objects.element().add(FieldNames.fold(parser.currentName()))) {
                    return false;
                }
            }
        }
        return true;
    }
}
