package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What holds for each answer to whatever request; checked whenever a law asks something. */
final class EveryAnswer {
    /** All the warnings of an answer, in bytes. */
    static final int MOST_WARNINGS = 4096;

    private EveryAnswer() {}

    static Answer checked(Answer answer) throws IOException {
        assertTrue(answer.status() < 500, () -> "the registry is to blame: " + answer);
        warnings(answer);
        digest(answer);
        if (answer.method().equals("HEAD")) {
            assertEquals(0, answer.body().length, answer::toString);
        } else if (answer.status() >= 400 && answer.isJson()) {
            error(answer);
        }
        if (answer.status() == 201) {
            answer.location();
        }
        return answer;
    }

    /** "Warnings". */
    private static void warnings(Answer answer) {
        List<String> warnings = answer.headers().allValues("Warning");
        int bytes = 0;
        for (String warning : warnings) {
            assertTrue(warning.matches("299 - \"(?:[^\"\\\\]|\\\\.)*\""), () -> "no agent, no date: " + warning);
            bytes += warning.getBytes(StandardCharsets.ISO_8859_1).length;
        }
        assertTrue(bytes <= MOST_WARNINGS, "too much to read");
    }

    /** "Pulling manifests", "Pulling blobs": a digest is one, and that of the body where there is a whole one. */
    private static void digest(Answer answer) {
        answer.header("Docker-Content-Digest").map(Digest::parse).ifPresent(digest -> {
            if (answer.method().equals("GET") && answer.status() == 200) {
                assertTrue(digest.matches(answer.body()), answer::toString);
            }
        });
    }

    /** "Error Codes". */
    private static void error(Answer answer) throws IOException {
        JsonNode errors = answer.json().path("errors");
        assertTrue(errors.isArray() && !errors.isEmpty(), answer::toString);
        for (JsonNode error : errors) {
            assertTrue(error.path("code").asText().matches("[A-Z_]+"), answer::toString);
            assertTrue(
                    error.path("message").isMissingNode()
                            || error.path("message").isTextual(),
                    answer::toString);
        }
    }
}
