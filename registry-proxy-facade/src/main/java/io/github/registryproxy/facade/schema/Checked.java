package io.github.registryproxy.facade.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A part of a file that has the shape it should: variables are replaced, defaults are filled in, keys are known. */
public sealed interface Checked {
    /** Where in the tree: {@code hosted.quota}. */
    String path();

    /** Where in the file: {@code team.yaml:12}; {@code default} where it is not written. */
    String origin();

    /** What it says, wherever that stands: equal where two files say the same. It may hold secrets. */
    Object content();

    /**
     * One value.
     *
     * @param secret whether it is shown to nobody
     */
    record Value(String path, String origin, String text, boolean secret) implements Checked {
        /** Whether nobody wrote it. */
        public boolean isDefault() {
            return origin.equals(DEFAULT);
        }

        @Override
        public Object content() {
            return text;
        }

        @Override
        public String toString() {
            return path + "=" + (secret ? "***" : text);
        }
    }

    /** Several, in order. */
    record Many(String path, String origin, List<Checked> items) implements Checked {
        @Override
        public Object content() {
            return items.stream().map(Checked::content).toList();
        }
    }

    /** By key or by name. */
    record Group(String path, String origin, Shape shape, Map<String, Checked> parts) implements Checked {
        public Group {
            parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        }

        @Override
        public Object content() {
            return parts.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().content()));
        }

        /** What is at the key, which the table has; empty where nothing is. */
        public Optional<Checked> find(String key) {
            if (shape instanceof Shape.Section section && section.key(key).isEmpty()) {
                throw new IllegalArgumentException("the table has no key " + key + " in " + path);
            }
            return Optional.ofNullable(parts.get(key));
        }

        /** One value. */
        public Optional<Value> value(String key) {
            return find(key).filter(Value.class::isInstance).map(Value.class::cast);
        }

        /** Keys below it. */
        public Optional<Group> group(String key) {
            return find(key).filter(Group.class::isInstance).map(Group.class::cast);
        }

        /** The items at it. */
        public List<Checked> items(String key) {
            return find(key)
                    .map(part -> part instanceof Many many ? many.items() : List.of(part))
                    .orElse(List.of());
        }
    }

    /** The origin of what nobody wrote. */
    String DEFAULT = "default";
}
