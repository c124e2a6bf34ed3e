package io.github.registryproxy.tests.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.RepositoryMapping;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.route.Failover;
import io.github.registryproxy.route.InsertLibrary;
import io.github.registryproxy.route.RouteByNamespace;
import io.github.registryproxy.route.RouteByRepository;
import io.github.registryproxy.testing.BodyLeaks;
import io.github.registryproxy.testing.FakeRegistry;
import io.github.registryproxy.testing.Quirk;
import io.github.registryproxy.testing.StrictPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several registries with content of their own, as one proxy would have them. */
class RoutedRegistriesTest {
    @RegisterExtension
    final BodyLeaks leaks = new BodyLeaks();

    private final FakeRegistry hosted = new FakeRegistry();
    private final FakeRegistry hub = new FakeRegistry(Quirk.REDIRECTS_BLOBS, Quirk.IGNORES_N);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RegistryHandler mountedHub() {
        RepositoryMapping mapping = RepositoryMapping.at(new RepositoryName("proxy/hub"), Optional.empty());
        return RegistryProxy.builder()
                .use(new RenameRepository(mapping))
                .use(new InsertLibrary())
                .upstream(leaks.watch(hub))
                .build();
    }

    @Test
    void a_name_leads_to_one_registry_under_its_own_name_and_the_other_hears_nothing() throws IOException {
        Digest alpine = hub.image("library/alpine", "3", bytes("layer"));
        hosted.image("library/alpine", "3", bytes("another"));
        Sending client = new Sending(RouteByRepository.builder()
                .route(new RepositoryName("proxy/hub"), mountedHub())
                .otherwise(leaks.watch(hosted))
                .build());
        for (String name : List.of("proxy/hub/alpine", "proxy/hub/library/alpine")) {
            assertEquals(
                    alpine.toString(),
                    client.send("GET /v2/" + name + "/manifests/3").header(HeaderNames.DOCKER_CONTENT_DIGEST));
            TagList tags = TagList.parse(
                            client.send("GET /v2/" + name + "/tags/list").body())
                    .orElseThrow();
            assertEquals(new TagList(name, List.of("3")), tags);
        }
        assertEquals(List.of(), hosted.requestLines());
        assertTrue(hub.requestLines().stream().allMatch(line -> line.contains("/v2/library/alpine/")));
        int before = hub.requestLines().size();
        client.pushImage("team/app", "1", "mine");
        assertEquals(before, hub.requestLines().size());
        assertTrue(hosted.resolve("team/app", "1").isPresent());
    }

    @Test
    void a_mount_from_the_other_registry_becomes_an_upload_that_can_be_ended() throws IOException {
        Digest blob = hosted.blob("team/base", bytes("blob"));
        Sending client = new Sending(RouteByRepository.builder()
                .route(new RepositoryName("proxy/hub"), mountedHub())
                .otherwise(leaks.watch(hosted))
                .build());
        Sending.Answer begun = client.send("POST /v2/proxy/hub/app/blobs/uploads/?mount=" + blob + "&from=team/base");
        assertEquals(202, begun.status());
        String location = begun.header(HeaderNames.LOCATION);
        String query = location.indexOf('?') < 0 ? "?" : "&";
        assertEquals(
                201,
                client.send("PUT " + location + query + "digest=" + blob, bytes("blob"))
                        .status());
        assertTrue(hub.blob("library/app", blob).isPresent());
        assertEquals(List.of(), hosted.requestLines());
    }

    @Test
    void a_list_is_walked_through_the_namespace_it_was_asked_of() throws IOException {
        FakeRegistry paged = new FakeRegistry();
        for (String tag : List.of("a", "b", "c")) {
            paged.image("library/app", tag, bytes(tag));
        }
        RegistryHandler library = RegistryProxy.builder()
                .use(new InsertLibrary())
                .upstream(leaks.watch(paged))
                .build();
        Sending client = new Sending(RegistryProxy.builder()
                .use(RouteByNamespace.builder().route("docker.io", library).build())
                .upstream(leaks.watch(hosted))
                .build());
        assertEquals(List.of("a", "b", "c"), walk(client, "/v2/app/tags/list?n=1&ns=docker.io"));
        assertEquals(List.of(), hosted.requestLines());
        assertEquals(404, client.send("GET /v2/app/tags/list").status());
    }

    private static List<String> walk(Sending client, String first) throws IOException {
        List<String> all = new ArrayList<>();
        String path = first;
        for (int pages = 0; pages < 50 && !path.isEmpty(); pages++) {
            Sending.Answer page = client.send("GET " + path);
            all.addAll(TagList.parse(page.body()).orElseThrow().tags());
            String link = page.header(HeaderNames.LINK);
            path = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
        return all;
    }

    private Failover both() {
        return Failover.builder()
                .member("hosted", leaks.watch(hosted))
                .member("hub", leaks.watch(hub))
                .writesToFirst()
                .build();
    }

    @Test
    void an_image_is_pulled_from_whoever_has_it_and_its_blobs_are_asked_of_that_one() throws IOException {
        Digest mine = hosted.image("app", "1", bytes("mine"));
        hub.image("app", "1", bytes("theirs"));
        Digest theirs = hub.image("other", "1", bytes("theirs"));
        Digest layer = Digest.of(Digest.Algorithm.SHA256, bytes("theirs"));
        Sending client = new Sending(both());
        assertEquals(mine.toString(), client.send("GET /v2/app/manifests/1").header(HeaderNames.DOCKER_CONTENT_DIGEST));
        assertEquals(List.of(), hub.requestLines());
        assertEquals(
                theirs.toString(), client.send("HEAD /v2/other/manifests/1").header(HeaderNames.DOCKER_CONTENT_DIGEST));
        int before = hosted.requestLines().size();
        assertEquals(200, client.send("GET /v2/other/manifests/" + theirs).status());
        assertEquals(307, client.send("GET /v2/other/blobs/" + layer).status());
        assertEquals(before, hosted.requestLines().size());
        client.pushImage("new", "1", "new");
        assertTrue(hosted.resolve("new", "1").isPresent());
        assertTrue(hub.resolve("new", "1").isEmpty());
    }

    @Test
    void lists_are_whole_whichever_pages_the_members_give() throws IOException {
        for (String tag : List.of("a", "c", "e", "g")) {
            hosted.image("app", tag, bytes(tag));
        }
        for (String tag : List.of("b", "c", "f", "z")) {
            hub.image("app", tag, bytes(tag));
        }
        Sending client = new Sending(both());
        List<String> all = List.of("a", "b", "c", "e", "f", "g", "z");
        assertEquals(all, walk(client, "/v2/app/tags/list"));
        for (int n = 1; n < 9; n++) {
            assertEquals(all, walk(client, "/v2/app/tags/list?n=" + n));
        }
        assertEquals(404, client.send("GET /v2/none/tags/list").status());
    }

    @Test
    void referrers_of_all_members_are_listed_and_a_filter_is_said_to_be_applied_only_by_all() throws IOException {
        Digest image = hosted.image("app", "1", bytes("x"));
        assertEquals(image, hub.image("app", "1", bytes("x")));
        Digest one = hosted.referrer("app", image, "application/one");
        Digest two = hub.referrer("app", image, "application/two");
        Sending client = new Sending(both());
        Sending.Answer all = client.send("GET /v2/app/referrers/" + image);
        assertEquals(MediaType.OCI_INDEX.value(), all.header(HeaderNames.CONTENT_TYPE));
        assertTrue(all.text().contains(one.toString()) && all.text().contains(two.toString()));
        Sending.Answer filtered = client.send("GET /v2/app/referrers/" + image + "?artifactType=application/one");
        assertTrue(filtered.text().contains(one.toString()) && !filtered.text().contains(two.toString()));
        assertEquals("artifactType", filtered.header(HeaderNames.OCI_FILTERS_APPLIED));
    }

    @Test
    void whatever_is_passed_over_is_closed_before_the_next_is_asked() throws IOException {
        hub.image("app", "1", bytes("x"));
        Middleware failover = (request, next) -> Failover.builder()
                .member(
                        "none",
                        asked -> next.handle(
                                request.with(asked.operation().mapNames(name -> new RepositoryName("none")))))
                .member("hub", next)
                .build()
                .handle(request);
        try (StrictPipeline strict = StrictPipeline.around(failover)) {
            Sending client = new Sending(RegistryProxy.builder()
                    .use(strict)
                    .upstream(leaks.watch(hub))
                    .build());
            for (String path : List.of("manifests/1", "tags/list", "manifests/2")) {
                int status = path.endsWith("2") ? 404 : 200;
                assertEquals(status, client.send("GET /v2/app/" + path).status());
                assertEquals(status, client.send("HEAD /v2/app/" + path).status());
            }
        }
    }
}
