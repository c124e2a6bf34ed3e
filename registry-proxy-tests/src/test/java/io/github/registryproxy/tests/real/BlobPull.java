package io.github.registryproxy.tests.real;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * One pull of a {@link SeededBlob} on a connection of its own, each byte compared with what it should be.
 *
 * @param toFirstByte how long the first byte of the body took from the request on, in nanoseconds
 */
record BlobPull(long toFirstByte) {
    private static final int STALL = 60_000;

    /**
     * Pulls it whole.
     *
     * @throws IOException when it broke off
     * @throws AssertionError when the answer is no 200 of that length, or a byte is wrong
     */
    static BlobPull of(ProxyServer proxy, String repository, SeededBlob blob) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), proxy.port())) {
            socket.setSoTimeout(STALL);
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            String request = "GET /v2/%s/blobs/%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                    .formatted(repository, blob.digest(), proxy.host());
            long begun = System.nanoTime();
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            String head = head(in);
            if (!head.startsWith("HTTP/1.1 200 ")
                    || !head.toLowerCase(java.util.Locale.ROOT).contains("content-length: " + blob.length() + "\r\n")) {
                throw new AssertionError("not the blob: " + head);
            }
            byte[] buffer = new byte[1 << 16];
            byte[] scratch = new byte[buffer.length];
            long first = 0;
            for (long at = 0; at < blob.length(); ) {
                int n = in.read(buffer);
                if (n < 0) {
                    throw new EOFException("ended at byte " + at + " of " + blob.length());
                }
                first = at == 0 ? System.nanoTime() - begun : first;
                if (at + n > blob.length() || !blob.matches(at, buffer, n, scratch)) {
                    throw new AssertionError("wrong bytes from byte " + at + " on");
                }
                at += n;
            }
            return new BlobPull(first);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("no answer");
            }
            head.append((char) c);
        }
        return head.toString();
    }
}
