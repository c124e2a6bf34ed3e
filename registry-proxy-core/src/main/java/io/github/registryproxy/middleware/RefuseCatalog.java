package io.github.registryproxy.middleware;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.ErrorCode;
import java.io.IOException;

/**
 * Keeps the list of repositories to the registry: UNSUPPORTED (code-13), 405. Who may pull a repository need not learn of the
 * others.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(new RefuseCatalog()).upstream(hub).build();
 * }</pre>
 */
public final class RefuseCatalog implements Middleware {
    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        return request.operation().access() == Access.CATALOG
                ? RegistryResponse.of(ErrorCode.UNSUPPORTED.because("this registry does not list its repositories"))
                : next.handle(request);
    }
}
