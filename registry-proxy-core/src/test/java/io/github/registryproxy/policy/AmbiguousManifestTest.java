package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Manifests that two clients read in two ways, generated: each field name that clients know, in each place, twice or in another case.
 * Each is signed, old enough, of an allowed platform and at an allowed tag, so that nothing but its ambiguity speaks against it.
 */
final class AmbiguousManifestTest {
    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String PLATFORM = "\"architecture\":\"amd64\",\"os\":\"linux\"";

    /** A value for each name at the top of a manifest. */
    private static final Map<String, String> TOP = Map.of(
            "schemaVersion", "2",
            "mediaType", "\"" + Shelf.IMAGE + "\"",
            "artifactType", "\"application/x\"",
            "config", "{DESCRIPTOR}",
            "layers", "[{DESCRIPTOR}]",
            "blobs", "[{DESCRIPTOR}]",
            "manifests", "[{DESCRIPTOR}]",
            "subject", "{DESCRIPTOR}",
            "annotations", "{\"a\":\"b\"}",
            "fsLayers", "[]");

    private static final Map<String, String> DESCRIPTOR = Map.of(
            "mediaType", "\"application/vnd.dsse.envelope.v1+json\"",
            "digest", "\"sha256:" + "0".repeat(64) + "\"",
            "size", "2",
            "urls", "[\"https://example\"]",
            "data", "\"e30=\"",
            "artifactType", "\"application/x\"",
            "platform", "{" + PLATFORM + "}",
            "annotations", "{\"a\":\"b\"}");

    private static final Map<String, String> PLATFORMS =
            Map.of("os", "\"linux\"", "architecture", "\"amd64\"", "variant", "\"v8\"");

    private static final Audit QUIET = (request, policy, rule) -> {};

    enum Policy {
        SIGNATURE,
        AGE,
        PLATFORM,
        TAGS
    }

    private final Shelf registry = new Shelf();
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

    private Middleware policy(Policy policy, Signer signer) {
        return switch (policy) {
            case SIGNATURE ->
                RequireSignature.builder().key(signer.key()).audit(QUIET).build();
            case AGE ->
                MinimumAge.of(Duration.ofHours(1), new MemoryStore(1 << 24), "hub")
                        .audit(QUIET)
                        .clocks(() -> now, () -> now.getEpochSecond() * 1_000_000_000)
                        .build();
            case PLATFORM ->
                AllowPlatforms.builder()
                        .allow(Platform.parse("linux/amd64"))
                        .audit(QUIET)
                        .build();
            case TAGS -> AllowTags.builder(Rules.ofTags("t*")).audit(QUIET).build();
        };
    }

    private static String descriptor(Digest digest, String extra) {
        return "\"mediaType\":\"application/x\",\"size\":2,\"digest\":\"" + digest + "\"" + extra;
    }

    private String image(String layer, String top) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + Shelf.IMAGE + "\",\"config\":"
                + registry.descriptor(Shelf.CONFIG, "{" + PLATFORM + "}") + ",\"layers\":[{"
                + descriptor(registry.blob(new byte[] {1}), layer) + "}]" + top + "}";
    }

    private String index(String child, String top) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + Shelf.INDEX + "\",\"manifests\":[{"
                + descriptor(Shelf.sha256(new byte[] {2}), child) + "}]" + top + "}";
    }

    /** Spellings that Go takes for the name, among them two letters that are no ASCII. */
    private static Set<String> variants(String name) {
        Set<String> variants = new LinkedHashSet<>();
        variants.add(name.toUpperCase(Locale.ROOT));
        variants.add(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
        variants.add(name.substring(0, name.length() - 1)
                + name.substring(name.length() - 1).toUpperCase(Locale.ROOT));
        variants.add(name.replace('s', '\u017f'));
        variants.remove(name);
        return variants;
    }

    /** The name twice, beside each variant, and each variant alone; as value and as null. */
    private static List<String> additions(String name, String value, boolean there) {
        String zeros = descriptor(Shelf.sha256(new byte[] {3}), "");
        String full = value.replace("DESCRIPTOR", zeros);
        String own = ",\"" + name + "\":" + full;
        List<String> additions = new ArrayList<>();
        additions.add(there ? own : own + own);
        for (String variant : variants(name)) {
            additions.add(",\"" + variant + "\":" + full);
            additions.add((there ? "" : own) + ",\"" + variant + "\":null");
        }
        return additions;
    }

    private Map<String, String> documents() {
        Map<String, String> documents = new LinkedHashMap<>();
        TOP.forEach((name, value) -> {
            boolean inImage =
                    Set.of("schemaVersion", "mediaType", "config", "layers").contains(name);
            boolean inIndex = Set.of("schemaVersion", "mediaType", "manifests").contains(name);
            additions(name, value, inImage).forEach(added -> documents.put(image("", added), Shelf.IMAGE));
            additions(name, value, inIndex).forEach(added -> documents.put(index("", added), Shelf.INDEX));
        });
        for (String other : List.of("blobs", "manifests", "fsLayers")) {
            documents.put(image("", ",\"" + other + "\":[]"), Shelf.IMAGE);
        }
        for (String other : List.of("layers", "blobs", "fsLayers")) {
            documents.put(index("", ",\"" + other + "\":[]"), Shelf.INDEX);
        }
        DESCRIPTOR.forEach((name, value) -> {
            boolean there = Set.of("mediaType", "digest", "size").contains(name);
            additions(name, value, there).forEach(added -> {
                documents.put(image(added, ""), Shelf.IMAGE);
                documents.put(index(added, ""), Shelf.INDEX);
            });
        });
        PLATFORMS.forEach((name, value) -> additions(name, value, !name.equals("variant"))
                .forEach(added -> documents.put(index(",\"platform\":{" + PLATFORM + added + "}", ""), Shelf.INDEX)));
        return documents;
    }

    private int status(RegistryProxy proxy, String method, Object reference) throws IOException {
        try (RegistryResponse response = proxy.handle(Shelf.request(method, "/v2/app/manifests/" + reference))) {
            return response.status();
        }
    }

    private void sign(Signer signer, Digest manifest) throws GeneralSecurityException {
        byte[] payload = Signer.payload(manifest);
        String signature = Base64.getEncoder().encodeToString(signer.sign(payload));
        registry.signature(
                SIMPLE,
                payload,
                "{\"dev.cosignproject.cosign/signature\":\"" + signature + "\"}",
                "sha256-" + manifest.encoded() + ".sig");
    }

    @ParameterizedTest
    @EnumSource
    void ambiguous_manifest_is_never_served(Policy policy) throws Exception {
        Signer signer = Signer.ecdsa();
        RegistryProxy proxy = RegistryProxy.builder()
                .use(policy(policy, signer))
                .upstream(registry)
                .build();
        List<Executable> checks = new ArrayList<>();
        Map<String, String> documents = documents();
        assertTrue(documents.size() > 200, "only " + documents.size());
        int n = 0;
        for (Map.Entry<String, String> document : documents.entrySet()) {
            String tag = "t" + n++;
            Digest digest = registry.document(document.getValue(), document.getKey(), tag);
            Digest index = registry.index(Map.of(digest, "\"platform\":{" + PLATFORM + "}"), tag + "-index");
            if (policy == Policy.SIGNATURE) {
                sign(signer, digest);
                sign(signer, index);
            }
            if (policy == Policy.AGE) {
                status(proxy, "GET", tag);
                status(proxy, "GET", index);
                now = now.plus(Duration.ofHours(2));
            }
            checks.add(() -> assertEquals(502, status(proxy, "GET", tag), "GET by tag " + document.getKey()));
            checks.add(() -> assertEquals(502, status(proxy, "HEAD", tag), "HEAD by tag " + document.getKey()));
            checks.add(() -> assertNotEquals(200, status(proxy, "GET", digest), document.getKey()));
            checks.add(() -> assertEquals(200, status(proxy, "GET", tag + "-index"), "its index"));
            for (String method : List.of("GET", "HEAD")) {
                checks.add(() -> assertEquals(502, status(proxy, method, digest), method + " " + document.getKey()));
            }
        }
        assertAll(checks);
    }

    @ParameterizedTest
    @EnumSource
    void the_same_manifest_without_ambiguity_is_served(Policy policy) throws Exception {
        Signer signer = Signer.ecdsa();
        RegistryProxy proxy = RegistryProxy.builder()
                .use(policy(policy, signer))
                .upstream(registry)
                .build();
        Map<String, String> clear = Map.of(
                image("", ",\"annotations\":{\"a\":\"b\",\"A\":\"c\"},\"other\":1,\"Other\":2"), Shelf.IMAGE,
                image(",\"data\":\"AQ==\"", ""), Shelf.IMAGE,
                index(",\"platform\":{" + PLATFORM + "}", ",\"artifactType\":\"application/x\""), Shelf.INDEX);
        for (Map.Entry<String, String> document : clear.entrySet()) {
            Digest digest = registry.document(document.getValue(), document.getKey(), "t");
            sign(signer, digest);
            status(proxy, "GET", "t");
            now = now.plus(Duration.ofHours(2));
            assertEquals(200, status(proxy, "GET", "t"), document.getKey());
            assertEquals(200, status(proxy, "HEAD", digest), document.getKey());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void client_is_told_which_field_is_ambiguous(String method) throws Exception {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(policy(Policy.PLATFORM, Signer.ecdsa()))
                .upstream(registry)
                .build();
        registry.document(Shelf.IMAGE, image("", ",\"Layers\":[]"), "t");
        try (RegistryResponse response = proxy.handle(Shelf.request(method, "/v2/app/manifests/t"))) {
            assertEquals(502, response.status());
            String body = new String(response.body().readAll(10_000), StandardCharsets.UTF_8);
            assertTrue(body.contains("ambiguous manifest") && body.contains("layers"), body);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ambiguous_manifest_at_one_allowed_tag_hides_nothing_at_the_others(boolean listedFirst) throws Exception {
        Digest good = registry.document(Shelf.IMAGE, image("", ""), listedFirst ? "t2" : "t0");
        registry.document(Shelf.IMAGE, image("", ",\"Layers\":[]"), "t1");
        registry.tags("t0", "t1", "t2");
        RegistryProxy proxy = RegistryProxy.builder()
                .use(policy(Policy.TAGS, Signer.ecdsa()))
                .upstream(registry)
                .build();
        assertEquals(200, status(proxy, "GET", good));
    }
}
