package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A cache before an upstream that does what it is told and remembers what it was asked, and clocks that are set by hand. */
final class CacheBench {
    static final String TYPE = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";

    final MapStore store = new MapStore();
    final List<String> asked = new CopyOnWriteArrayList<>();
    final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);
    final AtomicReference<Instant> wall = new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
    final Map<CacheState, Integer> counted = new EnumMap<>(CacheState.class);
    final Breaker breaker = new Breaker(nanos::get);
    final List<Runnable> probes = new CopyOnWriteArrayList<>();

    /** By request path: what the upstream has. */
    final Map<String, Held> held = new ConcurrentHashMap<>();

    volatile Script script = request -> null;
    volatile CacheManifests cache;

    record Held(String type, String content) {
        byte[] bytes() {
            return content.getBytes(StandardCharsets.UTF_8);
        }

        Digest digest() {
            return Digest.of(Digest.Algorithm.SHA256, bytes());
        }
    }

    /** What the upstream does instead of answering from what it has; null for nothing. */
    interface Script {
        RegistryResponse answer(RegistryRequest request) throws IOException;
    }

    record Seen(int status, Headers headers, String body, CacheState state) {
        String digest() {
            return headers.first(HeaderNames.DOCKER_CONTENT_DIGEST).orElse("");
        }
    }

    CacheBench() {
        cache = settings().build();
    }

    CacheManifests.Builder settings() {
        return settings("hub");
    }

    CacheManifests.Builder settings(String upstream) {
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
                return wall.get();
            }
        };
        return CacheManifests.builder(store)
                .access(CacheAccess.PUBLIC)
                .upstream(upstream)
                .clocks(nanos::get, clock)
                .breaker(breaker)
                .probes(probes::add)
                .metrics(new CacheMetrics() {
                    @Override
                    public void answered(CacheState state) {
                        synchronized (counted) {
                            counted.merge(state, 1, Integer::sum);
                        }
                    }
                });
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        wall.updateAndGet(now -> now.plus(time));
    }

    Held hold(String repository, String tag, String type, String content) {
        Held one = new Held(type, content);
        held.put("/v2/" + repository + "/manifests/" + one.digest(), one);
        held.put("/v2/" + repository + "/manifests/" + tag, one);
        return one;
    }

    void refuse(ErrorCode code) {
        script = request -> RegistryResponse.of(code.because("scripted"));
    }

    void refuse(int status, String retryAfter) {
        script = request -> RegistryResponse.of(
                status,
                Headers.of(HeaderNames.RETRY_AFTER, retryAfter),
                Body.of("{}".getBytes(StandardCharsets.UTF_8)));
    }

    void unplug() {
        script = request -> {
            throw new ConnectException("connection refused");
        };
    }

    void plugIn() {
        script = request -> null;
    }

    private RegistryResponse upstream(RegistryRequest request) throws IOException {
        asked.add(request.method() + " " + request.target().render());
        RegistryResponse scripted = script.answer(request);
        if (scripted != null) {
            return scripted;
        }
        if (request.operation() instanceof Operation.PushManifest) {
            return RegistryResponse.of(201);
        }
        return answer(request);
    }

    /** What the upstream has at this moment. */
    RegistryResponse answer(RegistryRequest request) {
        Held one = held.get(request.target().render());
        if (one == null) {
            return RegistryResponse.of(ErrorCode.MANIFEST_UNKNOWN.because("not here"));
        }
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                one.type(),
                HeaderNames.CONTENT_LENGTH,
                Integer.toString(one.bytes().length),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                one.digest().toString());
        return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(one.bytes()));
    }

    /** All that the upstream was asked since the last call. */
    List<String> asked() {
        List<String> all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    Seen get(String path, String... headers) throws IOException {
        return send("GET", path, headers);
    }

    Seen head(String path, String... headers) throws IOException {
        return send("HEAD", path, headers);
    }

    Seen send(String method, String path, String... headers) throws IOException {
        AtomicReference<CacheState> state = new AtomicReference<>();
        RegistryRequest request = RegistryRequest.of(
                        method,
                        Target.parse(method, path),
                        Headers.of(headers),
                        Body.empty(),
                        new Client("192.0.2.7", URI.create("https://r.example.com")))
                .with(CacheState.HOLDER, state);
        try (RegistryResponse response = RegistryProxy.builder()
                .use(cache)
                .upstream(this::upstream)
                .build()
                .handle(request)) {
            return new Seen(
                    response.status(),
                    response.headers(),
                    new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8),
                    state.get());
        }
    }
}
