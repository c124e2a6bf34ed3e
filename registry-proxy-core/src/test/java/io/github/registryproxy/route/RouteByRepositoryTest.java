package io.github.registryproxy.route;

import static io.github.registryproxy.route.Scripted.DIGEST;
import static io.github.registryproxy.route.Scripted.request;
import static io.github.registryproxy.route.Scripted.seen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteByRepositoryTest {
    private static final String MOUNT = "POST /v2/%s/blobs/uploads/?mount=" + DIGEST + "&from=%s";

    private final Scripted team = new Scripted();
    private final Scripted inner = new Scripted();
    private final Scripted rest = new Scripted();
    private final RouteByRepository routes = RouteByRepository.builder()
            .route(new RepositoryName("team"), team)
            .route(new RepositoryName("team/inner"), inner)
            .otherwise(rest)
            .build();
    private final RouteByRepository alone =
            RouteByRepository.builder().route(new RepositoryName("team"), team).build();

    @AfterEach
    void every_answer_is_closed() {
        assertEquals(List.of(0, 0, 0), List.of(team.open, inner.open, rest.open));
    }

    private String asked() {
        return "team " + team.asked() + " inner " + inner.asked() + " rest " + rest.asked();
    }

    private void send(String line) throws IOException {
        seen(routes, line);
    }

    @Test
    void every_operation_has_a_registry() throws IOException {
        new Walk()
                .decides("team", Walk.READS)
                .decides("team", Walk.WRITES)
                .decides("team", Walk.TOKEN)
                .decides("rest", Walk.PING, Walk.CATALOG, Walk.MALFORMED, Walk.OTHER, "GET /_token")
                .check(line -> {
                    send(line);
                    return (team.asked().isEmpty() ? "" : "team")
                            + (inner.asked().isEmpty() ? "" : "inner")
                            + (rest.asked().isEmpty() ? "" : "rest");
                });
    }

    @Test
    void without_an_otherwise_names_are_unknown_and_the_version_check_is_answered_here() throws IOException {
        new Walk()
                .decides("200", Walk.READS)
                .decides("200", Walk.WRITES)
                .decides("200", Walk.TOKEN, Walk.PING)
                .decides("400", Walk.MALFORMED)
                .decides("404", Walk.OTHER, "GET /_token", "GET /v2/app/manifests/1", "POST /v2/app/blobs/uploads/")
                .decides("404", "POST /_token", "GET /_token?scope=repository:app:pull")
                .decides("405", Walk.CATALOG, "POST /api/anything")
                .check(line -> String.valueOf(seen(alone, line).status()));
        assertEquals("{}", seen(alone, Walk.PING).body());
        assertEquals("registry/2.0", seen(alone, Walk.PING).header("Docker-Distribution-API-Version"));
    }

    @Test
    void the_longest_prefix_of_whole_components_wins_and_names_arrive_unchanged() throws IOException {
        send("GET /v2/team/app/manifests/1");
        send("GET /v2/team/inner/app/manifests/1");
        send("GET /v2/team/inner2/app/manifests/1");
        send("GET /v2/teams/app/manifests/1");
        assertEquals(
                "team [GET /v2/team/app/manifests/1, GET /v2/team/inner2/app/manifests/1]"
                        + " inner [GET /v2/team/inner/app/manifests/1] rest [GET /v2/teams/app/manifests/1]",
                asked());
    }

    @Test
    void a_name_that_is_a_prefix_is_not_below_it() throws IOException {
        send("GET /v2/team/manifests/1");
        send("GET /v2/team/inner/manifests/1");
        assertEquals("team [GET /v2/team/inner/manifests/1] inner [] rest [GET /v2/team/manifests/1]", asked());
    }

    @Test
    void a_mount_from_another_registry_begins_an_upload_there_and_the_other_is_not_asked() throws IOException {
        send(MOUNT.formatted("team/app", "app"));
        send(MOUNT.formatted("team/app", "team/inner/app") + "&digest=" + DIGEST + "&x=y");
        send(MOUNT.formatted("app", "team/app"));
        assertEquals(
                "team [POST /v2/team/app/blobs/uploads/, POST /v2/team/app/blobs/uploads/?x=y] inner []"
                        + " rest [POST /v2/app/blobs/uploads/]",
                asked());
        seen(alone, MOUNT.formatted("team/app", "app"));
        assertEquals("team [POST /v2/team/app/blobs/uploads/] inner [] rest []", asked());
    }

    @Test
    void a_mount_within_a_registry_is_one_whatever_prefixes_lead_there() throws IOException {
        RouteByRepository two = RouteByRepository.builder()
                .route(new RepositoryName("a"), team)
                .route(new RepositoryName("b"), team)
                .build();
        String mount = MOUNT.formatted("a/app", "b/base");
        String unsaid = "POST /v2/a/app/blobs/uploads/?mount=" + DIGEST;
        seen(two, mount);
        seen(two, unsaid);
        assertEquals(List.of(mount, unsaid), team.asked());
    }

    @Test
    void a_token_is_asked_for_where_its_first_repository_is_without_what_others_would_grant() throws IOException {
        send("GET /_token?service=s&scope=registry:catalog:*&scope=repository:team/app:pull"
                + "&scope=repository:app:pull%20repository:team/base:pull&account=me");
        assertEquals(
                "team [GET /_token?service=s&scope=repository:team/app:pull&scope=repository:team/base:pull&account=me]"
                        + " inner [] rest []",
                asked());
        send("GET /_token?scope=registry:catalog:*&scope=repository:app:pull&scope=repository:team/app:pull");
        assertEquals("team [] inner [] rest [GET /_token?scope=registry:catalog:*&scope=repository:app:pull]", asked());
    }

    @Test
    void a_token_by_post_has_its_scopes_in_the_form() throws IOException {
        Body form = Body.of("grant_type=password&scope=repository%3Ateam/app%3Apull+repository%3Aapp%3Apull&username=u"
                .getBytes(StandardCharsets.UTF_8));
        try (RegistryResponse answer =
                routes.handle(request("https://r.example.com", "POST /_token?scope=repository:app:push", form))) {
            assertEquals(200, answer.status());
        }
        assertEquals(
                "grant_type=password&username=u&scope=repository:team/app:pull",
                new String(team.requests.get(0).body().readAll(1000), StandardCharsets.UTF_8));
        assertEquals("team [POST /_token] inner [] rest []", asked());
    }

    @Test
    void each_registry_is_closed_once_even_if_another_cannot_be() {
        class Broken implements RegistryHandler, AutoCloseable {
            @Override
            public RegistryResponse handle(io.github.registryproxy.RegistryRequest request) {
                throw new AssertionError("not asked");
            }

            @Override
            public void close() {
                throw new IllegalArgumentException("broken");
            }
        }
        RouteByRepository several = RouteByRepository.builder()
                .route(new RepositoryName("a"), new Broken())
                .route(new RepositoryName("b"), team)
                .route(new RepositoryName("c"), team)
                .otherwise(rest)
                .build();
        assertThrows(IllegalStateException.class, several::close);
        assertEquals(List.of(1, 1), List.of(team.closed, rest.closed));
    }

    @Test
    void a_prefix_has_one_route_and_there_is_at_least_one() {
        RouteByRepository.Builder builder = RouteByRepository.builder().otherwise(rest);
        assertThrows(IllegalStateException.class, builder::build);
        builder.route(new RepositoryName("a"), team);
        assertThrows(IllegalArgumentException.class, () -> builder.route(new RepositoryName("a"), inner));
    }
}
