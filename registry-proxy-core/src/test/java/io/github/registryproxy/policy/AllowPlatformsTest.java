package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowPlatformsTest {
    private static final String AMD64 = "\"os\":\"linux\",\"architecture\":\"amd64\"";
    private static final String ARM64 = "\"os\":\"linux\",\"architecture\":\"arm64\"";
    private static final String UNKNOWN = "\"os\":\"unknown\",\"architecture\":\"unknown\"";

    private final Shelf registry = new Shelf();
    private final List<String> audit = new ArrayList<>();
    private long nanos;
    private Digest amd64;
    private Digest arm64;
    private RegistryProxy proxy;

    @BeforeEach
    void two_images() {
        amd64 = image("for amd64", AMD64, "amd64");
        arm64 = image("for arm64", ARM64, "arm64");
        proxy = proxy("linux/amd64");
    }

    private Digest image(String layer, String platform, String... tags) {
        return registry.image(layer, "{" + platform + "}", tags);
    }

    private static String platform(String of) {
        return "\"platform\":{" + of + "}";
    }

    private AllowPlatforms.Builder policy(String... platforms) {
        AllowPlatforms.Builder builder = AllowPlatforms.builder()
                .audit((request, policy, rule) -> audit.add(Audit.line(request, policy, rule)))
                .clock(() -> nanos);
        List.of(platforms).forEach(text -> builder.allow(Platform.parse(text)));
        return builder;
    }

    private RegistryProxy proxy(String... platforms) {
        return proxy(policy(platforms));
    }

    private RegistryProxy proxy(AllowPlatforms.Builder policy) {
        return RegistryProxy.builder().use(policy.build()).upstream(registry).build();
    }

    private static RegistryRequest pull(String method, Object reference) {
        return Shelf.request(method, "/v2/app/manifests/" + reference);
    }

    private int status(RegistryProxy by, RegistryRequest request) throws IOException {
        try (RegistryResponse response = by.handle(request)) {
            return response.status();
        }
    }

    private void assertServed(int status, Object... references) throws IOException {
        for (Object reference : references) {
            assertEquals(status, status(proxy, pull("GET", reference)), "GET " + reference);
            assertEquals(status, status(proxy, pull("HEAD", reference)), "HEAD " + reference);
        }
    }

    private Map<Digest, String> both() {
        Map<Digest, String> children = new LinkedHashMap<>();
        children.put(amd64, platform(AMD64));
        children.put(arm64, platform(ARM64));
        return children;
    }

    @Test
    void an_image_of_another_platform_is_not_there_by_tag_and_by_digest_and_the_audit_says_why() throws IOException {
        assertServed(200, "amd64", amd64);
        assertEquals(List.of(), audit);
        assertServed(404, "arm64", arm64);
        assertEquals(4, audit.size());
        assertEquals("REFUSED - 192.0.2.7 GET PullManifest app arm64 AllowPlatforms not for linux/arm64", audit.get(0));
    }

    @Test
    void a_refusal_is_word_for_word_what_is_not_there() throws IOException {
        for (String method : List.of("GET", "HEAD")) {
            assertEquals(answer(method, "none"), answer(method, "arm64"));
            assertEquals(answer(method, Shelf.sha256(new byte[1])), answer(method, arm64));
        }
    }

    private String answer(String method, Object reference) throws IOException {
        try (RegistryResponse response = proxy.handle(pull(method, reference))) {
            String body = new String(response.body().readAll(10_000), StandardCharsets.UTF_8);
            return response.status() + " " + response.headers() + " " + body;
        }
    }

    @Test
    void an_index_is_served_as_it_is_and_its_manifests_of_other_platforms_are_not_there() throws IOException {
        Digest index = registry.index(both(), "all");
        try (RegistryResponse response = proxy.handle(pull("GET", "all"))) {
            assertEquals(index, Shelf.sha256(response.body().readAll(10_000)));
        }
        assertServed(200, "all", index, amd64);
        assertServed(404, arm64);
    }

    @Test
    void what_an_index_says_counts_more_than_the_configuration() throws IOException {
        Digest silent = registry.image("silent");
        assertServed(404, silent);
        registry.index(Map.of(silent, platform(AMD64)), "all");
        assertServed(200, "all", silent);

        Digest foreign = image("foreign", AMD64);
        registry.index(Map.of(foreign, platform(ARM64)), "other");
        assertServed(200, "other");
        assertServed(404, foreign);
    }

    @Test
    void of_several_indexes_one_that_says_an_allowed_platform_is_enough_in_any_order() throws IOException {
        Digest shared = registry.image("shared");
        registry.index(Map.of(shared, platform(ARM64)), "first");
        registry.index(Map.of(shared, platform(AMD64)), "second");
        assertServed(200, "first");
        assertServed(404, shared);
        assertServed(200, "second", shared);

        proxy = proxy("linux/amd64");
        assertServed(200, "second", shared, "first", shared);
        nanos += Duration.ofHours(1).toNanos();
        assertServed(200, shared);
    }

    @Test
    void a_manifest_that_comes_by_digest_before_its_index_goes_by_its_configuration() throws IOException {
        registry.index(both(), "all");
        assertServed(404, arm64);
        assertServed(200, amd64);
    }

    @Test
    void what_indexes_said_is_known_after_a_restart_where_there_is_a_store_and_the_rules_may_change()
            throws IOException {
        Digest silent = registry.image("silent");
        registry.index(Map.of(silent, platform(AMD64)), "all");
        try (ContentStore store = new MemoryStore(1024 * 1024)) {
            assertEquals(200, status(proxy(policy("linux/arm64").remember(store, "hub")), pull("GET", "all")));

            assertEquals(200, status(proxy(policy("linux/amd64").remember(store, "hub")), pull("GET", silent)));
            assertEquals(404, status(proxy(policy("linux/arm64").remember(store, "hub")), pull("GET", silent)));
            assertEquals(404, status(proxy(policy("linux/amd64").remember(store, "else")), pull("GET", silent)));
        }
    }

    @Test
    void a_store_that_fails_leaves_the_decision_to_the_configuration() throws IOException {
        ContentStore store = new MemoryStore(1024 * 1024);
        store.close();
        proxy = proxy(policy("linux/amd64").remember(store, "hub"));
        registry.index(both(), "all");
        assertServed(200, "all", amd64);
        assertServed(404, arm64);
    }

    @ParameterizedTest
    @CsvSource({
        "linux/arm64, arm64, v8, 200",
        "linux/arm64/v8, arm64, '', 200",
        "linux/arm, arm, v7, 200",
        "linux/arm/v7, arm, v6, 404",
        "linux/amd64, amd64, v3, 404",
        "linux/amd64, x86_64, '', 200",
        "windows/amd64, amd64, '', 404",
    })
    void platforms_are_compared_as_containerd_does(String allowed, String architecture, String variant, int status)
            throws IOException {
        proxy = proxy(allowed);
        String of = "\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"variant\":\"" + variant + "\"";
        assertServed(status, image("single", of, "single"), "single");

        Digest child = registry.image("child");
        registry.index(Map.of(child, platform(of)), "all");
        assertServed(200, "all");
        assertServed(status, child);
    }

    @Test
    void an_image_that_says_no_platform_is_refused() throws IOException {
        for (String config : List.of("{}", "[]", "no JSON", "{" + UNKNOWN + "}", "{\"os\":\"linux\"}")) {
            assertServed(404, registry.image("silent", config, new String[0]));
        }
        Digest broken = image("broken", "\"rootfs\":{}," + AMD64);
        registry.remove(
                "/v2/app/blobs/" + Shelf.sha256(("{\"rootfs\":{}," + AMD64 + "}").getBytes(StandardCharsets.UTF_8)));
        assertServed(404, broken);
        assertEquals(
                "AllowPlatforms an image of no known platform",
                audit.get(0).substring(audit.get(0).indexOf("Allow")));
    }

    @ParameterizedTest
    @CsvSource({
        // An attestation of BuildKit, a signature of cosign's, an SBOM, a chart, an artifact of ORAS.
        "application/vnd.oci.image.config.v1+json, application/vnd.in-toto+json",
        "application/vnd.oci.image.config.v1+json, application/vnd.dev.cosign.simplesigning.v1+json",
        "application/vnd.oci.image.config.v1+json, text/spdx+json",
        "application/vnd.cncf.helm.config.v1+json, application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        "application/vnd.oci.empty.v1+json, application/vnd.oci.image.layer.v1.tar",
    })
    void what_is_no_image_passes(String configType, String layerType) throws IOException {
        Digest artifact = registry.manifest(configType, "{" + UNKNOWN + "}", layerType, "content", "artifact");
        assertServed(200, artifact, "artifact");
        registry.index(Map.of(artifact, platform(UNKNOWN)), "all");
        assertServed(200, "all", artifact);
        assertEquals(List.of(), audit);
    }

    /** Types that Docker takes for an image's config, types of its own for the layer, and content that is for a machine. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.config.v1+json",
                "application/vnd.docker.container.image.v1+json",
                "application/octet-stream",
                "application/json",
                "text/html",
                "",
                "application/vnd.oci.empty.v1+json",
                "application/vnd.cncf.helm.config.v1+json",
                "application/vnd.dev.cosign.artifact.sig.v1+json"
            })
    void image_of_another_platform_passes_under_no_label(String configType) throws IOException {
        for (String layerType : List.of(
                "application/vnd.oci.image.layer.v1.tar",
                "application/vnd.dsse.envelope.v1+json",
                "application/vnd.dev.cosign.simplesigning.v1+json",
                "application/vnd.in-toto+json",
                "")) {
            for (String config : List.of(
                    "{" + ARM64 + "}", "{\"os\":\"linux\",\"os\":\"windows\"}", "{\"os\":\"\",\"OS\":\"linux\"}")) {
                String place = "sha256-" + "5".repeat(64) + ".sig";
                Digest image = registry.manifest(configType, config, layerType, "{}", "tag", place);
                assertServed(404, image, "tag", place);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/vnd.oci.image.config.v1+json", "application/json", "application/octet-stream", ""})
    void layers_that_can_be_unpacked_make_an_image_of_no_known_platform(String configType) throws IOException {
        for (byte[] archive : FirstBlockTest.ARCHIVES.values()) {
            Digest image = registry.document(
                    Shelf.IMAGE,
                    "{\"schemaVersion\":2,\"config\":" + registry.descriptor(configType, "{}") + ",\"layers\":["
                            + registry.descriptor("application/vnd.in-toto+json", archive) + "]}");
            assertServed(404, image);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 200", "32, 200", "33, 404"})
    void artifact_with_the_config_of_an_image_has_at_most_32_layers(int layers, int status) throws IOException {
        String layer = registry.descriptor("application/vnd.in-toto+json", "{}");
        Digest artifact = registry.document(
                Shelf.IMAGE,
                "{\"schemaVersion\":2,\"config\":" + registry.descriptor(Shelf.CONFIG, "{}") + ",\"layers\":["
                        + String.join(",", Collections.nCopies(layers, layer)) + "]}");
        assertServed(status, artifact);
    }

    @Test
    void index_that_embeds_an_image_of_another_platform_is_not_there() throws IOException {
        registry.index(Map.of(amd64, platform(AMD64) + ",\"data\":\"e30=\""), "embedded");
        assertServed(200, "embedded");
        registry.index(Map.of(arm64, platform(ARM64) + ",\"data\":\"e30=\""), "embedded");
        assertServed(404, "embedded");
        registry.index(Map.of(arm64, platform(UNKNOWN) + ",\"data\":\"e30=\""), "embedded");
        assertServed(404, "embedded");
    }

    @Test
    void an_image_does_not_pass_under_an_unknown_platform() throws IOException {
        registry.index(Map.of(arm64, platform(UNKNOWN)), "all");
        assertServed(200, "all");
        assertServed(404, arm64);
    }

    @Test
    void manifest_that_is_an_image_and_an_index_is_served_to_nobody() throws IOException {
        Digest both = registry.document(
                "application/vnd.oci.image.index.v1+json",
                "{\"schemaVersion\":2,\"manifests\":[],\"config\":{\"mediaType\":\"" + Shelf.CONFIG
                        + "\",\"digest\":\"" + registry.blob(("{" + ARM64 + "}").getBytes(StandardCharsets.UTF_8))
                        + "\"},\"layers\":[]}",
                "both");
        assertServed(502, both, "both");
    }

    @Test
    void an_index_within_an_index_is_served_and_its_manifests_are_judged() throws IOException {
        Digest inner = registry.index(both(), "inner");
        registry.document(
                "application/vnd.oci.image.index.v1+json",
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\""
                        + inner + "\"," + platform(ARM64) + "}]}",
                "outer");
        assertServed(200, "outer", inner, amd64);
        assertServed(404, arm64);
    }

    @ParameterizedTest
    @CsvSource({"amd64, 200", "arm, 404", "'', 404"})
    void the_first_format_of_docker_says_its_architecture_itself(String architecture, int status) throws IOException {
        Digest old = registry.document(
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "{\"schemaVersion\":1,\"architecture\":\"" + architecture + "\",\"fsLayers\":[]}",
                "old");
        assertServed(status, old, "old");
    }

    @Test
    void what_was_decided_is_not_asked_for_again() throws IOException {
        assertServed(200, amd64);
        assertServed(404, arm64);
        int before = registry.asked.size();
        assertServed(404, arm64);
        assertEquals(before, registry.asked.size());
        assertServed(200, amd64, "amd64");
        assertEquals(before + 4, registry.asked.size());
    }

    @Test
    void when_the_configuration_cannot_be_had_the_pull_is_refused_for_now() throws IOException {
        RegistryProxy flaky = RegistryProxy.builder()
                .use(policy("linux/amd64").build())
                .upstream(request -> {
                    registry.status = request.target().render().contains("/blobs/") ? 500 : 200;
                    return registry.handle(request);
                })
                .build();
        assertEquals(503, status(flaky, pull("GET", amd64)));
        assertEquals(List.of(), audit);
    }

    @Test
    void blobs_lists_and_pushes_pass_unread() throws IOException {
        byte[] content = "b".getBytes(StandardCharsets.UTF_8);
        try (RegistryResponse response =
                proxy.handle(Shelf.request("GET", "/v2/app/blobs/" + registry.blob(content)))) {
            assertArrayEquals(content, response.body().readAll(10));
        }
        assertEquals(404, status(proxy, Shelf.request("GET", "/v2/app/tags/list")));
        assertEquals(200, status(proxy, Shelf.request("PUT", "/v2/app/manifests/arm64")));
        assertEquals(3, registry.asked.size());
    }

    @Test
    void a_dry_run_says_what_it_would_refuse_and_serves_it() throws IOException {
        RegistryProxy dry = RegistryProxy.builder()
                .use(DryRun.of(policy("linux/amd64").build()))
                .upstream(registry)
                .build();
        assertEquals(200, status(dry, pull("GET", "arm64")));
        assertEquals(200, status(dry, pull("GET", arm64)));
        assertEquals(
                List.of(
                        "WOULD-REFUSE - 192.0.2.7 GET PullManifest app arm64 AllowPlatforms not for linux/arm64",
                        "WOULD-REFUSE - 192.0.2.7 GET PullManifest app " + arm64
                                + " AllowPlatforms not for linux/arm64"),
                audit);
    }

    @Test
    void without_a_platform_or_with_what_is_none_there_is_no_policy() {
        assertThrows(IllegalStateException.class, AllowPlatforms::of);
        assertThrows(IllegalArgumentException.class, () -> AllowPlatforms.of("linux/amd64", "linux"));
    }
}
