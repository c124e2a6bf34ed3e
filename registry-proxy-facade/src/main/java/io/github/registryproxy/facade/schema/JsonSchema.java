package io.github.registryproxy.facade.schema;

import io.github.registryproxy.facade.schema.Shape.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The table as JSON Schema, draft 2020-12, for editors. */
public final class JsonSchema {
    /** Any value may stand in a variable. */
    private static final String VARIABLE = "\\\\$\\\\{";

    private final StringBuilder out = new StringBuilder();

    private JsonSchema() {}

    public static String of(Shape.Section root) {
        JsonSchema schema = new JsonSchema();
        schema.out
                .append("{\n")
                .append("  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n")
                .append("  \"title\": \"registry-proxy\",\n");
        schema.section(root, "  ");
        schema.out.append("\n}\n");
        return schema.out.toString();
    }

    private void shape(Shape shape, String indent) {
        if (shape instanceof Shape.Scalar scalar) {
            out.append(scalar(scalar));
        } else if (shape instanceof Shape.Either either) {
            out.append("\"anyOf\": [{").append(scalar(either.scalar())).append("}, {\n");
            out.append(indent).append("  ");
            shape(either.other(), indent + "  ");
            out.append("}]");
        } else if (shape instanceof Shape.ListOf list) {
            out.append("\"anyOf\": [{\"type\": \"array\", \"items\": {\n")
                    .append(indent)
                    .append("  ");
            shape(list.item(), indent + "  ");
            out.append("}}, {\n").append(indent).append("  ");
            shape(list.item(), indent + "  ");
            out.append("}]");
        } else if (shape instanceof Shape.Named named) {
            out.append("\"type\": \"object\", \"additionalProperties\": {\n");
            section(named.section(), indent + "  ");
            out.append('}');
        } else if (shape instanceof Shape.Section section) {
            out.append('\n');
            section(section, indent + "  ");
        }
    }

    private void section(Shape.Section section, String indent) {
        out.append(indent).append("\"type\": \"object\",\n");
        out.append(indent).append("\"additionalProperties\": false,\n");
        out.append(indent).append("\"properties\": {\n");
        List<String> properties = new ArrayList<>();
        for (Key key : section.keys()) {
            JsonSchema one = new JsonSchema();
            one.key(key, indent + "  ");
            properties.add(one.out.toString());
        }
        out.append(String.join(",\n", properties)).append('\n').append(indent).append('}');
    }

    private void key(Key key, String indent) {
        out.append(indent).append(quoted(key.name())).append(": {");
        out.append("\"description\": ").append(quoted(key.help())).append(", ");
        key.unset()
                .ifPresent(unset ->
                        out.append("\"default\": ").append(literal(unset, key)).append(", "));
        shape(key.shape(), indent);
        out.append('}');
    }

    private static String literal(String unset, Key key) {
        boolean plain = key.shape() instanceof Shape.Scalar scalar
                && (scalar.kind() == Shape.Kind.BOOLEAN || scalar.kind() == Shape.Kind.NUMBER);
        return plain ? unset : quoted(unset);
    }

    private static String scalar(Shape.Scalar scalar) {
        return switch (scalar.kind()) {
            case TEXT, TEXT_OR_EMPTY -> "\"type\": [\"string\", \"number\", \"boolean\"]";
            case NUMBER -> "\"type\": [\"integer\", \"string\"], \"pattern\": \"^[0-9]+$|" + VARIABLE + "\"";
            case BOOLEAN -> "\"type\": [\"boolean\", \"string\"], \"pattern\": \"^(true|false)$|" + VARIABLE + "\"";
            case SIZE ->
                "\"type\": [\"integer\", \"string\"], \"pattern\": \"^[0-9]+ *([KMGTkmgt][Ii][Bb])?$|" + VARIABLE
                        + "\"";
            case TIME -> "\"type\": [\"integer\", \"string\"], \"pattern\": \"^[0-9]+ *[smhdSMHD]?$|" + VARIABLE + "\"";
            case WORD -> words(scalar.words());
        };
    }

    private static String words(List<String> words) {
        boolean flag = words.stream().allMatch(word -> word.equals("true") || word.equals("false"));
        String pattern = String.join("|", words);
        return "\"type\": [" + (flag ? "\"boolean\", " : "") + "\"string\"], \"pattern\": \"^(" + pattern + ")$|"
                + VARIABLE + "\"";
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c -> c == '"' || c == '\\' ? "\\" + (char) c : String.valueOf((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
