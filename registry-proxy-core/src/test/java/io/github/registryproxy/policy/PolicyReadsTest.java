package io.github.registryproxy.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What policies read and ask to decide on one request is bounded. */
class PolicyReadsTest {
    private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final int MIB = 1024 * 1024;

    private final Shelf registry = new Shelf();

    private static int status(Middleware policy, RegistryHandler upstream, String target) throws IOException {
        try (RegistryProxy proxy =
                        RegistryProxy.builder().use(policy).upstream(upstream).build();
                RegistryResponse response = proxy.handle(Shelf.request("GET", target))) {
            return response.status();
        }
    }

    private int signed(Signer signer) throws IOException {
        return status(RequireSignature.builder().key(signer.key()).build(), registry, "/v2/app/manifests/1.0");
    }

    private static String annotation(byte[] signature) {
        return "{\"dev.cosignproject.cosign/signature\":\""
                + Base64.getEncoder().encodeToString(signature) + "\"}";
    }

    @Test
    void signature_is_looked_for_among_the_first_32_referrers() throws Exception {
        Signer signer = Signer.ecdsa();
        Digest image = registry.image("layer", "1.0");
        Digest signature = registry.signature(BUNDLE, signer.bundle(image), "{}");
        List<Digest> others = IntStream.range(0, 32)
                .mapToObj(i -> registry.image("other " + i))
                .toList();

        registry.referrers(image, append(others.subList(0, 31), signature));
        assertEquals(200, signed(signer));
        registry.referrers(image, append(others, signature));
        assertEquals(403, signed(signer));
    }

    private static List<Digest> append(List<Digest> list, Digest last) {
        List<Digest> all = new ArrayList<>(list);
        all.add(last);
        return all;
    }

    /** A payload of that size, signed. */
    private void sign(Signer signer, Digest image, int size) throws Exception {
        String payload = new String(Signer.payload(image), StandardCharsets.UTF_8);
        byte[] padded = (payload + " ".repeat(size - payload.length())).getBytes(StandardCharsets.UTF_8);
        registry.signature(SIMPLE, padded, annotation(signer.sign(padded)), "sha256-" + image.encoded() + ".sig");
    }

    @Test
    void signature_over_1_MiB_is_not_read() throws Exception {
        Signer signer = Signer.ecdsa();
        Digest image = registry.image("layer", "1.0");
        sign(signer, image, MIB);
        assertEquals(200, signed(signer));
        sign(signer, image, MIB + 1);
        assertEquals(403, signed(signer));
    }

    @Test
    void signature_manifest_over_4_MiB_is_not_read() throws Exception {
        Signer signer = Signer.ecdsa();
        Digest image = registry.image("layer", "1.0");
        byte[] payload = Signer.payload(image);
        String annotations = annotation(signer.sign(payload));
        String tag = "sha256-" + image.encoded() + ".sig";
        registry.signature(SIMPLE, payload, annotations + " ".repeat(3 * MIB), tag);
        assertEquals(200, signed(signer));
        registry.signature(SIMPLE, payload, annotations + " ".repeat(4 * MIB), tag);
        assertEquals(403, signed(signer));
    }

    @Test
    void image_configuration_over_4_MiB_is_not_read() throws IOException {
        Middleware amd64 =
                AllowPlatforms.builder().allow(Platform.parse("linux/amd64")).build();
        String config = "{\"os\":\"linux\",\"architecture\":\"amd64\"}";
        registry.image("a", config + " ".repeat(4 * MIB - config.length()), new String[] {"1.0"});
        assertEquals(200, status(amd64, registry, "/v2/app/manifests/1.0"));
        registry.image("b", config + " ".repeat(4 * MIB + 1 - config.length()), new String[] {"2.0"});
        assertEquals(404, status(amd64, registry, "/v2/app/manifests/2.0"));
    }

    private static RegistryResponse tags(String json, String... headers) {
        return RegistryResponse.of(200, Headers.of(headers), Body.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static AllowTags allow(String... tags) {
        return AllowTags.builder(Rules.ofTags(tags))
                .provenance(new MemoryStore(1 << 20), "test")
                .build();
    }

    @Test
    void list_without_a_visible_tag_ends_after_64_pages() {
        AtomicInteger pages = new AtomicInteger();
        RegistryHandler endless = request -> tags(
                "{\"name\":\"app\",\"tags\":[\"hidden\"]}",
                HeaderNames.LINK,
                "</v2/app/tags/list?last=" + pages.incrementAndGet() + ">; rel=\"next\"");
        RegistryException refused = assertThrows(
                RegistryException.class,
                () -> allow("v*")
                        .handle(Shelf.request("GET", "/v2/app/tags/list"), request -> {
                            assertTrue(pages.get() < 1_000, "endless");
                            return endless.handle(request);
                        })
                        .close());
        assertEquals(503, refused.error().status());
        assertEquals(64, pages.get());
    }

    @Test
    void page_of_tags_over_4_MiB_is_not_filtered() throws IOException {
        String page = "{\"name\":\"app\",\"tags\":[\"v1\"]}";
        String largest = page + " ".repeat(4 * MIB - page.length());
        assertEquals(200, status(allow("v*"), request -> tags(largest), "/v2/app/tags/list"));
        int status = status(allow("v*"), request -> tags(largest + " "), "/v2/app/tags/list");
        assertTrue(status >= 400, () -> "status " + status);
    }

    @Test
    void walk_asks_for_the_first_32_tags_that_rules_name() throws IOException {
        String[] names = IntStream.range(0, 50).mapToObj(i -> "v" + i).toArray(String[]::new);
        status(allow(names), registry, "/v2/app/blobs/" + Shelf.sha256(new byte[1]));
        assertEquals(
                32,
                registry.asked.stream().filter(line -> line.startsWith("HEAD ")).count(),
                () -> registry.asked.toString());
    }

    @Test
    void times_of_a_tag_policy_are_a_year_at_most() {
        AllowTagsBuilder builder = AllowTags.builder(Rules.ofTags("v*"));
        builder.grace(Duration.ofDays(365));
        assertThrows(IllegalArgumentException.class, () -> builder.grace(Duration.ofDays(366)));
        assertThrows(IllegalArgumentException.class, () -> builder.recheck(Duration.ofDays(366)));
    }

    private static final String UNKNOWN = "/v2/app/blobs/" + Shelf.sha256(new byte[] {1, 2, 3});

    private static RegistryProxy watched(
            AtomicLong millis, List<String> asked, RegistryHandler upstream, String... tags) {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis.get());
            }
        };
        return RegistryProxy.builder()
                .use(AllowTags.builder(Rules.ofTags(tags.length == 0 ? new String[] {"v*"} : tags))
                        .provenance(new MemoryStore(1 << 24), "test")
                        .grace(Duration.ZERO)
                        .clocks(() -> millis.get() * 1_000_000, clock)
                        .build())
                .upstream(request -> {
                    asked.add(request.method() + " " + request.target().render());
                    return upstream.handle(request);
                })
                .build();
    }

    private static void get(RegistryProxy proxy, String target) throws IOException {
        proxy.handle(Shelf.request("GET", target)).close();
    }

    @Test
    void of_tags_that_may_still_stand_for_a_digest_16_are_asked_for() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        boolean[] gone = {false};
        String[] tags = IntStream.range(0, 40).mapToObj(i -> "v" + i).toArray(String[]::new);
        Digest image = registry.image("layer", tags);
        try (RegistryProxy proxy =
                watched(millis, asked, request -> gone[0] ? RegistryResponse.of(404) : registry.handle(request))) {
            for (String tag : tags) {
                get(proxy, "/v2/app/manifests/" + tag);
            }
            gone[0] = true;
            millis.addAndGet(Duration.ofDays(360).toMillis());
            asked.clear();
            get(proxy, "/v2/app/manifests/" + image);
        }
        assertEquals(16, asked.stream().filter(line -> line.startsWith("HEAD ")).count(), asked::toString);
    }

    @Test
    void search_that_finds_nothing_new_is_repeated_after_20_pauses_at_most() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        Duration pause = ResolutionBudget.DEFAULT.pause();
        try (RegistryProxy proxy = watched(millis, asked, request -> RegistryResponse.of(404))) {
            for (int i = 0; i < 12; i++) {
                asked.clear();
                get(proxy, UNKNOWN);
                assertFalse(asked.isEmpty(), "search " + i);
                millis.addAndGet(pause.multipliedBy(20).toMillis());
            }
        }
    }

    @Test
    void search_of_a_repository_is_forgotten_after_1000_others() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        try (RegistryProxy proxy = watched(millis, asked, request -> RegistryResponse.of(404))) {
            get(proxy, UNKNOWN);
            asked.clear();
            get(proxy, UNKNOWN);
            assertEquals(List.of(), asked);
            for (int i = 0; i < 2_000; i++) {
                get(proxy, UNKNOWN.replace("/app/", "/app" + i + "/"));
            }
            asked.clear();
            get(proxy, UNKNOWN);
            assertFalse(asked.isEmpty());
        }
    }

    private static long count(List<String> asked, String end) {
        return asked.stream().filter(line -> line.endsWith(end)).count();
    }

    private static int answered(RegistryProxy proxy, String target) throws IOException {
        try (RegistryResponse response = proxy.handle(Shelf.request("GET", target))) {
            return response.status();
        }
    }

    @Test
    void search_ends_when_its_time_is_over_and_guesses_nothing_then() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        String[] tags = IntStream.range(0, 20).mapToObj(i -> "v" + i).toArray(String[]::new);
        Digest unknown = Shelf.sha256(new byte[] {9});
        RegistryHandler slow = request -> {
            millis.addAndGet(3_000);
            return RegistryResponse.of(404);
        };
        try (RegistryProxy proxy = watched(millis, asked, slow, tags)) {
            assertEquals(404, answered(proxy, "/v2/app/manifests/" + unknown));
        }
        assertEquals(4, asked.size(), asked::toString); // after 0, 3, 6 and 9 of 10 seconds
        assertEquals(0, count(asked, unknown.toString()), asked::toString);
    }

    @Test
    void what_was_guessed_in_vain_is_guessed_again_after_a_pause() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        try (RegistryProxy proxy = watched(millis, asked, request -> RegistryResponse.of(404), "v1")) {
            for (int round = 0; round < 2; round++) {
                asked.clear();
                for (int i = 0; i < 20; i++) {
                    get(proxy, "/v2/app/manifests/" + Shelf.sha256(new byte[] {9, (byte) i}));
                }
                assertEquals(
                        16,
                        asked.stream()
                                .filter(line -> line.contains("/manifests/sha256:"))
                                .count(),
                        "round " + round);
                millis.addAndGet(
                        ResolutionBudget.DEFAULT.pause().multipliedBy(20).toMillis());
            }
        }
    }

    @Test
    void registry_that_fails_slowly_is_not_asked_again_for_the_same() {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        for (int delay : new int[] {10, 2_000}) {
            asked.clear();
            RegistryHandler failing = request -> {
                millis.addAndGet(delay);
                throw new IOException("reset");
            };
            try (RegistryProxy proxy = watched(millis, asked, failing, "v1")) {
                assertThrows(IOException.class, () -> answered(proxy, UNKNOWN));
            }
            assertEquals(delay == 10 ? 2 : 1, count(asked, "/manifests/v1"), asked::toString);
        }
    }

    @Test
    void tag_that_moved_is_found_by_the_next_search() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        registry.image("first", "v1");
        try (RegistryProxy proxy = watched(millis, new ArrayList<>(), registry, "v1")) {
            assertEquals(200, answered(proxy, "/v2/app/manifests/v1"));
            registry.image("second", "v1");
            millis.addAndGet(Duration.ofMinutes(1).toMillis());
            assertEquals(
                    200, answered(proxy, "/v2/app/blobs/" + Shelf.sha256("second".getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void tag_that_is_pulled_again_is_believed_although_the_clock_was_set_back() throws IOException {
        AtomicLong millis = new AtomicLong(1_790_000_000_000L);
        List<String> asked = new ArrayList<>();
        registry.image("layer", "v1");
        try (RegistryProxy proxy = watched(millis, asked, registry, "v1")) {
            assertEquals(200, answered(proxy, "/v2/app/manifests/v1"));
            millis.addAndGet(-Duration.ofDays(1).toMillis());
            assertEquals(200, answered(proxy, "/v2/app/manifests/v1"));
            asked.clear();
            String blob = "/v2/app/blobs/" + Shelf.sha256("layer".getBytes(StandardCharsets.UTF_8));
            assertEquals(200, answered(proxy, blob));
            assertEquals(List.of("GET " + blob), asked);
        }
    }
}
