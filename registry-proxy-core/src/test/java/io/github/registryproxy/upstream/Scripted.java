package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.BodySource;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/** A transport that answers from a script and keeps what it was asked; an upstream in front of it that never waits. */
final class Scripted implements Transport {
    static final URI ORIGIN = URI.create("https://upstream.example");

    final List<TransportRequest> requests = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private int open;

    @FunctionalInterface
    interface Answer {
        RegistryResponse to(TransportRequest request) throws IOException;
    }

    Scripted then(Answer answer) {
        answers.add(answer);
        return this;
    }

    Scripted then(int status, Headers headers, byte[] body) {
        return then(request -> RegistryResponse.of(status, headers, Body.of(body)));
    }

    Scripted thenFail(String message) {
        return then(request -> {
            throw new IOException(message);
        });
    }

    @Override
    public RegistryResponse send(TransportRequest request) throws IOException {
        requests.add(request);
        Answer answer = answers.poll();
        if (answer == null) {
            throw new AssertionError("one request too many: " + request.method() + " " + request.uri());
        }
        RegistryResponse response = answer.to(request);
        open++;
        return response.observeBody(source -> new BodySource() {
            private boolean closed;

            @Override
            public ByteBuffer read() throws IOException {
                return source.read();
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    open--;
                }
                source.close();
            }
        });
    }

    /** How many responses nobody closed. */
    int open() {
        return open;
    }

    int unanswered() {
        return answers.size();
    }

    @Override
    public void close() {
        answers.clear();
    }

    HttpUpstream.Builder upstream() {
        return HttpUpstream.to(ORIGIN).transport(this).backoff(failures -> {});
    }

    static RegistryRequest request(String method, String target, String... headers) {
        return RegistryRequest.of(
                method,
                Target.parse(method, target),
                Headers.of(headers),
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static Digest sha256(byte[] content) {
        return Digest.of(Digest.Algorithm.SHA256, content);
    }

    /** A body that says it has all of the content and breaks off after some of it. */
    static Body broken(byte[] content, int after) {
        Deque<ByteBuffer> chunks = chunks(Arrays.copyOf(content, after));
        return Body.of(
                new BodySource() {
                    @Override
                    public ByteBuffer read() throws IOException {
                        if (chunks.isEmpty()) {
                            throw new IOException("connection reset");
                        }
                        return chunks.poll();
                    }

                    @Override
                    public void close() {
                        chunks.clear();
                    }
                },
                OptionalLong.of(content.length));
    }

    /** A body whose sender did not say how long it is. */
    static Body ofUnknownLength(byte[] content) {
        Deque<ByteBuffer> chunks = chunks(content);
        return Body.of(
                new BodySource() {
                    @Override
                    public ByteBuffer read() {
                        return chunks.poll();
                    }

                    @Override
                    public void close() {
                        chunks.clear();
                    }
                },
                OptionalLong.empty());
    }

    private static Deque<ByteBuffer> chunks(byte[] content) {
        Deque<ByteBuffer> chunks = new ArrayDeque<>();
        for (int at = 0; at < content.length; at += 10_000) {
            chunks.add(ByteBuffer.wrap(content, at, Math.min(10_000, content.length - at)));
        }
        return chunks;
    }
}
