package io.github.registryproxy.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.testing.Message.Field;
import io.github.registryproxy.testing.Message.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Compares one message of the file with what was there; every difference names file and line. */
final class Check {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 2000;

    private final String file;
    private final Placeholders placeholders;

    Check(String file, Placeholders placeholders) {
        this.file = file;
        this.placeholders = placeholders;
    }

    void subject(Message expected, String actual) {
        if (!placeholders.matches(expected.subject(), actual)) {
            throw difference(expected, "", placeholders.fill(expected.subject()), actual);
        }
    }

    /** The fields of a message that is sent, placeholders filled in. */
    Headers fields(Message sent) {
        Headers headers = Headers.EMPTY;
        for (Field field : sent.fields()) {
            headers = headers.and(field.name(), placeholders.fill(field.value()));
        }
        return headers;
    }

    String fill(String text) {
        return placeholders.fill(text);
    }

    void headers(Message expected, Headers actual) {
        for (String name : expected.absent()) {
            if (actual.contains(name)) {
                throw difference(expected, "header " + name, "absent", String.join(" | ", actual.all(name)));
            }
        }
        List<String> names =
                expected.fields().stream().map(Field::name).distinct().toList();
        for (String name : names) {
            List<String> wanted = expected.fields().stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .map(Field::value)
                    .toList();
            List<String> found = actual.all(name);
            boolean same = wanted.size() == found.size();
            for (int i = 0; same && i < wanted.size(); i++) {
                same = wanted.get(i).equals("*") || placeholders.matches(wanted.get(i), found.get(i));
            }
            if (!same) {
                throw difference(
                        expected,
                        "header " + name,
                        placeholders.fill(String.join(" | ", wanted)),
                        found.isEmpty() ? "absent" : String.join(" | ", found));
            }
        }
    }

    void body(Message expected, Headers headers, byte[] actual, OptionalLong length, boolean complete) {
        if (expected.is(Mark.BREAKS) == complete) {
            throw difference(
                    expected,
                    "body",
                    complete ? "a body that breaks off" : "a whole body",
                    complete ? actual.length + " bytes and an end" : "broken off after " + actual.length + " bytes");
        }
        if (expected.is(Mark.CHUNKED) && length.isPresent()) {
            throw difference(expected, "body", "of unknown length", length.getAsLong() + " bytes announced");
        }
        byte[] wanted = expected.body();
        if (wanted != null && !Arrays.equals(wanted, actual) && !sameJson(headers, wanted, actual)) {
            throw difference(expected, "body", show(wanted), show(actual));
        }
    }

    AssertionError difference(Message at, String part, String expected, String actual) {
        return difference(at.line(), part.isEmpty() ? at.side() : at.side() + " " + part, expected, actual);
    }

    AssertionError difference(int line, String what, String expected, String actual) {
        return new AssertionError(
                file + ":" + line + ": " + what + "\n  expected: " + expected + "\n  actual:   " + actual);
    }

    private static boolean sameJson(Headers headers, byte[] wanted, byte[] actual) {
        boolean json = headers.first(HeaderNames.CONTENT_TYPE)
                .map(MediaType::new)
                .filter(MediaType::isJson)
                .isPresent();
        if (!json) {
            return false;
        }
        try {
            JsonNode expected = JSON.readTree(wanted);
            return !expected.isMissingNode() && expected.equals(JSON.readTree(actual));
        } catch (IOException e) {
            return false;
        }
    }

    private static String show(byte[] content) {
        if (content.length > SHOWN) {
            return content.length + " bytes, hash " + Integer.toHexString(Arrays.hashCode(content));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            return content.length + " bytes, hash " + Integer.toHexString(Arrays.hashCode(content));
        }
    }
}
