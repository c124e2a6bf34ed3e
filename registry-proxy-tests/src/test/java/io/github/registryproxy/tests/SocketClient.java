package io.github.registryproxy.tests;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.testing.ClientSide;
import io.github.registryproxy.testing.Reply;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;

/**
 * A client that says on a socket what a transcript has, verbatim: {@code transcript.replay(upstream -> new SocketClient(base,
 * server))}.
 */
public final class SocketClient implements ClientSide {
    /** For a server that hangs: far above what any exchange on the loopback takes. */
    private static final int SILENCE_MILLIS = 20_000;

    private final URI base;
    private final Closeable server;

    /**
     * Talks to the server at that address.
     *
     * @param base http, a loopback host and a port; a mount path is put before every target
     * @param server closed with the client
     */
    public SocketClient(URI base, Closeable server) {
        this.base = base;
        this.server = server;
    }

    @Override
    public URI base() {
        return base;
    }

    @Override
    public Reply send(String method, String target, Headers headers, Body body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort())) {
            socket.setSoTimeout(SILENCE_MILLIS);
            String line = method + " " + base.getRawPath() + target + " HTTP/1.1\r\nHost: " + base.getRawAuthority();
            boolean bodyless = body.length().orElse(1) == 0 && !method.equals("POST") && !method.equals("PUT");
            try {
                Http1.write(socket.getOutputStream(), line, headers, body, bodyless);
            } catch (IOException e) {
                return refusal(socket, method, e);
            }
            return reply(socket, method);
        }
    }

    /** A server may refuse a body, and close, before it has read all of it: then the answer is there. */
    private static Reply refusal(Socket socket, String method, IOException unsent) throws IOException {
        try {
            return reply(socket, method);
        } catch (IOException e) {
            e.addSuppressed(unsent);
            throw e;
        }
    }

    private static Reply reply(Socket socket, String method) throws IOException {
        Http1 answer = new Http1(socket.getInputStream());
        int status = Integer.parseInt(answer.line().split(" ")[1]);
        Headers received = answer.headers();
        boolean none = method.equals("HEAD") || status == 204 || status == 304;
        if (none) {
            return new Reply(status, received, new byte[0], received.contentLength(), true);
        }
        Http1.Content content = answer.body(received, true);
        return new Reply(status, received, content.bytes(), content.announced(), content.complete());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
