package io.github.registryproxy.examples.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.testing.BodyLeaks;
import io.github.registryproxy.testing.FakeRegistry;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReleaseTagsTest {
    @RegisterExtension
    final BodyLeaks leaks = new BodyLeaks();

    private final FakeRegistry registry = new FakeRegistry();
    private final byte[] released = "released".getBytes(UTF_8);
    private final byte[] unfinished = "unfinished".getBytes(UTF_8);
    private final Digest release = registry.image("app", "release-1", released);
    private final Digest development = registry.image("app", "dev", unfinished);
    private final RegistryProxy proxy = ReleaseTags.proxy(Rules.ofTags("release-*"), leaks.watch(registry));

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void what_is_released_is_served_by_tag_and_by_digest() throws IOException {
        assertEquals(200, status("GET", "/v2/app/manifests/release-1"));
        assertEquals(200, status("HEAD", "/v2/app/manifests/" + release));
        assertEquals(200, status("GET", "/v2/app/blobs/" + digest(released)));
    }

    @Test
    void what_is_not_released_does_not_exist_however_it_is_asked_for() throws IOException {
        assertEquals(404, status("GET", "/v2/app/manifests/dev"));
        assertEquals(404, status("GET", "/v2/app/manifests/" + development));
        assertEquals(404, status("HEAD", "/v2/app/manifests/" + development));
        assertEquals(404, status("GET", "/v2/app/blobs/" + digest(unfinished)));
    }

    @Test
    void a_list_of_tags_shows_what_is_released() throws IOException {
        try (RegistryResponse list = ask("GET", "/v2/app/tags/list")) {
            assertEquals(
                    "{\"name\":\"app\",\"tags\":[\"release-1\"]}",
                    new String(list.body().readAll(1000), UTF_8));
        }
    }

    @Test
    void nothing_is_pushed_and_repositories_are_not_listed() throws IOException {
        assertEquals(405, status("POST", "/v2/app/blobs/uploads/"));
        assertEquals(405, status("GET", "/v2/_catalog"));
    }

    private int status(String method, String target) throws IOException {
        try (RegistryResponse response = ask(method, target)) {
            return response.status();
        }
    }

    private RegistryResponse ask(String method, String target) throws IOException {
        return proxy.handle(RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.1", URI.create("http://r.example.com"))));
    }

    private static Digest digest(byte[] bytes) {
        return Digest.of(Digest.Algorithm.SHA256, bytes);
    }
}
