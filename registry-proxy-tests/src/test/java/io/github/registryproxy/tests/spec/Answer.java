package io.github.registryproxy.tests.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry answered.
 *
 * @param uri what was asked
 */
record Answer(String method, URI uri, int status, HttpHeaders headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"?next\"?");

    /** The same, which must have this status. */
    Answer is(int wanted) {
        assertEquals(wanted, status, this::toString);
        return this;
    }

    /** The same, which must be a refusal of the client. */
    Answer isRefused() {
        assertTrue(status >= 400 && status < 500, this::toString);
        return this;
    }

    /** The same, which must be a refusal with this status and code. */
    Answer is(int wanted, String code) throws IOException {
        is(wanted);
        assertTrue(codes().contains(code), this::toString);
        return this;
    }

    /** The codes of an error document. */
    List<String> codes() throws IOException {
        List<String> codes = new ArrayList<>();
        json().path("errors").forEach(error -> codes.add(error.path("code").asText()));
        return codes;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** A header that must be there. */
    String has(String name) {
        return header(name).orElseThrow(() -> new AssertionError("no " + name + ": " + this));
    }

    /** Location, which must be there, resolved. */
    URI location() {
        return uri.resolve(has("Location"));
    }

    /** What a Link leads to as the next page. */
    Optional<URI> next() {
        return header("Link").map(link -> {
            Matcher next = NEXT.matcher(link);
            assertTrue(next.matches(), link + " is RFC 5988, with rel=\"next\"");
            return uri.resolve(next.group(1));
        });
    }

    boolean isJson() {
        return header("Content-Type").orElse("").startsWith("application/json");
    }

    JsonNode json() throws IOException {
        return JSON.readTree(body);
    }

    /** The strings of a list in the document. */
    List<String> strings(String field) throws IOException {
        JsonNode list = json().path(field);
        assertTrue(list.isArray(), () -> field + " is a list: " + this);
        List<String> strings = new ArrayList<>();
        list.forEach(entry -> strings.add(entry.asText()));
        return strings;
    }

    String text() {
        return new String(body, UTF_8);
    }

    @Override
    public String toString() {
        String shown = text().substring(0, Math.min(500, text().length()));
        return "%s %s -> %d %s %s".formatted(method, uri, status, headers.map(), shown);
    }
}
