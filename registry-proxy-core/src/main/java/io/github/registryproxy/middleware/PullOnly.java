package io.github.registryproxy.middleware;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;

/**
 * Refuses what would change the registry, and what this library does not know: UNSUPPORTED (code-13), 405, for reads of
 * unknown paths NAME_UNKNOWN (code-9), 404. Pulls pass unread.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(new PullOnly()).upstream(hub).build();
 * }</pre>
 */
public final class PullOnly implements Middleware {
    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        return switch (request.operation().access()) {
            case NONE, PULL, CATALOG -> next.handle(request);
            case PUSH, DELETE -> RegistryResponse.of(ErrorCode.UNSUPPORTED.because("this registry is pull only"));
            case UNKNOWN ->
                RegistryResponse.of(
                        request.method().equals("GET") || request.isHead()
                                ? ErrorCode.NAME_UNKNOWN.because("no such endpoint")
                                : ErrorCode.UNSUPPORTED.because("this registry is pull only"));
        };
    }
}
