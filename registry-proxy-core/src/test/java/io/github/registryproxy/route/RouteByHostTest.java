package io.github.registryproxy.route;

import static io.github.registryproxy.route.Scripted.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteByHostTest {
    private final Scripted hub = new Scripted();
    private final Scripted ghcr = new Scripted();
    private final Scripted rest = new Scripted();

    private RouteByHost.Builder routes() {
        return RouteByHost.builder().route("docker.example.com", hub).route("[::1]", ghcr);
    }

    private static int status(RegistryHandler routes, String base, String line) throws IOException {
        try (RegistryResponse answer = routes.handle(request(base, line, Body.empty()))) {
            return answer.status();
        }
    }

    @Test
    void every_operation_goes_where_its_host_leads_unchanged() throws IOException {
        RouteByHost routes = routes().build();
        new Walk()
                .decides("hub", Walk.READS)
                .decides("hub", Walk.WRITES)
                .decides("hub", Walk.PING, Walk.CATALOG, Walk.TOKEN, Walk.MALFORMED, Walk.OTHER)
                .check(line -> {
                    status(routes, "https://docker.example.com", line);
                    return hub.requests
                                            .get(hub.requests.size() - 1)
                                            .target()
                                            .equals(request(line).target())
                                    && ghcr.asked().isEmpty()
                            ? "hub"
                            : "";
                });
    }

    @Test
    void case_port_and_the_dot_of_a_full_name_make_no_difference() throws IOException {
        RouteByHost routes = routes().build();
        for (String base : List.of(
                "http://Docker.Example.COM",
                "https://docker.example.com:8443",
                "https://docker.example.com./mirror",
                "https://docker.example.com.:1")) {
            assertEquals(200, status(routes, base, "GET /v2/"), base);
        }
        assertEquals(4, hub.asked().size());
        assertEquals(200, status(routes, "http://[::1]:5000", "GET /v2/"));
        assertEquals(200, status(routes, "http://[::1]", "GET /v2/"));
        assertEquals(2, ghcr.asked().size());
    }

    @Test
    void a_host_that_no_uri_class_knows_is_a_host() {
        assertEquals(
                "my_mirror",
                new io.github.registryproxy.Client("::1", java.net.URI.create("http://my_mirror:5000")).host());
    }

    @Test
    void other_hosts_are_refused_or_led_to_the_rest() throws IOException {
        String line = "GET /v2/app/manifests/1";
        assertEquals(421, status(routes().build(), "https://example.com", line));
        assertEquals(421, status(routes().build(), "https://x.docker.example.com", line));
        assertEquals(List.of(), hub.asked());
        RouteByHost routes = routes().otherwise(rest).build();
        assertEquals(200, status(routes, "https://example.com", line));
        assertEquals(List.of(line), rest.asked());
    }

    @Test
    void a_route_that_no_request_could_match_is_refused() {
        RouteByHost.Builder builder = RouteByHost.builder();
        assertThrows(IllegalStateException.class, builder::build);
        for (String host : List.of("", "Docker.io", "docker.io:443", "a/b", "docker.io.", "-a")) {
            assertThrows(IllegalArgumentException.class, () -> builder.route(host, hub), host);
        }
        builder.route("a", hub);
        assertThrows(IllegalArgumentException.class, () -> builder.route("a", ghcr));
    }

    @Test
    void the_registries_are_closed_with_it() {
        routes().otherwise(rest).build().close();
        assertEquals(List.of(1, 1, 1), List.of(hub.closed, ghcr.closed, rest.closed));
    }
}
