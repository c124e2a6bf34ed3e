package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.ReachNode.Links;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a registry lists and names cannot make a policy search, ask or remember without end. */
class ReachLimitsTest {
    private static final RepositoryName APP = new RepositoryName("app");

    private final MemoryStore store = new MemoryStore(1L << 33);

    @AfterEach
    void close() {
        store.close();
    }

    private static Digest digest(String text) {
        return Digest.of(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8));
    }

    private Provenance provenance() {
        return new Provenance(
                new ReachRecords(store, "scope", Runnable::run),
                tag -> true,
                Clock.systemUTC(),
                Duration.ZERO,
                Duration.ofDays(1),
                100_000);
    }

    private static Links links(Digest manifest) {
        return new Links(List.of(manifest), List.of());
    }

    /** A digest that 8 manifests name, each named by 64 others: tagged is one that is looked at as so many-th. */
    private boolean isFound(int tagged) {
        Provenance provenance = provenance();
        List<Digest> above = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            provenance.names(APP, digest("parent " + i), links(digest("shared")));
            above.add(digest("parent " + i));
        }
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 64; j++) {
                provenance.names(APP, digest(i + " above " + j), links(digest("parent " + i)));
                above.add(digest(i + " above " + j));
            }
        }
        provenance.stands(APP, new Tag("release"), MediaType.OCI_INDEX, above.get(tagged - 1));
        return provenance.reach(APP, digest("shared"), true).known();
    }

    @Test
    void search_for_a_tag_ends_after_256_manifests() {
        assertTrue(isFound(8));
        assertTrue(isFound(256));
        assertFalse(isFound(257));
        assertFalse(isFound(8 + 8 * 64));
    }

    /** Has tags for indexes of many children, and none of the children. */
    private static final class Endless {
        private static final int CHILDREN = 4096;

        final Map<String, byte[]> indexes = new HashMap<>();
        final List<String> tags = new ArrayList<>();
        final Set<String> asked = new HashSet<>();

        Endless(int count) {
            int child = 0;
            for (int i = 0; i < count; i++) {
                StringBuilder json = new StringBuilder("{\"schemaVersion\":2,\"manifests\":[");
                for (int j = 0; j < CHILDREN; j++) {
                    json.append(j == 0 ? "" : ",").append("{\"digest\":\"sha256:");
                    json.append("%064x".formatted(child++)).append("\"}");
                }
                byte[] index = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
                tags.add("release-" + i);
                indexes.put("release-" + i, index);
                indexes.put(Shelf.sha256(index).toString(), index);
            }
        }

        RegistryResponse handle(RegistryRequest request) {
            String path = request.operation().path();
            if (path.endsWith("/tags/list")) {
                String list = "{\"name\":\"app\",\"tags\":[\"" + String.join("\",\"", tags) + "\"]}";
                return RegistryResponse.of(200, Headers.EMPTY, Body.of(list.getBytes(StandardCharsets.UTF_8)));
            }
            String reference = path.substring(path.lastIndexOf('/') + 1);
            byte[] index = indexes.get(reference);
            if (index == null) {
                asked.add(reference);
                return RegistryResponse.of(ErrorCode.MANIFEST_UNKNOWN.because("not here"));
            }
            Headers headers = Headers.of(
                    HeaderNames.CONTENT_TYPE,
                    MediaType.OCI_INDEX.value(),
                    HeaderNames.DOCKER_CONTENT_DIGEST,
                    Shelf.sha256(index).toString());
            return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(index));
        }
    }

    @Test
    void walk_through_a_repository_ends_after_100_000_manifests() throws IOException {
        Endless registry = new Endless(25);
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        ResolutionBudget budget =
                new ResolutionBudget(1_000_000, 1_000_000, Duration.ofHours(1), Duration.ofSeconds(30));
        try (RegistryProxy proxy = RegistryProxy.builder()
                .use(AllowTags.builder(Rules.ofTags("release-*"))
                        .provenance(store, "test")
                        .budget(budget)
                        .clocks(() -> 0, Clock.fixed(now, ZoneOffset.UTC))
                        .build())
                .upstream(registry::handle)
                .build()) {
            String stranger = "/v2/app/blobs/" + digest("stranger");
            try (RegistryResponse response = proxy.handle(Shelf.request("GET", stranger))) {
                assertEquals(404, response.status());
            }
        }
        assertEquals(100_000 - 25, registry.asked.size());
    }
}
