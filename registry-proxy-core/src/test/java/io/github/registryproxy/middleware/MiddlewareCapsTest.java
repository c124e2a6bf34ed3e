package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What middlewares read of an upstream's answers, and ask of it, is bounded. */
class MiddlewareCapsTest {
    private static final int MIB = 1024 * 1024;

    private final Middleware rename = RenameRepository.under("team");

    private static RegistryResponse get(Middleware middleware, RegistryHandler upstream, String target)
            throws IOException {
        RegistryRequest request = RegistryRequest.of(
                "GET",
                Target.parse("GET", target),
                Headers.of(HeaderNames.ACCEPT, "text/html"),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        return RegistryProxy.builder()
                .use(middleware)
                .upstream(upstream)
                .build()
                .handle(request);
    }

    private int status(String json, String target) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try (RegistryResponse response =
                get(rename, request -> RegistryResponse.of(200, Headers.EMPTY, Body.of(bytes)), target)) {
            return response.status();
        }
    }

    /** The document, with blanks up to that size. */
    private static String padded(String json, int size) {
        return json + " ".repeat(size - json.length());
    }

    private void assertLargest(int size, String json, String target) throws IOException {
        assertEquals(200, status(padded(json, size), target));
        int refused = status(padded(json, size + 1), target);
        assertTrue(refused >= 400, () -> "status " + refused);
    }

    @Test
    void tag_list_over_4_MiB_is_not_renamed() throws IOException {
        assertLargest(4 * MIB, "{\"name\":\"team/app\",\"tags\":[\"1\"]}", "/v2/app/tags/list");
    }

    @Test
    void page_of_a_catalog_over_4_MiB_is_not_renamed() throws IOException {
        assertLargest(4 * MIB, "{\"repositories\":[\"team/app\"]}", "/v2/_catalog");
    }

    @Test
    void token_over_1_MiB_is_not_renamed() throws IOException {
        assertLargest(MIB, "{\"token\":\"t\"}", "/_token?scope=repository:app:pull");
    }

    @Test
    void catalog_without_a_visible_name_ends_after_64_pages() throws IOException {
        AtomicInteger pages = new AtomicInteger();
        RegistryHandler endless = request -> {
            String json = "{\"repositories\":[\"team-other/%06d\"]}".formatted(pages.incrementAndGet());
            assertTrue(pages.get() < 1_000, "endless");
            return RegistryResponse.of(
                    200,
                    Headers.of(HeaderNames.LINK, "</v2/_catalog?last=" + pages + ">; rel=\"next\""),
                    Body.of(json.getBytes(StandardCharsets.UTF_8)));
        };
        RepositoryMapping none = RepositoryMapping.under(new io.github.registryproxy.protocol.RepositoryName("zzz"));
        try (RegistryResponse response = get(new RenameRepository(none), endless, "/v2/_catalog")) {
            assertEquals(200, response.status());
        }
        assertEquals(64, pages.get());
    }

    @Test
    void browser_is_redirected_to_the_front_page_when_its_path_is_over_1024_characters() throws IOException {
        Middleware redirect = new RedirectBrowsers(URI.create("https://page.example"));
        String longest = "/" + "a".repeat(1023);
        assertEquals("https://page.example" + longest, location(redirect, longest));
        assertEquals("https://page.example/", location(redirect, longest + "a"));
    }

    private static String location(Middleware redirect, String path) throws IOException {
        try (RegistryResponse response = get(redirect, request -> RegistryResponse.of(404), path)) {
            return response.headers().first(HeaderNames.LOCATION).orElse("");
        }
    }

    private int form(int size) throws IOException {
        byte[] form = ("scope=repository:app:pull&x=" + "x".repeat(size)).getBytes(StandardCharsets.UTF_8);
        RegistryRequest request = RegistryRequest.of(
                "POST",
                Target.parse("POST", "/_token"),
                Headers.EMPTY,
                Body.of(Arrays.copyOf(form, size)),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        RegistryHandler server = asked ->
                RegistryResponse.of(200, Headers.EMPTY, Body.of("{\"token\":\"t\"}".getBytes(StandardCharsets.UTF_8)));
        try (RegistryResponse response =
                RegistryProxy.builder().use(rename).upstream(server).build().handle(request)) {
            return response.status();
        }
    }

    @Test
    void form_over_64_KiB_is_refused() throws IOException {
        assertEquals(200, form(64 * 1024));
        assertEquals(413, form(64 * 1024 + 1));
    }
}
