package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A registry in a directory, a clock that is set by hand, and requests as clients write them. */
final class Hosting implements AutoCloseable {
    static final byte[] CONFIG = bytes("{\"architecture\":\"amd64\",\"os\":\"linux\"}");

    private static final Client CLIENT = new Client("127.0.0.1", URI.create("http://localhost:5000"));

    private final Path directory;
    private final UnaryOperator<HostedRegistry.Builder> settings;
    private final HandSetClock clock = new HandSetClock();
    HostedStore store;
    HostedRegistry registry;

    static final class HandSetClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

        void advance(Duration time) {
            now.updateAndGet(before -> before.plus(time));
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** What a client got. */
    record Answer(int status, Headers headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.first(name).orElse("");
        }
    }

    Hosting(Path directory, UnaryOperator<HostedRegistry.Builder> settings) throws IOException {
        this.directory = directory;
        this.settings = settings;
        open();
    }

    Hosting(Path directory) throws IOException {
        this(directory, builder -> builder);
    }

    void open() throws IOException {
        store = HostedStore.open(directory, clock);
        registry = settings.apply(HostedRegistry.builder(store)).build();
    }

    void restart() throws IOException {
        store.close();
        open();
    }

    HandSetClock clock() {
        return clock;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Digest sha256(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    Answer send(String method, String target, Headers headers, Body body) throws IOException {
        RegistryRequest request = RegistryRequest.of(method, Target.parse(method, target), headers, body, CLIENT);
        try (RegistryResponse response = registry.handle(request)) {
            return new Answer(
                    response.status(), response.headers(), response.body().readAll(64 * 1024 * 1024));
        }
    }

    Answer send(String method, String target, byte[] body) throws IOException {
        return send(method, target, Headers.EMPTY, Body.of(body));
    }

    Answer get(String target) throws IOException {
        return send("GET", target, new byte[0]);
    }

    /** By one POST. */
    Digest blob(String repository, byte[] content) throws IOException {
        Digest digest = sha256(content);
        Answer answer = send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
        assertEquals(201, answer.status(), answer::text);
        return digest;
    }

    Answer manifest(String repository, String reference, byte[] json) throws IOException {
        Headers type = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_MANIFEST.value());
        return send("PUT", "/v2/" + repository + "/manifests/" + reference, type, Body.of(json));
    }

    Answer index(String repository, String reference, byte[] json) throws IOException {
        Headers type = Headers.of(HeaderNames.CONTENT_TYPE, MediaType.OCI_INDEX.value());
        return send("PUT", "/v2/" + repository + "/manifests/" + reference, type, Body.of(json));
    }

    /** An image of one layer; more fields begin with a comma. */
    static byte[] image(byte[] layer, String more) {
        return bytes(
                ("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d},"
                                + "\"layers\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]%s}")
                        .formatted(
                                MediaType.OCI_MANIFEST,
                                MediaType.OCI_CONFIG,
                                sha256(CONFIG),
                                CONFIG.length,
                                MediaType.OCI_LAYER_GZIP,
                                sha256(layer),
                                layer.length,
                                more));
    }

    /** Pushes an image of one layer under a tag. */
    Digest image(String repository, String tag, byte[] layer) throws IOException {
        blob(repository, CONFIG);
        blob(repository, layer);
        byte[] json = image(layer, "");
        Answer answer = manifest(repository, tag, json);
        assertEquals(201, answer.status(), answer::text);
        return sha256(json);
    }

    static byte[] index(Digest child, long size) {
        return bytes(
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}"
                        .formatted(MediaType.OCI_INDEX, MediaType.OCI_MANIFEST, child, size));
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
