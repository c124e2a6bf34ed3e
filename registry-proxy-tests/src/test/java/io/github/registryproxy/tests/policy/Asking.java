package io.github.registryproxy.tests.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.testing.StrictPipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A client of a policy, with the policy's contract watched. */
final class Asking {
    private final RegistryProxy proxy;

    Asking(Middleware policy, RegistryHandler registry) {
        this.proxy = RegistryProxy.builder()
                .use(StrictPipeline.around(policy))
                .upstream(registry)
                .build();
    }

    /** The status of the answer. */
    int ask(String method, String target) throws IOException {
        try (RegistryResponse response = answer(method, target)) {
            return response.status();
        }
    }

    String body(String target) throws IOException {
        try (RegistryResponse response = answer("GET", target)) {
            return new String(response.body().readAll(1 << 20), StandardCharsets.UTF_8);
        }
    }

    RegistryResponse answer(String method, String target) throws IOException {
        return proxy.handle(RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.EMPTY,
                Body.empty(),
                new Client("192.0.2.1", URI.create("http://proxy.test"))));
    }

    RegistryResponse push(String tag, byte[] manifest) throws IOException {
        return proxy.handle(RegistryRequest.of(
                "PUT",
                Target.parse("PUT", "/v2/app/manifests/" + tag),
                Headers.of("Content-Type", MediaType.OCI_MANIFEST.value()),
                Body.of(manifest),
                new Client("192.0.2.1", URI.create("http://proxy.test"))));
    }

    int manifest(Object reference) throws IOException {
        return ask("GET", "/v2/app/manifests/" + reference);
    }

    int blob(Digest digest) throws IOException {
        return ask("GET", "/v2/app/blobs/" + digest);
    }

    /** Ends the policy as the end of a process would. */
    void close() {
        proxy.close();
    }

    /** A clock that goes when it is told to. */
    static final class SetClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T12:00:00Z"));

        void pass(Duration time) {
            now.updateAndGet(instant -> instant.plus(time));
        }

        /** As a clock that only goes forward. */
        long nanos() {
            return Duration.between(Instant.EPOCH, now.get()).toNanos();
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
}
