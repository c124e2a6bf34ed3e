package io.github.registryproxy.tests.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pushing through the proxy, where it is allowed and where it is not. */
@Tag("real")
@Timeout(180)
class PushIT {
    @RegisterExtension
    static final Stage stage = new Stage("docker-registry", "buildah", "skopeo");

    private static DockerRegistry registry;
    private static Buildah buildah;
    private static Skopeo skopeo;
    private static ProxyServer pushing;

    @BeforeAll
    @Timeout(120)
    static void start() throws Exception {
        registry = DockerRegistry.open(stage);
        buildah = new Buildah(stage);
        skopeo = new Skopeo(stage);
        buildah.build("one");
        buildah.build("two");
        buildah.index("both", "one", "two");
        pushing = ProxyServer.start(
                stage, Map.of("REGISTRY_HOST", registry.url(), "REPO_PREFIX", "team/a", "ENABLE_PUSH", "true"));
    }

    @Test
    void an_image_of_two_layers_pushed_through_us_comes_back() throws Exception {
        String digest = buildah.push("one", pushing.host() + "/one:1");

        assertEquals(digest, skopeo.pull(registry.host() + "/team/a/one:1"));
        assertEquals(digest, skopeo.pull(pushing.host() + "/one:1"));
        new Buildah(stage).pull(pushing.host() + "/one:1");
    }

    @Test
    void an_index_pushed_through_us_comes_back_with_all_it_names() throws Exception {
        String digest = buildah.pushIndex("both", pushing.host() + "/both:1");

        assertEquals(digest, skopeo.pull(registry.host() + "/team/a/both:1"));
        assertEquals(digest, skopeo.pull(pushing.host() + "/both:1"));
    }

    @Test
    void blobs_of_another_repository_are_mounted_under_their_upstream_name() throws Exception {
        String digest = buildah.push("two", pushing.host() + "/source:1");

        // buildah remembers where its blobs are on this host, and asks for a mount.
        assertEquals(digest, buildah.push("two", pushing.host() + "/target:1"));

        List<String> mounts = registry.requests("POST /v2/team/a/target/blobs/uploads/\\?"
                + "(?=[^ ]*mount=sha256)(?=[^ ]*from=team(%2F|/)a(%2F|/)source)[^ ]* HTTP/1.1\" 201 ");
        assertEquals(2, mounts.size(), () -> "both layers mounted: " + registry.requests("target/blobs/uploads"));
        assertEquals(digest, skopeo.pull(registry.host() + "/team/a/target:1"));
    }

    @Test
    void a_refused_push_never_reaches_the_upstream() throws Exception {
        DockerRegistry untouched = DockerRegistry.open(stage);
        ProxyServer pullOnly =
                ProxyServer.start(stage, Map.of("REGISTRY_HOST", untouched.url(), "REPO_PREFIX", "team/a"));

        buildah.pushRefused("one", pullOnly.host() + "/one:1");

        assertEquals(405, post(pullOnly.url() + "/v2/one/blobs/uploads/").statusCode());
        assertEquals(List.of(), untouched.requests("\"(POST|PUT|PATCH|DELETE) "));
        assertEquals(List.of(), untouched.requests("uploads"));
    }

    private static HttpResponse<byte[]> post(String uri) throws Exception {
        return Http.send(Http.to(uri).POST(BodyPublishers.noBody()));
    }
}
