package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.internal.Tasks;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Answers the version check (end-1) when the upstream cannot: clients ask it before anything else, and what is kept can be had
 * without the upstream. An answer of the upstream, a challenge above all, passes as it is, if it comes within a few seconds. While
 * the breaker is open, nobody waits for one.
 */
public final class CachePing implements Middleware {
    private static final Logger LOG = System.getLogger(CachePing.class.getName());

    private final Breaker breaker;
    private final Patience patience;

    /** With a breaker of its own. */
    public CachePing() {
        this(new Breaker());
    }

    /** With the breaker of this upstream, shared with whatever else asks it. */
    public CachePing(Breaker breaker) {
        this(breaker, Patience.DEFAULT);
    }

    CachePing(Breaker breaker, Duration patience) {
        this.breaker = breaker;
        this.patience = new Patience(breaker, patience);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!(request.operation() instanceof Operation.Ping)) {
            return next.handle(request);
        }
        if (breaker.isOpen()) {
            if (breaker.mayProbe()) {
                Tasks.start(
                        Patience::inBackground,
                        () -> probe(request, next),
                        e -> LOG.log(Level.DEBUG, "still away: {0}", e.toString()));
            }
            return own();
        }
        try {
            Answer answer = patience.await(() -> Answer.of(breaker.call(request, next)));
            if (answer.status() < 500 && answer.status() != 429) {
                return RegistryResponse.of(answer.status(), answer.headers(), Body.of(answer.body()));
            }
        } catch (IOException e) {
            if (Breaker.isInterrupt(e)) {
                throw e;
            }
            LOG.log(Level.DEBUG, "the upstream does not answer the version check", e);
        }
        return own();
    }

    private void probe(RegistryRequest request, RegistryHandler next) {
        try {
            breaker.call(request, next).close();
        } catch (IOException | RegistryException e) {
            LOG.log(Level.DEBUG, "still away: {0}", e.toString());
        }
    }

    private static RegistryResponse own() {
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                MediaType.JSON.value(),
                HeaderNames.DOCKER_DISTRIBUTION_API_VERSION,
                "registry/2.0",
                HeaderNames.WARNING,
                "299 - \"the registry behind this cache cannot be reached\"");
        return RegistryResponse.of(200, headers, Body.of("{}".getBytes(StandardCharsets.US_ASCII)));
    }
}
