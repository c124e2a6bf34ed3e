package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MinimumAgeTest {
    private static final Duration WEEK = Duration.ofDays(7);

    private final Shelf registry = new Shelf();
    private final List<String> audit = new ArrayList<>();
    private final ContentStore store = new MemoryStore(1024 * 1024);
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private long nanos;
    private Digest image;
    private RegistryProxy proxy;

    @BeforeEach
    void one_image() {
        image = registry.image("layer", "1.0");
        proxy = proxy();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private MinimumAge.Builder policy(ContentStore in) {
        return MinimumAge.of(WEEK, in, "hub")
                .audit((request, policy, rule) -> audit.add(rule))
                .clocks(() -> now, () -> nanos);
    }

    private RegistryProxy proxy() {
        return RegistryProxy.builder()
                .use(policy(store).build())
                .upstream(registry)
                .build();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }

    private int status(String method, String reference) throws IOException {
        try (RegistryResponse response = proxy.handle(Shelf.request(method, "/v2/app/manifests/" + reference))) {
            return response.status();
        }
    }

    private void assertServed(int status, String... references) throws IOException {
        for (String reference : references) {
            assertEquals(status, status("GET", reference), reference);
            assertEquals(status, status("HEAD", reference), reference);
        }
    }

    @Test
    void a_manifest_is_denied_until_it_is_old_enough_and_the_client_is_told_from_when_on() throws IOException {
        assertServed(403, "1.0", image.toString());
        assertEquals("too new: served from 2026-11-27T12:00:00Z on", audit.get(0));

        pass(WEEK.minusSeconds(1));
        assertServed(403, "1.0", image.toString());

        pass(Duration.ofSeconds(31));
        assertServed(200, "1.0", image.toString());
    }

    @Test
    void a_tag_that_moves_stands_for_something_new() throws IOException {
        assertServed(403, "1.0");
        pass(WEEK);
        registry.image("new", "1.0");
        assertServed(403, "1.0");
        assertServed(200, image.toString());
    }

    @Test
    void a_restart_does_not_make_anything_younger() throws IOException {
        assertServed(403, "1.0");
        pass(WEEK);
        proxy = proxy();
        assertServed(200, "1.0");
    }

    @Test
    void index_and_the_manifests_it_names_start_to_age_together() throws IOException {
        Digest index = registry.index(List.of(image), "all");
        assertServed(403, "all", index.toString());
        pass(WEEK);
        assertServed(200, image.toString(), "all");
    }

    @Test
    void manifest_fetched_before_its_index_keeps_its_age() throws IOException {
        assertServed(403, image.toString());
        registry.index(List.of(image), "all");
        pass(WEEK);
        assertServed(403, "all");
        assertServed(200, image.toString());
    }

    /** All ways to ask for a digest, or for an index that names it, before it exists. */
    @ParameterizedTest
    @ValueSource(strings = {"GET index", "HEAD index", "GET outer", "GET child", "HEAD child"})
    void manifest_has_no_age_before_it_exists(String early) throws IOException {
        Digest child = registry.image("release");
        registry.index(List.of(registry.index(List.of(child), "index")), "outer");
        registry.remove("/v2/app/manifests/" + child);
        String[] words = early.replace("child", child.toString()).split(" ");
        assertNotEquals(200, status(words[0], words[1]));
        pass(WEEK.plusHours(1));
        status(words[0], words[1]);

        registry.image("release", "latest");
        assertServed(403, "latest", child.toString());
        pass(WEEK.minusSeconds(1));
        assertServed(403, "latest", child.toString());
        pass(Duration.ofSeconds(31));
        assertServed(200, "latest", child.toString());
    }

    @Test
    void index_that_is_old_enough_lends_its_age_to_no_manifest_that_is_new() throws IOException {
        Digest child = registry.image("release");
        registry.index(List.of(child), "nightly");
        registry.remove("/v2/app/manifests/" + child);
        assertServed(403, "nightly");
        pass(WEEK);
        registry.image("release", "latest");
        assertServed(200, "nightly");
        assertServed(403, child.toString(), "latest");
    }

    @Test
    void indexes_within_an_index_and_what_they_name_age_with_it() throws IOException {
        Digest inner = registry.index(List.of(image), "inner");
        registry.index(List.of(inner), "outer");
        assertServed(403, "outer");
        pass(WEEK);
        assertServed(200, "outer", inner.toString(), image.toString());
    }

    @Test
    void manifest_that_cannot_be_fetched_now_gets_its_age_at_the_next_request_for_the_index() throws IOException {
        registry.index(List.of(image), "all");
        registry.failing.add("/v2/app/manifests/" + image);
        assertServed(403, "all");
        registry.failing.clear();
        pass(Duration.ofHours(1));
        assertServed(403, "all");
        pass(WEEK.minusSeconds(1));
        assertServed(200, "all");
        assertServed(403, image.toString());
        pass(Duration.ofSeconds(31));
        assertServed(200, image.toString());
    }

    @Test
    void one_request_for_an_index_fetches_at_most_64_of_its_manifests() throws IOException {
        List<Digest> children = new ArrayList<>();
        for (int i = 0; i <= IndexMembers.MOST_FETCHED; i++) {
            children.add(registry.image("child " + i));
        }
        registry.index(children, "all");
        registry.asked.clear();
        assertEquals(403, status("GET", "all"));
        assertEquals(2 + IndexMembers.MOST_FETCHED, registry.asked.size());
        pass(Duration.ofMinutes(1));
        assertEquals(403, status("GET", "all"));
        assertEquals(2 + IndexMembers.MOST_FETCHED + 3, registry.asked.size());
    }

    @Test
    void age_in_one_repository_is_none_in_another() throws IOException {
        assertServed(403, image.toString());
        pass(WEEK);
        registry.copyTo("other");
        try (RegistryResponse response = proxy.handle(Shelf.request("GET", "/v2/other/manifests/" + image))) {
            assertEquals(403, response.status());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_time_that_a_trusted_key_signed_counts_and_no_other(boolean trusted) throws Exception {
        Signer signer = Signer.ecdsa();
        long signed = now.minus(WEEK).getEpochSecond();
        byte[] payload = new String(Signer.payload(image), StandardCharsets.UTF_8)
                .replace("\"optional\":null", "\"optional\":{\"timestamp\":\"" + signed + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        registry.signature(
                "application/vnd.dev.cosign.simplesigning.v1+json",
                payload,
                "{\"dev.cosignproject.cosign/signature\":\""
                        + Base64.getEncoder().encodeToString(signer.sign(payload)) + "\"}",
                "sha256-" + image.encoded() + ".sig");
        proxy = RegistryProxy.builder()
                .use(policy(store)
                        .signedTimes(trusted ? signer.key() : Signer.ecdsa().key())
                        .build())
                .upstream(registry)
                .build();
        assertServed(trusted ? 200 : 403, "1.0", image.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void signed_time_of_an_index_counts_for_what_it_names_as_long_as_the_key_is_valid(boolean remembered)
            throws Exception {
        Signer signer = Signer.ecdsa();
        Digest index = registry.index(List.of(image), "all");
        long signed = now.minus(WEEK).getEpochSecond();
        byte[] payload = new String(Signer.payload(index), StandardCharsets.UTF_8)
                .replace("\"optional\":null", "\"optional\":{\"timestamp\":\"" + signed + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        registry.signature(
                "application/vnd.dev.cosign.simplesigning.v1+json",
                payload,
                "{\"dev.cosignproject.cosign/signature\":\""
                        + Base64.getEncoder().encodeToString(signer.sign(payload)) + "\"}",
                "sha256-" + index.encoded() + ".sig");
        Instant end = now.plusSeconds(7200);
        SignatureKey key = new SignatureKey("release", signer.pair().getPublic(), Optional.of(end));
        proxy = proxy(key);
        assertServed(403, image.toString());
        assertServed(200, "all", image.toString());
        if (remembered) {
            proxy = proxy(key);
            assertServed(200, image.toString());
        }
        pass(Duration.ofHours(2));
        assertServed(403, image.toString());
    }

    private RegistryProxy proxy(SignatureKey key) {
        return RegistryProxy.builder()
                .use(policy(store).signedTimes(key).build())
                .upstream(registry)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_old_image_that_was_signed_today_is_served_and_its_signature_too(boolean atTag) throws Exception {
        assertServed(403, "1.0");
        pass(WEEK);
        Signer signer = Signer.ecdsa();
        byte[] payload = Signer.payload(image);
        String annotation = "{\"dev.cosignproject.cosign/signature\":\""
                + Base64.getEncoder().encodeToString(signer.sign(payload)) + "\"}";
        String tag = "sha256-" + image.encoded();
        Digest signature = registry.signature(
                "application/vnd.dev.cosign.simplesigning.v1+json",
                payload,
                annotation,
                atTag ? new String[] {tag + ".sig"} : new String[0]);
        if (!atTag) {
            registry.index(List.of(signature), tag);
        }
        proxy = RegistryProxy.builder()
                .use(RequireSignature.builder().key(signer.key()).build())
                .use(policy(store).build())
                .upstream(registry)
                .build();
        assertServed(200, "1.0", image.toString(), signature.toString());
    }

    @Test
    void where_the_age_cannot_be_told_nothing_new_is_served() throws IOException {
        store.close();
        assertEquals(503, status("GET", image.toString()));
        assertTrue(audit.isEmpty());
    }

    @Test
    void an_age_has_bounds() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofDays(-1), Duration.ofDays(4000))) {
            assertThrows(IllegalArgumentException.class, () -> MinimumAge.of(wrong, store, "hub"));
        }
    }
}
