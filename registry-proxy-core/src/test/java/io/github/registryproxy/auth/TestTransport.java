package io.github.registryproxy.auth;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** Just enough of a transport for tests on the loopback: real sockets, no pool of its own, no framing checks. */
public final class TestTransport implements Transport {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Duration headTimeout;

    public TestTransport() {
        this(Duration.ofSeconds(20));
    }

    public TestTransport(Duration headTimeout) {
        this.headTimeout = headTimeout;
    }

    @Override
    public RegistryResponse send(TransportRequest request) throws IOException {
        request.addresses()
                .check(
                        request.uri().getHost(),
                        InetAddress.getByName(request.uri().getHost()));
        byte[] content = request.body().readAll(1 << 20);
        HttpRequest.Builder out = HttpRequest.newBuilder(request.uri())
                .timeout(headTimeout)
                .method(
                        request.method(),
                        content.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(content));
        request.headers().forEach(out::header);
        try {
            HttpResponse<InputStream> response = client.send(out.build(), BodyHandlers.ofInputStream());
            Headers[] headers = {Headers.EMPTY};
            response.headers()
                    .map()
                    .forEach((name, values) -> values.forEach(value -> {
                        if (!name.startsWith(":")) {
                            headers[0] = headers[0].and(name, value);
                        }
                    }));
            return RegistryResponse.of(
                    response.statusCode(), headers[0], Body.of(response.body(), headers[0].contentLength()));
        } catch (HttpTimeoutException e) {
            throw new UpstreamTimeoutException("no head");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() {
        // The client's threads end with the last reference to it.
    }
}
