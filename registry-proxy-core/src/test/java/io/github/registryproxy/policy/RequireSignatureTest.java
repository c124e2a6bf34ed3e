package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequireSignatureTest {
    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private final Shelf registry = new Shelf();
    private final List<String> audit = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong seconds = new AtomicLong(1_790_000_000);
    private Signer signer;
    private Digest image;
    private RegistryProxy proxy;

    @BeforeEach
    void one_image_and_one_key() throws GeneralSecurityException {
        signer = Signer.ecdsa();
        image = registry.image("layer", "1.0");
        proxy = proxy(signer.key());
    }

    private RequireSignature.Builder policy(SignatureKey... keys) {
        RequireSignature.Builder builder = RequireSignature.builder()
                .audit((request, policy, rule) -> audit.add(Audit.line(request, policy, rule)))
                .clocks(() -> Instant.ofEpochSecond(seconds.get()), () -> nanos.get());
        List.of(keys).forEach(builder::key);
        return builder;
    }

    private RegistryProxy proxy(SignatureKey... keys) {
        return RegistryProxy.builder()
                .use(policy(keys).build())
                .upstream(registry)
                .build();
    }

    private static String annotation(byte[] signature) {
        return "{\"dev.cosignproject.cosign/signature\":\""
                + Base64.getEncoder().encodeToString(signature) + "\"}";
    }

    private static String tag(Digest digest, String suffix) {
        return "sha256-" + digest.encoded() + suffix;
    }

    /** Signs as cosign did at first: at a tag. */
    private Digest signAtTag(Signer by, Digest manifest) throws GeneralSecurityException {
        byte[] payload = Signer.payload(manifest);
        return registry.signature(SIMPLE, payload, annotation(by.sign(payload)), tag(manifest, ".sig"));
    }

    private int status(RegistryProxy by, String method, String reference) throws IOException {
        return status(by, Shelf.request(method, "/v2/app/manifests/" + reference));
    }

    private int status(RegistryProxy by, RegistryRequest request) throws IOException {
        try (RegistryResponse response = by.handle(request)) {
            return response.status();
        }
    }

    private void assertServed(int status, Digest manifest, String tag) throws IOException {
        for (String method : List.of("GET", "HEAD")) {
            assertEquals(status, status(proxy, method, tag), method + " by tag");
            assertEquals(status, status(proxy, method, manifest.toString()), method + " by digest");
        }
    }

    @Test
    void an_unsigned_image_is_denied_by_tag_and_by_digest_and_the_audit_says_why() throws IOException {
        assertServed(403, image, "1.0");
        assertEquals(4, audit.size());
        assertTrue(audit.get(0).contains("RequireSignature no signature of " + image + " by [release]"), audit.get(0));
    }

    @Test
    void a_signature_at_the_tag_lets_the_image_pass() throws Exception {
        signAtTag(signer, image);
        assertServed(200, image, "1.0");
        assertEquals(List.of(), audit);
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMPLE, BUNDLE})
    void a_signature_among_the_referrers_lets_the_image_pass(String form) throws Exception {
        registry.referrers(image, List.of(registry.image("an SBOM"), signature(form, signer, image)));
        assertServed(200, image, "1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMPLE, BUNDLE})
    void where_a_registry_keeps_no_referrers_the_index_at_the_tag_is_read(String form) throws Exception {
        registry.index(List.of(signature(form, signer, image)), tag(image, ""));
        assertServed(200, image, "1.0");
    }

    private Digest signature(String form, Signer by, Digest manifest) throws GeneralSecurityException {
        byte[] payload = Signer.payload(manifest);
        return form.equals(SIMPLE)
                ? registry.signature(SIMPLE, payload, annotation(by.sign(payload)))
                : registry.signature(BUNDLE, by.bundle(manifest), "{}");
    }

    @Test
    void a_signature_by_another_key_is_none() throws Exception {
        signAtTag(Signer.ecdsa(), image);
        registry.referrers(image, List.of(signature(BUNDLE, Signer.ecdsa(), image)));
        assertServed(403, image, "1.0");
    }

    @Test
    void a_signature_of_another_image_moved_to_this_one_is_none() throws Exception {
        Digest other = registry.image("other");
        byte[] payload = Signer.payload(other);
        registry.signature(SIMPLE, payload, annotation(signer.sign(payload)), tag(image, ".sig"));
        registry.referrers(image, List.of(signature(BUNDLE, signer, other)));
        assertServed(403, image, "1.0");
    }

    @Test
    void a_payload_that_is_not_the_one_its_digest_names_is_none() throws Exception {
        byte[] payload = Signer.payload(image);
        registry.signature(SIMPLE, payload, annotation(signer.sign(payload)), tag(image, ".sig"));
        registry.remove("/v2/app/blobs/" + Shelf.sha256(payload));
        assertServed(403, image, "1.0");
    }

    @Test
    void the_signature_of_a_key_that_has_ended_is_none() throws Exception {
        signAtTag(signer, image);
        Instant end = Instant.ofEpochSecond(seconds.get() + 60);
        proxy = proxy(new SignatureKey("old", signer.pair().getPublic(), Optional.of(end)));
        assertServed(200, image, "1.0");

        seconds.addAndGet(60);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertServed(403, image, "1.0");
    }

    @Test
    void one_of_several_keys_is_enough() throws Exception {
        signAtTag(signer, image);
        proxy = proxy(Signer.ecdsa().key(), signer.key());
        assertServed(200, image, "1.0");
    }

    @Test
    void with_a_signed_index_go_the_manifests_it_names_and_no_others() throws Exception {
        Digest index = registry.index(List.of(image), "all");
        signAtTag(signer, index);
        Digest stranger = registry.image("stranger", "2.0");

        assertServed(200, index, "all");
        assertServed(200, image, "1.0");
        assertServed(403, stranger, "2.0");
    }

    @Test
    void after_a_restart_the_manifests_of_a_signed_index_pass_by_digest_as_long_as_the_keys_are_the_same()
            throws Exception {
        try (ContentStore store = new MemoryStore(1024 * 1024)) {
            signAtTag(signer, registry.index(List.of(image), "all"));
            RegistryProxy first = remembering(store, signer.key());
            assertEquals(200, status(first, "GET", "all"));

            assertEquals(200, status(remembering(store, signer.key()), "GET", image.toString()));
            assertEquals(403, status(remembering(store, Signer.ecdsa().key()), "GET", image.toString()));
            assertEquals(403, status(proxy(signer.key()), "GET", image.toString()));
        }
    }

    private RegistryProxy remembering(ContentStore store, SignatureKey key) {
        return RegistryProxy.builder()
                .use(policy(key).remember(store, "hub").build())
                .upstream(registry)
                .build();
    }

    @Test
    void signatures_themselves_can_be_read_and_nothing_passes_under_their_name() throws Exception {
        Digest signature = signAtTag(signer, image);
        Digest disguised = registry.image("disguised", tag(Shelf.sha256(new byte[1]), ".sig"));

        assertServed(200, signature, tag(image, ".sig"));
        assertServed(403, disguised, tag(Shelf.sha256(new byte[1]), ".sig"));
    }

    @Test
    void who_signs_may_read_what_is_to_be_signed() throws Exception {
        RegistryProxy excepting = RegistryProxy.builder()
                .use(policy(signer.key())
                        .except(identity -> identity.name().equals("signer"))
                        .build())
                .upstream(registry)
                .build();
        RegistryRequest pull = Shelf.request("GET", "/v2/app/manifests/1.0");

        assertEquals(200, status(excepting, Identity.of("signer").on(pull)));
        assertEquals(403, status(excepting, Identity.of("else").on(pull)));
        assertEquals(403, status(excepting, pull));
    }

    @Test
    void what_passed_once_is_not_asked_for_again_and_what_was_refused_is_asked_for_again_soon() throws Exception {
        assertEquals(403, status(proxy, "GET", image.toString()));
        signAtTag(signer, image);
        int before = registry.asked.size();
        assertEquals(403, status(proxy, "GET", image.toString()));
        assertEquals(before, registry.asked.size());

        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertEquals(200, status(proxy, "GET", image.toString()));
        int passed = registry.asked.size();
        assertEquals(200, status(proxy, "GET", image.toString()));
        assertEquals(passed + 1, registry.asked.size());
        assertEquals(200, status(proxy, "HEAD", "1.0"));
        assertEquals(passed + 2, registry.asked.size());
    }

    @Test
    void a_tag_that_moves_while_it_is_checked_gives_what_was_checked() throws Exception {
        signAtTag(signer, image);
        Digest[] moved = new Digest[1];
        RegistryProxy racing = RegistryProxy.builder()
                .use(policy(signer.key()).build())
                .upstream(request -> {
                    RegistryResponse response = registry.handle(request);
                    if (moved[0] == null) {
                        moved[0] = registry.image("moved", "1.0");
                    }
                    return response;
                })
                .build();
        try (RegistryResponse response = racing.handle(Shelf.request("GET", "/v2/app/manifests/1.0"))) {
            assertEquals(image, Shelf.sha256(response.body().readAll(10_000)));
        }
        assertEquals(403, status(racing, "GET", "1.0"));
    }

    @Test
    void when_signatures_cannot_be_asked_for_the_pull_is_refused_for_now() throws Exception {
        RegistryProxy flaky = RegistryProxy.builder()
                .use(policy(signer.key()).build())
                .upstream(request -> {
                    registry.status = request.target().render().endsWith(".sig") ? 500 : 200;
                    return registry.handle(request);
                })
                .build();
        assertEquals(503, status(flaky, "GET", "1.0"));
        assertEquals(List.of(), audit);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429})
    void who_comes_with_a_digest_and_is_refused_by_the_registry_is_told_so_and_can_log_in(int status) throws Exception {
        String challenge = "Bearer realm=\"https://auth.example/token\"";
        RegistryProxy closed = RegistryProxy.builder()
                .use(policy(signer.key()).build())
                .upstream(request ->
                        RegistryResponse.of(status, Headers.of(HeaderNames.WWW_AUTHENTICATE, challenge), Body.empty()))
                .build();
        try (RegistryResponse response = closed.handle(Shelf.request("HEAD", "/v2/app/manifests/" + image))) {
            assertEquals(status, response.status());
            assertEquals(Optional.of(challenge), response.headers().first(HeaderNames.WWW_AUTHENTICATE));
        }
        assertEquals(List.of(), audit);
    }

    @Test
    void what_is_not_there_is_not_there() throws IOException {
        assertServed(404, Shelf.sha256(new byte[3]), "none");
        assertEquals(List.of(), audit);
    }

    @Test
    void blobs_lists_and_pushes_pass_unread() throws IOException {
        Digest blob = registry.blob("b".getBytes(StandardCharsets.UTF_8));
        assertEquals(200, status(proxy, Shelf.request("GET", "/v2/app/blobs/" + blob)));
        assertEquals(404, status(proxy, Shelf.request("GET", "/v2/app/tags/list")));
        assertEquals(404, status(proxy, Shelf.request("PUT", "/v2/app/manifests/new")));
        assertEquals(3, registry.asked.size());
    }

    @Test
    void without_a_key_there_is_no_policy() {
        assertThrows(
                IllegalStateException.class, () -> RequireSignature.builder().build());
    }
}
