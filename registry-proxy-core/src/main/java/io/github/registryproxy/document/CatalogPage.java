package io.github.registryproxy.document;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * {@code {"repositories":[…]}}: the distribution project's catalog.
 *
 * @param repositories names as text, in the order of the wire
 */
public record CatalogPage(List<String> repositories) {
    public CatalogPage {
        repositories = List.copyOf(repositories);
    }

    /** The page; empty where the bytes are none. */
    public static Optional<CatalogPage> parse(byte[] json) {
        return NamedTexts.parse(json, "repositories").map(list -> new CatalogPage(list.texts()));
    }

    public byte[] toJson() {
        ObjectNode document = Json.MAPPER.createObjectNode();
        ArrayNode list = document.putArray("repositories");
        repositories.forEach(list::add);
        return Json.write(document);
    }
}
