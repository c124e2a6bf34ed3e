package io.github.registryproxy.middleware;

import io.github.registryproxy.BodySink;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Identity;
import io.github.registryproxy.LogFields;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.CacheState;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One line per request, when its response is over: client, method, operation, repository, reference, status, bytes sent,
 * milliseconds, how a cache inside answered, {@code cut} where the body ended early, and {@code user=} with who it was where
 * somebody logged in. No queries, no headers: they hold secrets.
 *
 * <pre>{@code
 * 192.0.2.7 GET PullManifest app 1.2 200 1204 3ms hit
 * 192.0.2.7 GET PullManifest team/app 1.2 200 1204 3ms hit user=alice
 * }</pre>
 */
public final class AccessLog implements Middleware {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.access");

    private final Consumer<String> lines;
    private final LongSupplier nanos;

    /** Writes to the system logger {@code io.github.registryproxy.access} at level INFO. */
    public AccessLog() {
        this(line -> LOG.log(Level.INFO, line), System::nanoTime);
    }

    /** Writes where it is told to; the consumer is called from many threads. */
    public AccessLog(Consumer<String> lines, LongSupplier nanos) {
        this.lines = Objects.requireNonNull(lines, "lines");
        this.nanos = Objects.requireNonNull(nanos, "nanos");
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        long start = nanos.getAsLong();
        AtomicReference<Optional<Identity>> who = new AtomicReference<>(Optional.empty());
        RegistryRequest noted = request.with(Identity.HOLDER, who);
        try {
            AtomicReference<@Nullable CacheState> state = new AtomicReference<>();
            RegistryResponse response = next.handle(noted.with(CacheState.HOLDER, state));
            return response.observeBody(source -> new Counting(source, noted, response.status(), start, state));
        } catch (IOException | RuntimeException e) {
            write(noted, "failed", 0, start, "");
            throw e;
        }
    }

    private static String user(RegistryRequest request) {
        return request.get(Identity.HOLDER)
                .flatMap(AtomicReference::get)
                .map(identity -> " user=" + LogFields.shown(identity.name()))
                .orElse("");
    }

    private void write(RegistryRequest request, String status, long bytes, long start, String end) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - start);
        lines.accept(request.client().address() + " " + LogFields.shown(request.method()) + " "
                + request.operation().getClass().getSimpleName() + " " + LogFields.subject(request.operation()) + " "
                + status
                + " " + bytes + " " + millis + "ms" + end + user(request));
    }

    private final class Counting implements BodySource {
        private final AtomicReference<@Nullable CacheState> state;
        private final BodySource from;
        private final RegistryRequest request;
        private final int status;
        private final long start;
        private long bytes;
        private boolean ended;
        private boolean written;

        Counting(
                BodySource from,
                RegistryRequest request,
                int status,
                long start,
                AtomicReference<@Nullable CacheState> state) {
            this.state = state;
            this.from = from;
            this.request = request;
            this.status = status;
            this.start = start;
        }

        @Override
        public @Nullable ByteBuffer read() throws IOException {
            ByteBuffer next = from.read();
            ended = next == null;
            bytes += next == null ? 0 : next.remaining();
            return next;
        }

        @Override
        public void writeTo(BodySink sink) throws IOException {
            from.writeTo(piece -> {
                int count = piece.remaining();
                sink.write(piece);
                bytes += count;
            });
            ended = true;
        }

        @Override
        public void close() throws IOException {
            if (!written) {
                written = true;
                boolean whole = ended || request.isHead();
                CacheState cached = state.get();
                String end = (cached == null ? "" : " " + cached) + (whole || bytes == 0 ? "" : " cut");
                write(request, Integer.toString(status), bytes, start, end);
            }
            from.close();
        }
    }
}
