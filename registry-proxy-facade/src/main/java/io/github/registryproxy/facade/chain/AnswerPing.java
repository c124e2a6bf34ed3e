package io.github.registryproxy.facade.chain;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers the version check here, where several registries are one: none of them speaks for the others. */
final class AnswerPing implements Middleware {
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.US_ASCII);

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!(request.operation() instanceof Operation.Ping)) {
            return next.handle(request);
        }
        Headers headers = Headers.of("Content-Type", MediaType.JSON.value())
                .and("Docker-Distribution-API-Version", "registry/2.0");
        return RegistryResponse.of(200, headers, Body.of(EMPTY));
    }
}
