package io.github.registryproxy.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The fields of a query or of a form, in order. Fields that nobody changes are rendered byte for byte as they came, upload
 * locations carry signed state; only characters that no URI may have are escaped.
 */
public final class Query {
    public static final Query EMPTY = new Query(List.of());

    private static final String HEX = "0123456789ABCDEF";

    private final List<Field> fields;

    private record Field(String name, String value, String raw) {
        static Field of(String name, String value) {
            return new Field(name, value, encode(name) + "=" + encode(value));
        }

        static Field parse(String raw) {
            int equals = raw.indexOf('=');
            String name = equals < 0 ? raw : raw.substring(0, equals);
            String value = equals < 0 ? "" : raw.substring(equals + 1);
            return new Field(decode(name), decode(value), escapeIllegal(raw));
        }
    }

    private Query(List<Field> fields) {
        this.fields = fields;
    }

    /** The query of that text, without its question mark; NAME_INVALID where an escape or a character is not legal. */
    public static Query parse(String raw) {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        List<Field> fields = new ArrayList<>();
        int from = 0;
        while (from <= raw.length()) {
            int ampersand = raw.indexOf('&', from);
            int end = ampersand < 0 ? raw.length() : ampersand;
            if (end > from) {
                fields.add(Field.parse(raw.substring(from, end)));
            }
            from = end + 1;
        }
        return fields.isEmpty() ? EMPTY : new Query(List.copyOf(fields));
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** The decoded value of the first field of that name. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name.equals(name))
                .map(Field::value)
                .findFirst();
    }

    /** The decoded values of all fields of that name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name.equals(name))
                .map(Field::value)
                .toList();
    }

    /** The decoded names of all fields, in order. */
    public List<String> names() {
        return fields.stream().map(Field::name).toList();
    }

    /** With one more field at the end. */
    public Query and(String name, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(Field.of(name, value));
        return new Query(List.copyOf(more));
    }

    /** With the fields of another query after these. */
    public Query and(Query other) {
        List<Field> more = new ArrayList<>(fields);
        more.addAll(other.fields);
        return more.isEmpty() ? EMPTY : new Query(List.copyOf(more));
    }

    /** Without the fields whose name the predicate accepts. */
    public Query without(Predicate<String> names) {
        List<Field> kept =
                fields.stream().filter(field -> !names.test(field.name)).toList();
        return kept.isEmpty() ? EMPTY : new Query(kept);
    }

    /** As text, without a question mark. */
    public String render() {
        return fields.stream().map(Field::raw).collect(Collectors.joining("&"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Query query && fields.equals(query.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The names alone: values may be signatures or tokens. */
    @Override
    public String toString() {
        return fields.stream().map(field -> encode(field.name)).collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (Ascii.isAlnum(c) || "-._~:/,*".indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    private static String decode(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (!Ascii.isVisible(c) || c == '#') {
                throw notLegal();
            }
            if (c == '%') {
                bytes.write(escaped(raw, i));
                i += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw notLegal();
        }
    }

    private static int escaped(String raw, int percent) {
        if (percent + 2 >= raw.length()) {
            throw notLegal();
        }
        char high = raw.charAt(percent + 1);
        char low = raw.charAt(percent + 2);
        if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
            throw notLegal();
        }
        return HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low);
    }

    /** What no URI may have (RFC 3986 section 2), though clients send it and nobody needs it raw. */
    private static String escapeIllegal(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if ("\"<>\\^`{|}".indexOf(c) < 0) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    private static RegistryException notLegal() {
        return ErrorCode.NAME_INVALID
                .because("the query has a character or an escape that is not legal")
                .asException();
    }
}
