package io.github.registryproxy.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.github.registryproxy.facade.document.DocumentNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Makes a plain tree of what a parser says. */
final class TreeReader {
    private static final int DEEPEST = 20;

    private final JsonParser parser;
    private final ToIntFunction<String> lines;
    private final String file;

    /** @param lines where the parser is, or where a path such as {@code upstreams.hub.names[1]} stands */
    TreeReader(JsonParser parser, ToIntFunction<String> lines, String file) {
        this.parser = parser;
        this.lines = lines;
        this.file = file;
    }

    DocumentNode read() throws IOException, UnreadableException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return new DocumentNode.Nothing(file + ":1");
        }
        DocumentNode root = node("", 0);
        if (parser.nextToken() != null) {
            throw refused("", "expected one document");
        }
        return root;
    }

    private String origin(String path) {
        int line = lines.applyAsInt(path);
        return line > 0 ? file + ":" + line : file;
    }

    private UnreadableException refused(String path, String message) {
        return new UnreadableException((path.isEmpty() ? "" : path + " ") + "(" + origin(path) + "): " + message);
    }

    private DocumentNode node(String path, int depth) throws IOException, UnreadableException {
        if (depth > DEEPEST) {
            throw refused(path, "expected fewer levels");
        }
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw refused(path, "expected the value itself: aliases are not followed");
        }
        JsonToken token = parser.currentToken();
        String origin = origin(path);
        return switch (token) {
            case START_OBJECT -> fields(path, origin, depth);
            case START_ARRAY -> items(path, origin, depth);
            case VALUE_NULL -> new DocumentNode.Nothing(origin);
            default -> new DocumentNode.Text(parser.getText(), origin);
        };
    }

    private DocumentNode fields(String path, String origin, int depth) throws IOException, UnreadableException {
        Map<String, DocumentNode.Field> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            String below = path.isEmpty() ? name : path + "." + name;
            String place = origin(below);
            parser.nextToken();
            DocumentNode.Field field = new DocumentNode.Field(node(below, depth + 1), place);
            if (fields.putIfAbsent(name, field) != null) {
                throw new UnreadableException(below + " (" + place + "): the key is there twice");
            }
        }
        return new DocumentNode.Fields(fields, origin);
    }

    private DocumentNode items(String path, String origin, int depth) throws IOException, UnreadableException {
        List<DocumentNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]", depth + 1));
        }
        return new DocumentNode.Items(items, origin);
    }
}
