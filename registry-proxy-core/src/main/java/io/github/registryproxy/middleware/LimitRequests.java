package io.github.registryproxy.middleware;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what is under way: so many requests at once, bodies included, and manifests of so many bytes. One request too many
 * gets UNAVAILABLE, 503 with Retry-After; a manifest too large SIZE_INVALID (code-10), 413, before it is read.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(LimitRequests.builder().concurrent(2_000).build()).upstream(hub).build();
 * }</pre>
 */
public final class LimitRequests implements Middleware {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Semaphore places;
    private final int largestManifest;

    private LimitRequests(Builder builder) {
        this.places = new Semaphore(builder.concurrent);
        this.largestManifest = builder.largestManifest;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!places.tryAcquire()) {
            return RegistryResponse.of(ErrorCode.UNAVAILABLE
                    .because("too many requests are under way")
                    .withStatus(503)
                    .withRetryAfter(RETRY_AFTER));
        }
        AtomicBoolean released = new AtomicBoolean();
        try {
            return next.handle(bounded(request)).observeBody(source -> new Releasing(source, released));
        } catch (IOException | RuntimeException | Error e) {
            release(released);
            throw e;
        }
    }

    /** A manifest of unknown length is read first: its size is known only then, and no registry takes it in parts. */
    private RegistryRequest bounded(RegistryRequest request) throws IOException {
        if (!(request.operation() instanceof Operation.PushManifest)) {
            return request;
        }
        OptionalLong length = request.body().length();
        if (length.isPresent() && length.getAsLong() > largestManifest) {
            throw ErrorCode.SIZE_INVALID
                    .because("a manifest has at most " + largestManifest + " bytes")
                    .withStatus(413)
                    .asException();
        }
        return length.isPresent()
                ? request
                : request.withBody(Body.of(request.body().readAll(largestManifest)));
    }

    private void release(AtomicBoolean released) {
        if (released.compareAndSet(false, true)) {
            places.release();
        }
    }

    /** Sets the limits. */
    public static final class Builder {
        private int concurrent = 10_000;
        private int largestManifest = 4 * 1024 * 1024;

        private Builder() {}

        /** At most so many requests at once, 1 or more. Default: 10 000. */
        public Builder concurrent(int requests) {
            if (requests < 1) {
                throw new IllegalArgumentException("concurrent takes 1 or more, not " + requests);
            }
            this.concurrent = requests;
            return this;
        }

        /** At most so many bytes in a pushed manifest, 1 or more. Default: 4 MiB. */
        public Builder largestManifest(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("largestManifest takes 1 or more, not " + bytes);
            }
            this.largestManifest = bytes;
            return this;
        }

        public LimitRequests build() {
            return new LimitRequests(this);
        }
    }

    private final class Releasing implements BodySource {
        private final BodySource from;
        private final AtomicBoolean released;

        Releasing(BodySource from, AtomicBoolean released) {
            this.from = from;
            this.released = released;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            return from.read();
        }

        @Override
        public void writeTo(BodySink sink) throws IOException {
            from.writeTo(sink);
        }

        @Override
        public void close() throws IOException {
            release(released);
            from.close();
        }
    }
}
