package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Digest.Algorithm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamedDigestsTest {
    private static Digest digest(Algorithm algorithm, String content) {
        return Digest.of(algorithm, content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void digests_come_back_those_of_existing_content_first() {
        References references = new References();
        Digest known = digest(Algorithm.SHA256, "known");
        references.add(known);
        Digest a = digest(Algorithm.SHA256, "a");
        Digest b = digest(Algorithm.SHA512, "b");
        Digest c = digest(Algorithm.SHA256, "c");

        List<Digest> named = NamedDigests.of(List.of(a, b, digest(Algorithm.SHA256, "known"), c), references);
        assertEquals(List.of(known, a, c, b), named);
        assertTrue(named.contains(b));
        assertFalse(named.contains(digest(Algorithm.SHA512, "a")));
        assertThrows(IndexOutOfBoundsException.class, () -> named.get(4));
        assertEquals(List.of(), NamedDigests.of(List.of(), references));
    }

    @Test
    void existing_content_has_one_digest_object_and_other_content_none() {
        References references = new References();
        Digest known = digest(Algorithm.SHA256, "known");
        references.add(known);
        Digest missing = digest(Algorithm.SHA256, "missing");

        List<Digest> named = NamedDigests.of(List.of(digest(Algorithm.SHA256, "known"), missing), references);
        assertSame(known, named.get(0));
        assertNotSame(missing, named.get(1));
        assertNotSame(named.get(1), named.get(1));
    }
}
