package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a cache keeps and reads is bounded. */
class CacheCapsTest {
    private static final int MIB = 1024 * 1024;

    /** A body of so many mebibytes that does not say how long it is. */
    private static Body mebibytes(int count) {
        AtomicInteger read = new AtomicInteger();
        return Body.of(
                new BodySource() {
                    @Override
                    public ByteBuffer read() {
                        return read.incrementAndGet() > count ? null : ByteBuffer.allocate(MIB);
                    }

                    @Override
                    public void close() {
                        read.set(count);
                    }
                },
                OptionalLong.empty());
    }

    @Test
    void answer_over_64_MiB_is_not_read_into_memory() throws IOException {
        CacheBench bench = new CacheBench();
        bench.script = request ->
                RegistryResponse.of(200, Headers.of(HeaderNames.CONTENT_TYPE, CacheBench.TYPE), mebibytes(66));
        int status = bench.get("/v2/app/tags/list").status();
        assertTrue(status >= 400, () -> "status " + status);
    }

    @Test
    void times_of_a_cache_are_a_year_at_most() {
        CacheManifests.Builder settings = new CacheBench().settings();
        settings.tagTtl(Duration.ofDays(365)).notFoundTtl(Duration.ofDays(365));
        assertThrows(IllegalArgumentException.class, () -> settings.tagTtl(Duration.ofDays(366)));
        assertThrows(IllegalArgumentException.class, () -> settings.notFoundTtl(Duration.ofDays(366)));
    }

    @Test
    void refusal_of_a_blob_is_kept_up_to_64_KiB() throws IOException {
        try (MemoryStore store = new MemoryStore(MIB);
                CacheBlobs cache = CacheBlobs.builder(store, "up").build()) {
            RegistryRequest pull = RegistryRequest.of(
                    "GET",
                    Target.parse("GET", "/v2/app/blobs/" + Digest.of(Digest.Algorithm.SHA256, new byte[1])),
                    Headers.EMPTY,
                    Body.empty(),
                    new io.github.registryproxy.Client("192.0.2.7", URI.create("https://r.example.com")));
            AtomicInteger read = new AtomicInteger();
            Body body = Body.of(
                    new BodySource() {
                        @Override
                        public ByteBuffer read() {
                            return read.incrementAndGet() > 1024 ? null : ByteBuffer.allocate(1024);
                        }

                        @Override
                        public void close() {
                            // nothing to let go
                        }
                    },
                    OptionalLong.empty());
            try (RegistryResponse response =
                    cache.handle(pull, asked -> RegistryResponse.of(404, Headers.EMPTY, body))) {
                assertEquals(404, response.status());
                assertTrue(response.body().readAll(2 * MIB).length <= 64 * 1024);
            }
        }
    }

    @Test
    void after_100_000_others_a_check_is_judged_by_the_wall_clock() {
        Instant[] wall = {Instant.parse("2026-01-01T00:00:00Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return wall[0];
            }
        };
        Freshness freshness = new Freshness(Duration.ofMinutes(1), () -> 0, clock);
        long checked = freshness.checked("first");
        wall[0] = wall[0].plus(Duration.ofHours(1));
        for (int i = 0; i < 99_000; i++) {
            freshness.checked(i);
        }
        assertTrue(freshness.isFresh("first", checked));
        for (int i = 99_000; i < 101_000; i++) {
            freshness.checked(i);
        }
        assertFalse(freshness.isFresh("first", checked));
    }
}
