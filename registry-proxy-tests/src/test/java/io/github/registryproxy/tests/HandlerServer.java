package io.github.registryproxy.tests;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A handler behind a socket, without any container: a fake registry for an upstream to talk to, and the yardstick for what the
 * same transcript gives through a servlet. It reads each request into memory.
 */
public final class HandlerServer implements Closeable {
    private final RegistryHandler handler;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "handler-server");
        thread.setDaemon(true);
        return thread;
    });

    public HandlerServer(RegistryHandler handler) {
        this.handler = handler;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Where it listens. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                // Closed: the loop ends.
                continue;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Http1 in = new Http1(socket.getInputStream());
            String[] words = in.line().split(" ", 3);
            Headers headers = in.headers();
            Http1.Content content = in.body(headers, false);
            Body body = content.announced().isEmpty() && content.bytes().length > 0
                    ? Body.of(new ByteArrayInputStream(content.bytes()), content.announced())
                    : Body.of(content.bytes());
            RegistryRequest request = RegistryRequest.of(
                    words[0], Target.parse(words[0], words[1]), headers, body, new Client("127.0.0.1", base()));
            try (RegistryResponse response = answer(request)) {
                boolean bodyless = request.isHead() || response.status() == 204 || response.status() == 304;
                Http1.write(
                        socket.getOutputStream(),
                        "HTTP/1.1 " + response.status() + " ",
                        response.headers(),
                        response.body(),
                        bodyless);
            }
        } catch (IOException e) {
            // The client is gone, or the body broke off: closing the connection is what tells it.
            return;
        }
    }

    private RegistryResponse answer(RegistryRequest request) {
        try {
            return handler.handle(request);
        } catch (RegistryException e) {
            return RegistryResponse.of(e.error());
        } catch (IOException e) {
            int status = e instanceof UpstreamTimeoutException ? 504 : 502;
            return RegistryResponse.of(
                    ErrorCode.UNAVAILABLE.because("the registry did not answer").withStatus(status));
        }
    }
}
