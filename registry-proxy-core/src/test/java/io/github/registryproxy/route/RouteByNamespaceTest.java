package io.github.registryproxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.route.Scripted.Seen;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteByNamespaceTest {
    private static final String LINE = "GET /v2/library/alpine/manifests/3";

    private final Scripted hub = new Scripted();
    private final Scripted local = new Scripted();
    private final Scripted next = new Scripted();
    private final RouteByNamespace routes = RouteByNamespace.builder()
            .route("docker.io", hub)
            .route("registry.local:5000", local)
            .build();

    @AfterEach
    void every_answer_is_closed() {
        assertEquals(List.of(0, 0, 0), List.of(hub.open, local.open, next.open));
    }

    private Seen send(String line) throws IOException {
        return Scripted.seen(request -> routes.handle(request, next), line);
    }

    private static String with(String namespace, String line) {
        return line + (line.contains("?") ? "&" : "?") + "ns=" + namespace;
    }

    @Test
    void every_operation_has_been_decided_on() throws IOException {
        new Walk()
                .decides("hub 200", Walk.READS)
                .decides("hub 200", Walk.TOKEN, "POST /_token")
                .decides("403", Walk.WRITES)
                .decides("next 200", Walk.PING, Walk.MALFORMED)
                .decides("405", Walk.CATALOG)
                .decides("404", Walk.OTHER)
                .decides("403", "POST /api/anything")
                .check(line -> {
                    int status = send(with("docker.io", line)).status();
                    return (hub.asked().isEmpty() ? "" : "hub ") + (next.asked().isEmpty() ? "" : "next ") + status;
                });
    }

    @Test
    void a_request_without_ns_goes_on_untouched() throws IOException {
        Seen seen = send(LINE + "?x=y");
        assertEquals(List.of(LINE + "?x=y"), next.asked());
        assertFalse(seen.headers().contains(HeaderNames.OCI_NAMESPACE));
    }

    @Test
    void a_listed_ns_is_taken_off_and_named_in_the_answer_whatever_that_is() throws IOException {
        for (int status : new int[] {200, 206, 307, 404, 429, 503}) {
            hub.answers(status, "", "OCI-Namespace", "its own idea");
            Seen seen = send(LINE + "?ns=Docker.IO&x=y");
            assertEquals(status, seen.status());
            assertEquals("docker.io", seen.header("OCI-Namespace"));
        }
        hub.script = request -> {
            throw ErrorCode.DENIED.because("no").asException();
        };
        assertEquals("docker.io", send(with("docker.io", LINE)).header("OCI-Namespace"));
        assertEquals(LINE + "?x=y", hub.asked().get(0));
        assertEquals(
                "registry.local:5000", send(with("registry.local:5000", LINE)).header("OCI-Namespace"));
        assertEquals(
                "registry.local:5000", send(with("registry.local%3A5000", LINE)).header("OCI-Namespace"));
        assertEquals(List.of(), next.asked());
    }

    @Test
    void a_ns_that_is_not_listed_is_unknown_and_nobody_is_asked() throws IOException {
        for (String ns : List.of("ghcr.io", "docker.io:443", "registry.local", "localhost", "docker.io.", "x%0d%0ay")) {
            for (String line : List.of(LINE, Walk.PING, Walk.TOKEN, "PUT /v2/a/manifests/1")) {
                Seen seen = send(with(ns, line));
                assertEquals(404, seen.status(), ns);
                assertFalse(seen.headers().contains(HeaderNames.OCI_NAMESPACE));
                assertFalse(seen.body().contains(ns));
            }
        }
        assertEquals(List.of(), hub.asked());
        assertEquals(List.of(), local.asked());
        assertEquals(List.of(), next.asked());
    }

    @Test
    void one_ns_is_named_or_none() throws IOException {
        for (String query : List.of("?ns=", "?ns", "?ns=docker.io&ns=docker.io", "?ns=docker.io&ns=")) {
            Seen seen = send(LINE + query);
            assertEquals(400, seen.status(), query);
            assertEquals(true, seen.body().contains("NAME_INVALID"));
        }
        assertEquals(List.of(), hub.asked());
        assertEquals(List.of(), next.asked());
    }

    @Test
    void a_paged_list_is_walked_through_the_same_ns() throws IOException {
        hub.script = request -> request.target().render().contains("last=b")
                ? hub.answer(200, "c")
                : hub.answer(200, "ab", "Link", "</v2/app/tags/list?n=2&last=b>; rel=\"next\"");
        String link = send("GET /v2/app/tags/list?n=2&ns=docker.io").header("Link");
        assertEquals("</v2/app/tags/list?n=2&last=b&ns=docker.io>; rel=\"next\"", link.replace(">;rel", ">; rel"));
        assertEquals("c", send("GET " + link.substring(1, link.indexOf('>'))).body());
        assertEquals(List.of("GET /v2/app/tags/list?n=2", "GET /v2/app/tags/list?n=2&last=b"), hub.asked());
    }

    @Test
    void a_redirect_within_this_registry_keeps_the_ns_and_one_elsewhere_is_left_alone() throws IOException {
        hub.answers(307, "", "Location", "/v2/app/blobs/" + Scripted.DIGEST + "?sig=%2f&ns=other");
        assertEquals(
                "/v2/app/blobs/" + Scripted.DIGEST + "?sig=%2f&ns=docker.io",
                send("GET /v2/app/blobs/" + Scripted.DIGEST + "?ns=docker.io").header("Location"));
        for (String elsewhere : List.of("https://cdn.example.com/x?y", "//cdn.example.com/x")) {
            hub.answers(307, "", "Location", elsewhere);
            assertEquals(
                    elsewhere,
                    send("GET /v2/app/blobs/" + Scripted.DIGEST + "?ns=docker.io")
                            .header("Location"));
        }
    }

    @Test
    void a_realm_of_ours_leads_back_through_the_ns_and_another_is_left_alone() throws IOException {
        hub.answers(
                401,
                "",
                "WWW-Authenticate",
                "Bearer realm=\"https://r.example.com/_token\",scope=\"repository:app:pull\"",
                "WWW-Authenticate",
                "Bearer realm=\"https://auth.example.com/_token\"");
        assertEquals(
                "Bearer realm=\"https://r.example.com/_token?ns=docker.io\",scope=\"repository:app:pull\""
                        + " | Bearer realm=\"https://auth.example.com/_token\"",
                send(with("docker.io", LINE)).header("WWW-Authenticate").replace(", ", ","));
        hub.asked();
        send("GET /_token?ns=docker.io&scope=repository:app:pull");
        assertEquals(List.of("GET /_token?scope=repository:app:pull"), hub.asked());
    }

    @Test
    void a_namespace_that_no_client_could_name_is_refused() {
        RouteByNamespace.Builder builder = RouteByNamespace.builder();
        assertThrows(IllegalStateException.class, builder::build);
        for (String ns : List.of("", "Docker.io", "https://docker.io", "docker.io/x", "a:b", "a:123456")) {
            assertThrows(IllegalArgumentException.class, () -> builder.route(ns, hub), ns);
        }
        builder.route("a:1", hub);
        assertThrows(IllegalArgumentException.class, () -> builder.route("a:1", local));
    }

    @Test
    void the_registries_are_closed_with_it() {
        routes.close();
        assertEquals(List.of(1, 1, 0), List.of(hub.closed, local.closed, next.closed));
    }

    @Test
    void a_registry_that_cannot_be_reached_is_no_answer() {
        hub.fails(new IOException("gone"));
        assertThrows(IOException.class, () -> {
            try (RegistryResponse answer = routes.handle(Scripted.request(with("docker.io", LINE)), next)) {
                throw new AssertionError(answer.toString());
            }
        });
    }
}
