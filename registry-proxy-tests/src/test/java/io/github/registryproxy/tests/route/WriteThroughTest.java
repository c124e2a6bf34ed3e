package io.github.registryproxy.tests.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.cache.CacheAccess;
import io.github.registryproxy.cache.CacheBlobs;
import io.github.registryproxy.cache.CacheManifests;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.RepositoryMapping;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.testing.BodyLeaks;
import io.github.registryproxy.testing.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is pushed to a registry through its cache is what is pulled through it next. */
class WriteThroughTest {
    @RegisterExtension
    final BodyLeaks leaks = new BodyLeaks(Duration.ofSeconds(10));

    private final MemoryStore store = new MemoryStore(16 * 1024 * 1024);
    private final FakeRegistry registry = new FakeRegistry();
    private final RegistryProxy proxy = RegistryProxy.builder()
            .use(new RenameRepository(
                    RepositoryMapping.at(new RepositoryName("proxy/up"), Optional.of(new RepositoryName("team/a")))))
            .use(CacheManifests.builder(store)
                    .access(CacheAccess.PUBLIC)
                    .upstream("up")
                    .tagTtl(Duration.ofDays(1))
                    .notFoundTtl(Duration.ofDays(1))
                    .build())
            .use(CacheBlobs.builder(store, "up").access(CacheAccess.PUBLIC).build())
            .upstream(leaks.watch(registry))
            .build();
    private final Sending client = new Sending(proxy);

    @AfterEach
    void stop() {
        proxy.close();
    }

    private Digest pulled(String line) throws IOException {
        Sending.Answer answer = client.send(line);
        assertEquals(200, answer.status());
        Digest digest = Digest.parse(answer.header(HeaderNames.DOCKER_CONTENT_DIGEST));
        assertTrue(line.startsWith("HEAD") || digest.matches(answer.body()));
        return digest;
    }

    private int status(String line) throws IOException {
        return client.send(line).status();
    }

    @Test
    void the_next_pull_by_a_tag_sees_the_digest_that_was_pushed() throws IOException {
        String tag = "/v2/proxy/up/app/manifests/1";
        assertEquals(404, status("GET " + tag));
        assertEquals(404, status("HEAD " + tag));
        for (String layer : new String[] {"one", "two", "three"}) {
            Digest pushed = client.pushImage("proxy/up/app", "1", layer);
            assertEquals(pushed, pulled("HEAD " + tag));
            assertEquals(pushed, pulled("GET " + tag));
            assertEquals(pushed, pulled("GET /v2/proxy/up/app/manifests/" + pushed));
            assertEquals(Optional.of(pushed), registry.resolve("team/a/app", "1"));
        }
    }

    @Test
    void a_blob_just_pushed_can_be_pulled_and_mounted() throws IOException {
        byte[] content = "a layer".getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
        String blob = "/v2/proxy/up/app/blobs/" + digest;
        assertEquals(404, status("HEAD " + blob));
        assertEquals(404, status("GET " + blob));
        client.pushBlob("proxy/up/app", content);
        assertEquals(200, status("HEAD " + blob));
        assertArrayEquals(content, client.send("GET " + blob).body());
        assertEquals(404, status("GET /v2/proxy/up/twin/blobs/" + digest));
        String mount = "POST /v2/proxy/up/twin/blobs/uploads/?mount=" + digest + "&from=proxy/up/app";
        assertEquals(201, status(mount));
        assertArrayEquals(
                content, client.send("GET /v2/proxy/up/twin/blobs/" + digest).body());
    }

    @Test
    void lists_tell_of_what_was_pushed_and_deleted() throws IOException {
        client.pushImage("proxy/up/app", "1", "one");
        String tags = "GET /v2/proxy/up/app/tags/list";
        assertEquals(
                "{\"name\":\"proxy/up/app\",\"tags\":[\"1\"]}",
                client.send(tags).text());
        client.pushImage("proxy/up/app", "2", "two");
        assertEquals(
                "{\"name\":\"proxy/up/app\",\"tags\":[\"1\",\"2\"]}",
                client.send(tags).text());
        assertEquals(202, status("DELETE /v2/proxy/up/app/manifests/1"));
        assertEquals(
                "{\"name\":\"proxy/up/app\",\"tags\":[\"2\"]}",
                client.send(tags).text());
    }

    @Test
    void what_was_deleted_is_gone_for_the_next_pull() throws IOException {
        Digest image = client.pushImage("proxy/up/app", "1", "one");
        client.pushImage("proxy/up/other", "1", "one");
        String tag = "/v2/proxy/up/app/manifests/1";
        assertEquals(image, pulled("GET " + tag));
        assertEquals(image, pulled("GET /v2/proxy/up/other/manifests/1"));
        assertEquals(202, status("DELETE /v2/proxy/up/app/manifests/" + image));
        for (String path : new String[] {tag, "/v2/proxy/up/app/manifests/" + image}) {
            assertEquals(404, status("HEAD " + path));
            assertEquals(404, status("GET " + path));
        }
        assertEquals(image, pulled("GET /v2/proxy/up/other/manifests/1"));
        Digest blob = Digest.of(Digest.Algorithm.SHA256, "one".getBytes(StandardCharsets.UTF_8));
        assertEquals(200, status("GET /v2/proxy/up/app/blobs/" + blob));
        assertEquals(202, status("DELETE /v2/proxy/up/app/blobs/" + blob));
        assertEquals(404, status("HEAD /v2/proxy/up/app/blobs/" + blob));
        assertEquals(404, status("GET /v2/proxy/up/app/blobs/" + blob));
        assertEquals(200, status("GET /v2/proxy/up/other/blobs/" + blob));
    }
}
