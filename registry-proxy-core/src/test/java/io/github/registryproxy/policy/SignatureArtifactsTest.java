package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which manifests pass unsigned and young, and which only call themselves signatures. */
final class SignatureArtifactsTest {
    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final List<String> LABELS =
            List.of(SIMPLE, ENVELOPE, BUNDLE, "application/vnd.dev.sigstore.bundle+json;version=0.2");
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";
    private static final String COSIGN = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private static final List<String> CONFIG_TYPES = List.of(
            Shelf.CONFIG,
            "application/vnd.docker.container.image.v1+json",
            EMPTY,
            COSIGN,
            "application/octet-stream",
            "application/json",
            "");
    private static final Audit QUIET = (request, policy, rule) -> {};
    private static final String HEX = "5".repeat(64);

    private final Shelf registry = new Shelf();
    private Signer signer;
    private List<RegistryProxy> proxies;
    private Digest image;

    @BeforeEach
    void two_policies() throws GeneralSecurityException {
        signer = Signer.ecdsa();
        image = registry.image("an image", "1.0");
        proxies = List.of(
                proxy(RequireSignature.builder().key(signer.key()).audit(QUIET).build()),
                proxy(MinimumAge.of(Duration.ofDays(7), new MemoryStore(1 << 24), "hub")
                        .audit(QUIET)
                        .build()));
    }

    private RegistryProxy proxy(Middleware policy) {
        return RegistryProxy.builder().use(policy).upstream(registry).build();
    }

    private void assertStatus(int status, String what, Object... references) throws IOException {
        assertStatus(List.of("GET", "HEAD"), status, what, references);
    }

    /** For tests of thousands of manifests. */
    private void assertRefused(String manifest, String subject) throws IOException {
        assertStatus(List.of("GET"), 403, manifest, everywhere(manifest, subject));
    }

    private void assertStatus(List<String> methods, int status, String what, Object... references) throws IOException {
        for (RegistryProxy proxy : proxies) {
            for (Object reference : references) {
                for (String method : methods) {
                    try (RegistryResponse response =
                            proxy.handle(Shelf.request(method, "/v2/app/manifests/" + reference))) {
                        assertEquals(status, response.status(), method + " " + reference + ": " + what);
                    }
                }
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String layer(String type, byte[] content) {
        return registry.descriptor(type, content);
    }

    private static String manifest(String config, String layers, String rest) {
        return "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + layers + "]" + rest + "}";
    }

    private static String subject(String artifactType) {
        return ",\"artifactType\":\"" + artifactType + "\",\"subject\":{\"mediaType\":\"" + Shelf.IMAGE
                + "\",\"size\":2,\"digest\":\"sha256:" + HEX + "\"}";
    }

    /** Puts it everywhere where signatures may be, and tells by which references a client may ask. */
    private Object[] everywhere(String manifest, String subject) {
        Digest digest = registry.document(
                Shelf.IMAGE,
                manifest,
                "latest",
                "sha256-" + subject,
                "sha256-" + subject + ".sig",
                "sha256-" + subject + ".att");
        registry.referrers(Digest.parse("sha256:" + subject), List.of(digest));
        return new Object[] {
            digest, "latest", "sha256-" + subject, "sha256-" + subject + ".sig", "sha256-" + subject + ".att", digest
        };
    }

    @Test
    void layer_that_can_be_unpacked_is_no_signature_whatever_label_config_and_place() throws IOException {
        for (Map.Entry<String, byte[]> archive : FirstBlockTest.ARCHIVES.entrySet()) {
            Digest diffId = Shelf.sha256(archive.getValue());
            for (String label : LABELS) {
                for (String config :
                        List.of("{}", Shelf.cosignConfig(diffId), "{\"os\":\"linux\",\"architecture\":\"amd64\"}")) {
                    for (String type : List.of(Shelf.CONFIG, EMPTY, COSIGN)) {
                        for (String rest : List.of("", subject(BUNDLE))) {
                            String manifest =
                                    manifest(registry.descriptor(type, config), layer(label, archive.getValue()), rest);
                            assertRefused(manifest, HEX);
                        }
                    }
                }
            }
        }
    }

    @Test
    void config_that_describes_something_to_run_is_no_signatures_whatever_label_and_place() throws IOException {
        byte[] payload = Signer.payload(image);
        Digest own = Shelf.sha256(payload);
        List<String> configs = List.of(
                "{\"architecture\":\"amd64\",\"os\":\"linux\"}",
                "{\"architecture\":\"amd64\",\"os\":\"\"}",
                "{\"os\":\"linux\"}",
                "{\"os\":\"\",\"OS\":\"linux\"}",
                "{\"os\":\"\",\"os\":\"linux\"}",
                "{\"Os\":\"linux\"}",
                "{\"variant\":\"v8\"}",
                "{\"os\":7}",
                Shelf.cosignConfig(own, Shelf.sha256(new byte[9])),
                Shelf.cosignConfig(own).replace("\"config\":{}", "\"config\":{\"Entrypoint\":[\"sh\"]}"),
                Shelf.cosignConfig(own).replace("\"config\":{}", "\"config\":[]"),
                Shelf.cosignConfig(own).replace("\"config\":{}", "\"config\":{},\"Config\":{\"Cmd\":[\"sh\"]}"),
                Shelf.cosignConfig(own).replace("\"config\":{}", "\"config\":{},\"container_config\":{}"),
                "{\"rootfs\":{\"diff_ids\":[\"sha256:" + HEX + "\"]}}",
                "{\"rootfs\":{\"diff_ids\":[7]}}",
                "{\"rootfs\":{\"diff_ids\":[\"md5:1\"]}}",
                "{\"rootfs\":{\"DIFF_IDS\":[\"sha256:" + HEX + "\"]}}",
                "{\"rootfs\":[]}",
                "[]",
                "no JSON",
                "{} {}",
                "{" + " ".repeat(SignatureArtifacts.LARGEST_CONFIG) + "}");
        for (String config : configs) {
            for (String type : CONFIG_TYPES) {
                for (String label : List.of(SIMPLE, BUNDLE)) {
                    String manifest =
                            manifest(registry.descriptor(type, config), layer(label, payload), subject(BUNDLE));
                    assertRefused(manifest, HEX);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/octet-stream", "application/json", "text/html", "", "application/vnd.acme+json"})
    void config_of_another_type_is_no_signatures(String type) throws IOException {
        for (String config : List.of("{}", Shelf.cosignConfig())) {
            String manifest = manifest(registry.descriptor(type, config), layer(SIMPLE, bytes("{}")), subject(BUNDLE));
            assertRefused(manifest, HEX);
        }
    }

    @Test
    void signature_without_a_config_or_without_layers_is_none() throws IOException {
        String layer = layer(SIMPLE, bytes("{}"));
        for (String manifest : List.of(
                "{\"schemaVersion\":2,\"layers\":[" + layer + "]" + subject(BUNDLE) + "}",
                manifest(registry.descriptor(EMPTY, "{}"), "", subject(BUNDLE)))) {
            assertRefused(manifest, HEX);
        }
    }

    @Test
    void missing_or_wrong_content_is_no_signature() throws IOException {
        byte[] large = bytes("{\"a\":\"" + "x".repeat(SignatureArtifacts.LARGEST_PARSED) + "\"}");
        for (byte[] content : List.of(bytes("{}"), large)) {
            String manifest = manifest(registry.descriptor(EMPTY, "{}"), layer(BUNDLE, content), subject(BUNDLE));
            registry.remove("/v2/app/blobs/" + Shelf.sha256(content));
            assertStatus(403, "a layer that is missing", everywhere(manifest, HEX));

            String wrong = manifest(registry.descriptor(EMPTY, "{}"), layer(BUNDLE, content), subject(BUNDLE + 1));
            byte[] other = content.clone();
            other[1] = ' ';
            registry.blob(Shelf.sha256(content), other);
            assertStatus(403, "a layer of another content", everywhere(wrong, HEX));
        }
    }

    /** What is right in itself, where no signature is looked for. */
    @Test
    void signature_elsewhere_than_signatures_are_is_none() throws Exception {
        byte[] payload = Signer.payload(image);
        String simple = manifest(
                registry.descriptor(Shelf.CONFIG, Shelf.cosignConfig(Shelf.sha256(payload))),
                layer(SIMPLE, payload),
                "");
        Digest digest = registry.document(
                Shelf.IMAGE,
                simple,
                "latest",
                "sha256-" + HEX,
                "sha256-" + HEX + ".att",
                "sha256-" + HEX + ".sbom",
                "sha256-" + HEX.substring(1) + ".sig",
                "SHA256-" + HEX + ".sig");
        assertStatus(
                403,
                "a signature elsewhere",
                digest,
                "latest",
                "sha256-" + HEX,
                "sha256-" + HEX + ".att",
                "sha256-" + HEX + ".sbom",
                "sha256-" + HEX.substring(1) + ".sig",
                "SHA256-" + HEX + ".sig");

        String bundle = manifest(
                registry.descriptor(EMPTY, "{}"),
                layer(BUNDLE, signer.bundle(image)),
                ",\"artifactType\":\"" + BUNDLE + "\"");
        Digest alone = registry.document(Shelf.IMAGE, bundle, "sha256-" + HEX + ".sig", "sha256-" + HEX + ".att");
        assertStatus(403, "a bundle at a tag", alone, "sha256-" + HEX + ".sig", "sha256-" + HEX + ".att");

        String other = manifest(
                registry.descriptor(EMPTY, "{}"), layer(BUNDLE, bytes("{}")), subject("application/vnd.acme+json"));
        assertStatus(403, "a referrer of another type", everywhere(other, "6".repeat(64)));
    }

    @ParameterizedTest
    @CsvSource({"32, 1, 200", "33, 1, 403", "2, 16777216, 200", "2, 16777217, 403", "1, 9223372036854775807, 403"})
    void layers_are_neither_many_nor_large(int layers, long size, int status) throws IOException {
        Digest content = registry.blob(bytes("{}"));
        String layer = "{\"mediaType\":\"" + SIMPLE + "\",\"size\":" + size + ",\"digest\":\"" + content + "\"}";
        String all =
                String.join(",", IntStream.range(0, layers).mapToObj(i -> layer).toList());
        Digest digest = registry.document(
                Shelf.IMAGE, manifest(registry.descriptor(Shelf.CONFIG, "{}"), all, ""), "sha256-" + HEX + ".sig");
        assertStatus(status, layers + " of " + size, "sha256-" + HEX + ".sig", digest);
    }

    @Test
    void config_over_64_KiB_is_no_signatures() throws IOException {
        for (int spaces : new int[] {64 * 1024 - 2, 64 * 1024 - 1}) {
            String config = "{" + " ".repeat(spaces) + "}";
            String manifest = manifest(registry.descriptor(Shelf.CONFIG, config), layer(SIMPLE, bytes("{}")), "");
            String tag = "sha256-" + HEX + ".sig";
            assertStatus(
                    config.length() == 64 * 1024 ? 200 : 403, tag, tag, registry.document(Shelf.IMAGE, manifest, tag));
        }
    }

    @Test
    void layer_that_does_not_state_its_size_or_is_larger_than_it_states_is_no_signature() throws IOException {
        byte[] large = bytes("{\"a\":\"" + "x".repeat(2 * SignatureArtifacts.LARGEST_PARSED) + "\"}");
        for (String size : List.of("", "\"size\":2,", "\"size\":" + (large.length - 1) + ",")) {
            String layer = "{\"mediaType\":\"" + SIMPLE + "\"," + size + "\"digest\":\"" + registry.blob(large) + "\"}";
            String manifest = manifest(registry.descriptor(Shelf.CONFIG, "{}"), layer, "");
            assertStatus(403, size, everywhere(manifest, HEX));
        }
    }

    @Test
    void layers_of_several_kinds_are_no_signature() throws IOException {
        for (String other : List.of(ENVELOPE, BUNDLE, "application/vnd.oci.image.layer.v1.tar", "")) {
            String layers = layer(SIMPLE, bytes("{}")) + "," + layer(other, bytes("{}"));
            String manifest = manifest(registry.descriptor(EMPTY, "{}"), layers, subject(BUNDLE));
            assertRefused(manifest, HEX);
        }
    }

    @Test
    void list_of_referrers_passes_at_its_tag_alone_and_passes_nothing_that_it_names() throws IOException {
        Digest young = registry.image("unsigned");
        Digest list = registry.index(List.of(young), "sha256-" + HEX);
        assertStatus(403, "by digest", list);
        assertStatus(200, "at its tag", "sha256-" + HEX);
        assertStatus(403, "what it names", young);
        for (String tag : List.of("latest", "sha256-" + HEX + ".sig", "sha256-" + HEX + ".att")) {
            registry.index(List.of(young, list), tag);
            assertStatus(403, "an index", tag);
        }
        String embedding = "\"data\":\"e30=\"";
        registry.index(Map.of(young, embedding), "sha256-" + "6".repeat(64));
        assertStatus(403, "an index that embeds a manifest", "sha256-" + "6".repeat(64));
    }

    private Map<String, String> real() throws GeneralSecurityException {
        byte[] payload = Signer.payload(image);
        byte[] again = bytes(new String(payload, StandardCharsets.UTF_8).replace("null", "{\"a\":\"b\"}"));
        byte[] envelope = envelope(Signer.statement(image, "https://slsa.dev/provenance/v1"));
        byte[] sbom = envelope(Signer.statement(image, "https://spdx.dev/Document")
                .replace(
                        "\"predicateType\"",
                        "\"predicate\":{\"x\":\"" + "y".repeat(2_000_000) + "\"},\"predicateType\""));
        String tag = "sha256-" + image.encoded();
        Map<String, String> real = new LinkedHashMap<>();
        real.put(manifest(cosign(payload), layer(SIMPLE, payload), ""), tag + ".sig");
        real.put(
                manifest(cosign(payload, again), layer(SIMPLE, payload) + "," + layer(SIMPLE, again), ""),
                tag + ".sig");
        real.put(manifest(cosign(envelope), layer(ENVELOPE, envelope), ""), tag + ".att");
        real.put(manifest(registry.descriptor(COSIGN, "{}"), layer(SIMPLE, payload), subject(COSIGN)), "");
        real.put(manifest(registry.descriptor(EMPTY, "{}"), layer(BUNDLE, signer.bundle(image)), subject(BUNDLE)), "");
        real.put(manifest(registry.descriptor(EMPTY, "{}"), layer(BUNDLE, sbom), subject(BUNDLE)), "");
        return real;
    }

    private String cosign(byte[]... layers) {
        List<Digest> diffIds = new ArrayList<>();
        for (byte[] layer : layers) {
            diffIds.add(Shelf.sha256(layer));
        }
        return registry.descriptor(Shelf.CONFIG, Shelf.cosignConfig(diffIds.toArray(new Digest[0])));
    }

    private static byte[] envelope(String statement) {
        return bytes("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\""
                + Base64.getEncoder().encodeToString(bytes(statement))
                + "\",\"signatures\":[{\"keyid\":\"\",\"sig\":\"MEQ=\"}]}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_cosign_makes_can_be_read_by_tag_and_by_digest(boolean tagFirst) throws Exception {
        for (Map.Entry<String, String> real : real().entrySet()) {
            String[] tags = real.getValue().isEmpty() ? new String[0] : new String[] {real.getValue()};
            Digest digest = registry.document(Shelf.IMAGE, real.getKey(), tags);
            List<Object> references = new ArrayList<>(List.of(tags));
            references.add(tagFirst ? references.size() : 0, digest);
            assertStatus(200, real.getKey(), references.toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"referrers", "tag"})
    void bundle_that_is_listed_among_the_referrers_of_what_it_is_about_can_be_read(String list) throws Exception {
        Digest bundle = registry.document(
                Shelf.IMAGE, manifest(registry.descriptor(EMPTY, "{}"), layer(BUNDLE, signer.bundle(image)), ""));
        assertStatus(403, "before it is listed", bundle);
        if (list.equals("tag")) {
            registry.index(List.of(bundle), "sha256-" + image.encoded());
        } else {
            registry.referrers(image, List.of(bundle));
        }
        two_policies();
        assertStatus(200, "when it is listed", bundle);
    }

    @Test
    void refusal_at_another_place_does_not_hide_a_signature_at_its_own() throws IOException {
        String manifest = manifest(registry.descriptor(Shelf.CONFIG, "{}"), layer(SIMPLE, bytes("{}")), "");
        Digest digest = registry.document(Shelf.IMAGE, manifest, "latest", "sha256-" + HEX + ".sig");
        assertStatus(403, "elsewhere", "latest", digest);
        assertStatus(200, "at its tag", "sha256-" + HEX + ".sig");
    }
}
