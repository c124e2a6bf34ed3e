package io.github.registryproxy.facade.document;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of a configuration file, and where it stands: {@code team.yaml:12}. */
public sealed interface DocumentNode {
    /** File and line, for people. */
    String origin();

    /** A text, number or boolean, as it is written. */
    record Text(String value, String origin) implements DocumentNode {
        /** Without the value, which may be a secret. */
        @Override
        public String toString() {
            return "Text[" + origin + "]";
        }
    }

    /** Nothing, where a value could be. */
    record Nothing(String origin) implements DocumentNode {}

    /** Several, in order. */
    record Items(List<DocumentNode> items, String origin) implements DocumentNode {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** Keys with what they stand for, in the order of the file. */
    record Fields(Map<String, Field> fields, String origin) implements DocumentNode {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }
    }

    /** What a key stands for. */
    record Field(DocumentNode value, String origin) {}
}
