package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.protocol.Target;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Records and memory of manifests: how much of what clients and upstreams choose is kept. */
class KeptCapsTest {
    private static RegistryRequest accepting(String accept) {
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", "/v2/app/manifests/1.0"),
                Headers.of(HeaderNames.ACCEPT, accept),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    @Test
    void accept_over_2048_characters_is_not_remembered() {
        Representations representations = new Representations();
        String longest = "a/" + "a".repeat(2046);
        assertSame(representations.of(accepting(longest)), representations.of(accepting(longest)));
        assertNotSame(representations.of(accepting(longest + "a")), representations.of(accepting(longest + "a")));
    }

    @Test
    void at_most_1000_values_of_accept_are_remembered() {
        Representations representations = new Representations();
        Object first = representations.of(accepting("a/first"));
        for (int i = 0; i < 999; i++) {
            representations.of(accepting("a/" + i));
        }
        assertSame(first, representations.of(accepting("a/first")));
        representations.of(accepting("a/999"));
        assertNotSame(first, representations.of(accepting("a/first")));
    }

    @Test
    void media_type_over_255_characters_is_not_kept() {
        assertTrue(KeptManifest.canKeep(new MediaType("a/" + "a".repeat(253))));
        assertFalse(KeptManifest.canKeep(new MediaType("a/" + "a".repeat(254))));
    }

    @Test
    void missing_tags_take_at_most_4_MiB() {
        MissingTags missing = new MissingTags(Duration.ofHours(1), () -> 0);
        Answer answer = new Answer(404, Headers.EMPTY, new byte[100_000]);
        int kept = 0;
        for (int i = 0; i < 100; i++) {
            missing.put(view(i), false, answer);
        }
        for (int i = 0; i < 100; i++) {
            kept += missing.find(view(i), false).isPresent() ? 1 : 0;
        }
        assertTrue(kept <= 4 * 1024 * 1024 / 100_000, kept + " kept");
    }

    private static TagView view(int n) {
        return new TagView(new KeptTags.Name(new RepositoryName("app"), new Tag("t" + n)), AcceptedTypes.UNKNOWN, "");
    }
}
