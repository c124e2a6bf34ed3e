package io.github.registryproxy.testing;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Calls a handler as an edge does that has a socket. */
final class InMemoryClient implements ClientSide {
    private final RegistryHandler handler;
    private final URI base;

    InMemoryClient(RegistryHandler handler, URI base) {
        this.handler = handler;
        this.base = base;
    }

    @Override
    public URI base() {
        return base;
    }

    @Override
    public Reply send(String method, String target, Headers headers, Body body) {
        RegistryRequest request =
                RegistryRequest.of(method, Target.parse(method, target), headers, body, new Client("192.0.2.1", base));
        try (body;
                RegistryResponse response = handle(request)) {
            return read(response, request.isHead());
        } catch (IOException e) {
            throw new AssertionError("the request's body could not be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (handler instanceof RegistryProxy proxy) {
            proxy.close();
        } else if (handler instanceof Closeable closeable) {
            closeable.close();
        }
    }

    private RegistryResponse handle(RegistryRequest request) {
        try {
            return handler.handle(request);
        } catch (RegistryException e) {
            return RegistryResponse.of(e.error());
        } catch (UpstreamTimeoutException e) {
            return RegistryResponse.of(ErrorCode.UNAVAILABLE
                    .because("the registry did not answer in time")
                    .withStatus(504));
        } catch (IOException e) {
            return RegistryResponse.of(ErrorCode.UNAVAILABLE.because("the registry did not answer"));
        }
    }

    private static Reply read(RegistryResponse response, boolean head) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        boolean complete = true;
        if (!head) {
            try (InputStream in = response.body().open()) {
                in.transferTo(received);
            } catch (IOException e) {
                complete = false;
            }
        }
        boolean exact =
                response.body().length().isEmpty() || response.body().length().getAsLong() == received.size();
        return new Reply(
                response.status(),
                response.headers(),
                received.toByteArray(),
                response.body().length(),
                complete && (head || exact));
    }
}
