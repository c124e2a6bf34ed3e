package io.github.registryproxy.middleware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RenameRepositoryTest {
    private final List<String> asked = new ArrayList<>();

    /** Two names swap places; all others are unknown. */
    private static final class Swap implements RepositoryMapping {
        @Override
        public Optional<RepositoryName> toUpstream(RepositoryName clientName) {
            return switch (clientName.value()) {
                case "one" -> Optional.of(new RepositoryName("other"));
                case "other" -> Optional.of(new RepositoryName("one"));
                default -> Optional.empty();
            };
        }

        @Override
        public Optional<RepositoryName> toClient(RepositoryName upstreamName) {
            return toUpstream(upstreamName);
        }
    }

    private int status(String method, String target) throws IOException {
        RegistryRequest request = RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
        try (RegistryResponse response = io.github.registryproxy.RegistryProxy.builder()
                .use(new RenameRepository(new Swap()))
                .upstream(inner -> {
                    asked.add(inner.target().render());
                    return RegistryResponse.of(200);
                })
                .build()
                .handle(request)) {
            return response.status();
        }
    }

    @Test
    void a_name_outside_the_mapping_is_unknown_and_the_upstream_is_not_asked() throws IOException {
        assertEquals(404, status("GET", "/v2/third/manifests/1.0"));
        assertEquals(List.of(), asked);
    }

    @Test
    void a_mount_from_outside_the_mapping_begins_an_upload() throws IOException {
        String digest = "sha256:" + "a".repeat(64);
        status("POST", "/v2/one/blobs/uploads/?mount=" + digest + "&from=third");
        status("POST", "/v2/one/blobs/uploads/?mount=" + digest + "&from=third&digest=" + digest);
        status("POST", "/v2/one/blobs/uploads/?mount=" + digest + "&from=other");
        assertEquals(
                List.of(
                        "/v2/other/blobs/uploads/",
                        "/v2/other/blobs/uploads/",
                        "/v2/other/blobs/uploads/?mount=" + digest + "&from=one"),
                asked);
    }

    @Test
    void a_token_is_asked_for_known_names_alone() throws IOException {
        status("GET", "/_token?scope=repository:one:pull&scope=repository:third:pull&scope=registry:catalog:*");
        assertEquals(List.of("/_token?scope=repository:other:pull&scope=registry:catalog:*"), asked);
    }

    @Test
    void token_scopes_that_cannot_be_renamed_are_left_out() throws IOException {
        status(
                "GET",
                "/_token?scope=repository(plugin):one:pull&scope=repository:UPPER:pull&scope=repository:one:pull");
        assertEquals(List.of("/_token?scope=repository:other:pull"), asked);
    }
}
