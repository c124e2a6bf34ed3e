package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** What all routes do with the handlers behind them. */
final class Handlers {
    private Handlers() {}

    /** The handler's answer; a refusal is one, in whichever way it comes. */
    static RegistryResponse ask(RegistryHandler handler, RegistryRequest request) throws IOException {
        try {
            return handler.handle(request);
        } catch (RegistryException e) {
            return RegistryResponse.of(e.error());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** What is answered where there is no registry to ask: we are here, and nothing else is. */
    static RegistryResponse nobody(RegistryRequest request) {
        Operation operation = request.operation();
        if (operation instanceof Operation.Ping) {
            return ping();
        }
        if (operation instanceof Operation.Malformed malformed) {
            return RegistryResponse.of(malformed.error());
        }
        if (operation instanceof InRepository) {
            return RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("repository name not known to registry"));
        }
        if (operation instanceof Operation.Catalog) {
            return RegistryResponse.of(ErrorCode.UNSUPPORTED.because("this registry does not list its repositories"));
        }
        boolean read = request.method().equals("GET") || request.isHead();
        return RegistryResponse.of(
                read || operation instanceof Operation.Token
                        ? ErrorCode.NAME_UNKNOWN.because("no such endpoint")
                        : ErrorCode.UNSUPPORTED.because("no such endpoint"));
    }

    private static RegistryResponse ping() {
        Headers headers = Headers.of(
                HeaderNames.CONTENT_TYPE,
                MediaType.JSON.value(),
                HeaderNames.DOCKER_DISTRIBUTION_API_VERSION,
                "registry/2.0");
        return RegistryResponse.of(200, headers, Body.of("{}".getBytes(StandardCharsets.US_ASCII)));
    }

    /** Closes those that can be closed, each once, and all of them even where one cannot. */
    static void close(Collection<RegistryHandler> handlers) {
        Set<RegistryHandler> once = Collections.newSetFromMap(new IdentityHashMap<>());
        IllegalStateException failure = null;
        for (RegistryHandler handler : handlers) {
            if (!(handler instanceof AutoCloseable closeable) || !once.add(handler)) {
                continue;
            }
            try {
                closeable.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                if (failure == null) {
                    failure = new IllegalStateException("could not close " + handler, e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
