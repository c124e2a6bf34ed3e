package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;

/**
 * Answers the version check (end-1) when the upstream cannot: clients ask it before anything else, and what is kept can be had
 * without the upstream. An answer of the upstream, a challenge above all, passes as it is.
 */
public final class CachePing implements Middleware {
    private static final Logger LOG = System.getLogger(CachePing.class.getName());

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!(request.operation() instanceof Operation.Ping)) {
            return next.handle(request);
        }
        try {
            RegistryResponse response = next.handle(request);
            if (response.status() < 500 && response.status() != 429) {
                return response;
            }
            response.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the upstream does not answer the version check", e);
        }
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
