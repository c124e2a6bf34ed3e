package io.github.registryproxy.tests.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Digest.Algorithm;
import java.util.Random;
import java.util.UUID;

/** Some bytes and what they are. */
record Content(String type, byte[] bytes) {
    static final String BYTES = "application/octet-stream";

    static Content of(String type, String text) {
        return new Content(type, text.getBytes(UTF_8));
    }

    /** Bytes that nobody has pushed before. */
    static Content random(int length) {
        byte[] bytes = new byte[length];
        new Random(UUID.randomUUID().getMostSignificantBits()).nextBytes(bytes);
        return new Content(BYTES, bytes);
    }

    Content typed(String other) {
        return new Content(other, bytes);
    }

    String digest() {
        return Digest.of(Algorithm.SHA256, bytes).toString();
    }

    String sha512() {
        return Digest.of(Algorithm.SHA512, bytes).toString();
    }

    String text() {
        return new String(bytes, UTF_8);
    }

    /** Its descriptor, with more fields, each a name with its value. */
    String descriptor(String... fields) {
        return descriptorBy(digest(), fields);
    }

    /** The same by another digest than the usual one. */
    String descriptorBy(String digest, String... fields) {
        String more = fields.length == 0 ? "" : "," + String.join(",", fields);
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}".formatted(type, digest, bytes.length, more);
    }
}
