package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a signed index covers is covered as long as the key of its signature, however often the process starts. */
final class SignatureExpiryTest {
    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";

    private final Shelf registry = new Shelf();
    private final MemoryStore store = new MemoryStore(1024 * 1024);
    private final AtomicLong seconds = new AtomicLong(1_790_000_000);
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void close() {
        store.close();
    }

    private void pass(Duration time) {
        seconds.addAndGet(time.toSeconds());
        nanos.addAndGet(time.toNanos());
    }

    /** As after a restart: nothing in memory. */
    private RegistryProxy started(SignatureKey... keys) {
        RequireSignature.Builder policy = RequireSignature.builder()
                .remember(store, "hub")
                .clocks(() -> Instant.ofEpochSecond(seconds.get()), nanos::get);
        List.of(keys).forEach(policy::key);
        return RegistryProxy.builder().use(policy.build()).upstream(registry).build();
    }

    private static int status(RegistryProxy proxy, Object reference) throws IOException {
        try (RegistryResponse response = proxy.handle(Shelf.request("GET", "/v2/app/manifests/" + reference))) {
            return response.status();
        }
    }

    private void sign(Signer by, Digest manifest) throws Exception {
        byte[] payload = Signer.payload(manifest);
        String signature = new String(Base64.getEncoder().encode(by.sign(payload)), StandardCharsets.US_ASCII);
        registry.signature(
                SIMPLE,
                payload,
                "{\"dev.cosignproject.cosign/signature\":\"" + signature + "\"}",
                "sha256-" + manifest.encoded() + ".sig");
    }

    private SignatureKey key(Signer signer, Duration validFor) {
        Instant end = Instant.ofEpochSecond(seconds.get()).plus(validFor);
        return new SignatureKey("release", signer.pair().getPublic(), Optional.of(end));
    }

    @Test
    void manifest_of_a_signed_index_is_denied_once_the_key_has_ended() throws Exception {
        Signer signer = Signer.ecdsa();
        Digest image = registry.image("layer");
        sign(signer, registry.index(List.of(image), "all"));
        SignatureKey key = key(signer, Duration.ofMinutes(1));
        assertEquals(200, status(started(key), "all"));

        pass(Duration.ofSeconds(59));
        assertEquals(200, status(started(key), image));
        pass(Duration.ofSeconds(1));
        assertEquals(403, status(started(key), image));
    }

    @Test
    void index_signed_by_a_key_that_ends_is_not_covered_longer_by_a_key_that_does_not() throws Exception {
        Signer signer = Signer.ecdsa();
        Digest image = registry.image("layer");
        sign(signer, registry.index(List.of(image), "all"));
        SignatureKey[] keys = {
            key(signer, Duration.ofMinutes(1)), Signer.ecdsa().key()
        };
        assertEquals(200, status(started(keys), "all"));
        assertEquals(200, status(started(keys), image));

        pass(Duration.ofMinutes(1));
        assertEquals(403, status(started(keys), image));
    }

    private int aged(long signed) throws Exception {
        Signer signer = Signer.ecdsa();
        Digest image = registry.image("signed at " + signed, "aged");
        byte[] payload = new String(Signer.payload(image), StandardCharsets.UTF_8)
                .replace("\"optional\":null", "\"optional\":{\"timestamp\":\"" + signed + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        registry.signature(
                SIMPLE,
                payload,
                "{\"dev.cosignproject.cosign/signature\":\""
                        + Base64.getEncoder().encodeToString(signer.sign(payload)) + "\"}",
                "sha256-" + image.encoded() + ".sig");
        MinimumAge policy = MinimumAge.of(Duration.ofDays(7), store, "aged")
                .clocks(() -> Instant.ofEpochSecond(seconds.get()), nanos::get)
                .signedTimes(signer.key())
                .build();
        return status(RegistryProxy.builder().use(policy).upstream(registry).build(), "aged");
    }

    @Test
    void image_is_denied_until_its_signature_has_the_minimum_age() throws Exception {
        long week = Duration.ofDays(7).toSeconds();
        assertEquals(403, aged(seconds.get()));
        assertEquals(403, aged(seconds.get() - week + 1));
        assertEquals(200, aged(seconds.get() - week));
    }
}
