package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * {@code {"name":…,"tags":[…]}}: distribution specification, "Listing Tags" (end-8). What else registries add is dropped: it
 * may name what the client must not see.
 *
 * @param name the repository, as text
 * @param tags in the order of the wire
 */
public record TagList(String name, List<String> tags) {
    public TagList {
        tags = List.copyOf(tags);
    }

    /** The list; empty where the bytes are none. Tags may be null on the wire, which means none. */
    public static Optional<TagList> parse(byte[] json) {
        return NamedTexts.parse(json, "tags").flatMap(list -> list.name().map(name -> new TagList(name, list.texts())));
    }

    public TagList withName(String other) {
        return new TagList(other, tags);
    }

    public byte[] toJson() {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("name", name);
        ArrayNode list = document.putArray("tags");
        tags.forEach(list::add);
        return Json.write(document);
    }
}
