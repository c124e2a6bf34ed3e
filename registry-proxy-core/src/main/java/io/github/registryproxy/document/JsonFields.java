package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The fields of a JSON object that is no document of the registry's, read one by one; prints the names alone. */
public final class JsonFields {
    private final ObjectNode node;

    private JsonFields(ObjectNode node) {
        this.node = node;
    }

    /** The object; empty where the bytes are not one JSON object from first to last. */
    public static Optional<JsonFields> parse(byte[] json) {
        return of(Json.read(json));
    }

    private static Optional<JsonFields> of(JsonNode node) {
        return node instanceof ObjectNode object ? Optional.of(new JsonFields(object)) : Optional.empty();
    }

    /** A text that is not empty. */
    public Optional<String> text(String name) {
        JsonNode value = node.path(name);
        return value.isTextual() && !value.asText().isEmpty() ? Optional.of(value.asText()) : Optional.empty();
    }

    /** A number, or a text that is one. */
    public OptionalDouble number(String name) {
        JsonNode value = node.path(name);
        if (value.isNumber()) {
            return OptionalDouble.of(value.asDouble());
        }
        String text = value.asText("");
        return text.matches("[0-9]{1,15}") ? OptionalDouble.of(Long.parseLong(text)) : OptionalDouble.empty();
    }

    /** An object inside. */
    public Optional<JsonFields> object(String name) {
        return of(node.path(name));
    }

    /** The objects of an array, in order; what else is in it is left out. */
    public List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        node.path(name).forEach(element -> of(element).ifPresent(objects::add));
        return List.copyOf(objects);
    }

    /** In the order of the document. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Override
    public String toString() {
        return names().toString();
    }
}
