package io.github.registryproxy.facade.schema;

import java.util.List;
import java.util.Optional;

/** What may stand at one place of a configuration file. */
public sealed interface Shape {
    /** How to say it in a message: "a list". */
    String expected();

    /** One value. */
    record Scalar(Kind kind, List<String> words) implements Shape {
        @Override
        public String expected() {
            return kind == Kind.WORD ? String.join(" or ", words) : kind.expected;
        }
    }

    /** Kinds of values, as far as they are told apart here; whoever reads them looks closer. */
    enum Kind {
        TEXT("a text"),
        TEXT_OR_EMPTY("a text, which may be empty"),
        NUMBER("a number"),
        BOOLEAN("true or false"),
        SIZE("a size such as 20GiB"),
        TIME("a time such as 30s"),
        WORD("a word");

        private final String expected;

        Kind(String expected) {
            this.expected = expected;
        }
    }

    /** Several; one alone may stand without a list around it. */
    record ListOf(Shape item) implements Shape {
        @Override
        public String expected() {
            return "a list";
        }
    }

    /**
     * Keys of its own.
     *
     * @param implied whether it is there, with its defaults, also where it is not written
     */
    record Section(List<Key> keys, boolean implied) implements Shape {
        @Override
        public String expected() {
            return "keys: " + String.join(", ", keys.stream().map(Key::name).toList());
        }

        /** The key of that name. */
        public Optional<Key> key(String name) {
            return keys.stream().filter(key -> key.name().equals(name)).findFirst();
        }
    }

    /** Names that the operator chooses, each with the same keys. */
    record Named(Section section) implements Shape {
        @Override
        public String expected() {
            return "names with keys below them";
        }
    }

    /** One value, or something with keys or items. */
    record Either(Scalar scalar, Shape other) implements Shape {
        @Override
        public String expected() {
            return scalar.expected() + ", or " + other.expected();
        }
    }

    /**
     * A key of a section.
     *
     * @param unset what it is where it is not written, if that can be written
     * @param secret whether its value is shown to nobody
     */
    record Key(String name, Shape shape, String help, Optional<String> unset, boolean secret) {
        /** With a value to be used where there is none. */
        public Key or(String value) {
            return new Key(name, shape, help, Optional.of(value), secret);
        }

        /** With a value that is never shown. */
        public Key hidden() {
            return new Key(name, shape, help, unset, true);
        }
    }

    static Key key(String name, Shape shape, String help) {
        return new Key(name, shape, help, Optional.empty(), false);
    }

    static Scalar text() {
        return new Scalar(Kind.TEXT, List.of());
    }

    static Scalar textOrEmpty() {
        return new Scalar(Kind.TEXT_OR_EMPTY, List.of());
    }

    static Scalar number() {
        return new Scalar(Kind.NUMBER, List.of());
    }

    static Scalar bool() {
        return new Scalar(Kind.BOOLEAN, List.of());
    }

    static Scalar size() {
        return new Scalar(Kind.SIZE, List.of());
    }

    static Scalar time() {
        return new Scalar(Kind.TIME, List.of());
    }

    static Scalar oneOf(String... words) {
        return new Scalar(Kind.WORD, List.of(words));
    }

    static ListOf texts() {
        return new ListOf(text());
    }

    /** There only where it is written. */
    static Section section(Key... keys) {
        return new Section(List.of(keys), false);
    }

    /** There with its defaults also where it is not written. */
    static Section implied(Key... keys) {
        return new Section(List.of(keys), true);
    }
}
