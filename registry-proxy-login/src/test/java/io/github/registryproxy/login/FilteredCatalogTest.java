package io.github.registryproxy.login;

import static io.github.registryproxy.login.Requests.as;
import static io.github.registryproxy.login.Requests.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FilteredCatalogTest {
    private final List<String> names = new ArrayList<>();
    private final List<RegistryRequest> asked = new ArrayList<>();
    /** What the registry's pages go on by, where it is not the last name. */
    private String cursor = "";

    private RegistryResponse registry(RegistryRequest request) {
        asked.add(request);
        Operation.Catalog catalog = (Operation.Catalog) request.operation();
        String last =
                request.target().rest().first("cursor").or(catalog.page()::last).orElse("");
        int n = catalog.page().n().orElse(100);
        List<String> after =
                names.stream().filter(name -> name.compareTo(last) > 0).toList();
        List<String> page = after.stream().limit(n).toList();
        Headers headers = Headers.of("Content-Type", "application/json");
        if (page.size() < after.size()) {
            String next = page.get(page.size() - 1);
            String where = cursor.isEmpty() ? "last=" + next : cursor + "=" + next;
            headers = headers.and("Link", "</v2/_catalog?n=" + n + "&" + where + ">; rel=\"next\"");
        }
        return RegistryResponse.of(200, headers, Body.of(new CatalogPage(page).toJson()));
    }

    private RequireLogin login() {
        return RequireLogin.builder(AccessRules.builder()
                        .allow(Who.loggedIn(), Access.CATALOG)
                        .allow(Who.name("alice"), Rules.ofRepositories("team/**"), Access.PULL)
                        .allow(Who.name("root"), Access.PULL)
                        .build())
                .authenticator(Requests.people("alice", "root"))
                .build();
    }

    private record Page(List<String> names, Optional<String> next) {}

    private Page page(String who, String target) throws IOException {
        try (RegistryProxy proxy = RegistryProxy.builder()
                        .use(login())
                        .upstream(this::registry)
                        .build();
                RegistryResponse response = proxy.handle(as(who, "right" + who, get(target)))) {
            assertEquals(200, response.status());
            Optional<String> link = response.headers().first("Link");
            String body = new String(response.body().readAll(1 << 20), UTF_8);
            return new Page(
                    CatalogPage.parse(body.getBytes(UTF_8)).orElseThrow().repositories(),
                    link.map(text -> text.substring(1, text.indexOf('>'))));
        }
    }

    private List<Page> pages(String who, String first) throws IOException {
        List<Page> pages = new ArrayList<>();
        Optional<String> next = Optional.of(first);
        while (next.isPresent()) {
            Page page = page(who, next.get());
            pages.add(page);
            assertTrue(pages.size() < 100, "pages without an end");
            next = page.next;
        }
        return pages;
    }

    @Test
    void a_catalog_holds_what_its_caller_may_pull() throws IOException {
        names.addAll(List.of("secret/app", "team/app", "Team/no-name"));
        assertEquals(List.of("team/app"), page("alice", "/v2/_catalog").names);
        assertEquals(List.of("secret/app", "team/app"), page("root", "/v2/_catalog").names);
    }

    @Test
    void pages_are_full_and_in_order_whatever_is_hidden() throws IOException {
        IntStream.range(0, 400).forEach(i -> names.add((i % 7 == 3 ? "team/" : "secret/") + String.format("%03d", i)));
        names.sort(null);
        List<String> mine =
                names.stream().filter(name -> name.startsWith("team/")).toList();
        for (int n : new int[] {1, 2, 5, 56, 57, 1000}) {
            List<Page> pages = pages("alice", "/v2/_catalog?n=" + n);
            assertEquals(
                    mine, pages.stream().flatMap(page -> page.names.stream()).toList(), "n=" + n);
            for (Page page : pages.subList(0, pages.size() - 1)) {
                assertEquals(n, page.names.size());
                assertFalse(page.next.orElseThrow().contains("secret"), page::toString);
            }
        }
    }

    @Test
    void a_registry_with_pages_of_its_own_kind_is_followed_by_its_own_links() throws IOException {
        cursor = "cursor";
        IntStream.range(0, 40).forEach(i -> names.add((i % 4 == 3 ? "secret/" : "team/") + String.format("%03d", i)));
        names.sort(null);
        List<Page> pages = pages("alice", "/v2/_catalog?n=5");
        assertEquals(
                names.stream().filter(name -> name.startsWith("team/")).toList(),
                pages.stream().flatMap(page -> page.names.stream()).toList());
    }

    @Test
    void a_list_without_an_end_ends() throws IOException {
        IntStream.range(0, 100_000).forEach(i -> names.add("secret/" + String.format("%06d", i)));
        names.add("team/app");
        try (RegistryProxy proxy = RegistryProxy.builder()
                        .use(login())
                        .upstream(this::registry)
                        .build();
                RegistryResponse response = proxy.handle(as("alice", "rightalice", get("/v2/_catalog?n=10")))) {
            assertEquals(503, response.status());
        }
        assertEquals(64, asked.size());
    }
}
