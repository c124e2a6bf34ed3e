package io.github.registryproxy.server;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** What clients ask for, of the samples: by tag and by digest, what is there and what is not. */
final class SamplePulls {
    /** Once to fetch, once from what is kept. */
    private static final int TIMES = 2;

    private final int port;

    SamplePulls(int port) {
        this.port = port;
    }

    void run() throws IOException {
        SampleImage image = SampleRegistry.image(SampleRegistry.TAGS.get(0));
        for (int i = 0; i < TIMES; i++) {
            expect(200, "GET", "/v2/");
            expect(200, "HEAD", "/v2/hello/manifests/" + SampleRegistry.TAGS.get(0));
            expect(200, "GET", "/v2/hello/manifests/" + SampleRegistry.TAGS.get(0));
            all("/v2/hello/manifests/", image.manifests().keySet());
            all("/v2/hello/blobs/", image.blobs().keySet());
            expect(200, "GET", "/v2/hello/tags/list");
            expect(404, "GET", "/v2/hello/manifests/missing");
        }
    }

    private void all(String place, Collection<Digest> digests) throws IOException {
        for (Digest digest : digests) {
            expect(200, "GET", place + digest);
        }
    }

    private void expect(int status, String method, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
            String answer = new String(head, StandardCharsets.US_ASCII);
            if (!answer.equals("HTTP/1.1 " + status)) {
                throw new IOException(method + " " + path + " is answered with " + answer + ", not " + status);
            }
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
    }
}
