package io.github.registryproxy.transport;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and the wait for the head of its response, all in the thread that sends: it sleeps until the client asks for
 * bytes of the request, has the head, or failed. Whatever comes after {@link #abort} is cancelled on arrival.
 */
final class Exchange {
    /** What the client's threads found out; exactly one of the two is there. */
    private record Arrival(
            @Nullable ResponseHead head, @Nullable Throwable failure) {}

    private final Thread sender = Thread.currentThread();
    private final String origin;
    private final String method;
    private final Duration headTimeout;
    private final Duration stallTimeout;
    private final Consumer<Exchange> atEnd;
    private final SentBody upload;
    private volatile @Nullable Arrival arrival;
    private volatile @Nullable ReceivedBody received;
    private volatile @Nullable ResponseHead unread;
    /**
     * Derived from the client's future, so that cancelling it cancels the exchange (HttpClient.sendAsync), but never complete:
     * after a head that it cannot parse the client completes its own and leaves the connection open.
     */
    private volatile @Nullable CompletableFuture<?> lever;

    private volatile boolean aborted;

    /** @param atEnd run once or more when the exchange no longer holds a connection */
    Exchange(
            String origin,
            TransportRequest request,
            Duration headTimeout,
            Duration stallTimeout,
            Consumer<Exchange> atEnd) {
        this.origin = origin;
        this.method = request.method();
        this.headTimeout = headTimeout;
        this.stallTimeout = stallTimeout;
        this.atEnd = atEnd;
        this.upload = new SentBody(request.body(), this::wake);
    }

    SentBody upload() {
        return upload;
    }

    /** The response, its body still on its way; closing that ends the exchange. */
    RegistryResponse send(HttpClient client, HttpRequest request) throws IOException {
        boolean done = false;
        try {
            ResponseHead head = exchangeHeads(client, request);
            done = true;
            return answer(head);
        } finally {
            if (!done) {
                abort();
            }
        }
    }

    private ResponseHead exchangeHeads(HttpClient client, HttpRequest request) throws IOException {
        try (upload) {
            CompletableFuture<HttpResponse<ReceivedBody>> sending = start(client, request);
            lever = sending.newIncompleteFuture();
            sending.whenComplete(this::done);
            return await();
        }
    }

    private CompletableFuture<HttpResponse<ReceivedBody>> start(HttpClient client, HttpRequest request)
            throws IOException {
        try {
            return client.sendAsync(request, this::onHead);
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            throw Failures.of(origin, e);
        }
    }

    private RegistryResponse answer(ResponseHead head) {
        ReceivedBody body = received;
        if (body == null || isBodyless(head)) {
            return RegistryResponse.of(head.status(), head.headers(), Body.empty());
        }
        return RegistryResponse.of(head.status(), head.headers(), Body.of(body, head.length()));
    }

    /** From any thread: closes the connection, unless the exchange is over. */
    void abort() {
        aborted = true;
        ReceivedBody body = received;
        if (body != null) {
            body.cancel();
        }
        CompletableFuture<?> sending = lever;
        if (sending != null) {
            sending.cancel(true);
        }
        atEnd.accept(this);
        wake();
    }

    private ResponseHead await() throws IOException {
        long lastMove = System.nanoTime();
        while (true) {
            Arrival found = arrival;
            if (found != null) {
                return head(found);
            }
            if (aborted) {
                throw new IOException("the transport was closed while waiting for " + origin);
            }
            if (upload.isAskedFor()) {
                upload.handOver();
                lastMove = System.nanoTime();
                continue;
            }
            Duration limit = upload.isUnderWay() ? stallTimeout : headTimeout;
            long left = limit.toNanos() - (System.nanoTime() - lastMove);
            if (left <= 0) {
                throw new UpstreamTimeoutException(origin
                        + (upload.isUnderWay() ? " takes no byte of the request for " : " gives no answer within ")
                        + limit.toMillis() + " ms");
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                abort(); // before the flag is back: it would close channels that other exchanges share
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for " + origin);
            }
        }
    }

    private ResponseHead head(Arrival found) throws IOException {
        if (found.failure() != null) {
            throw Failures.of(origin, found.failure());
        }
        return Objects.requireNonNull(found.head());
    }

    /** In a thread of the client, which must not wait here. A refused head cancels its body, which closes the connection. */
    private BodySubscriber<ReceivedBody> onHead(ResponseInfo info) {
        try {
            ResponseHead head = ResponseHead.of(info.statusCode(), lines(info));
            ReceivedBody body = receive(head.length());
            if (isBodyless(head)) {
                unread = head;
            } else {
                arrived(new Arrival(head, null));
            }
            return body;
        } catch (IOException | RuntimeException e) {
            ReceivedBody body = receive(OptionalLong.empty());
            body.cancel();
            arrived(new Arrival(null, e));
            return body;
        }
    }

    private static List<String> lines(ResponseInfo info) {
        List<String> lines = new ArrayList<>();
        info.headers()
                .map()
                .forEach((name, values) -> values.forEach(value -> {
                    lines.add(name);
                    lines.add(value);
                }));
        return lines;
    }

    private ReceivedBody receive(OptionalLong length) {
        ReceivedBody body = new ReceivedBody(origin, length, stallTimeout);
        body.whenEnded(() -> atEnd.accept(this));
        received = body;
        if (aborted) {
            body.cancel();
        }
        return body;
    }

    /** The client is done: has failed, or handed the body over; where there is none, the connection may be taken again then. */
    private void done(@Nullable HttpResponse<ReceivedBody> response, @Nullable Throwable failure) {
        ReceivedBody body = received;
        ResponseHead head = unread;
        if (failure != null) {
            arrived(new Arrival(null, failure));
        } else if (body == null && response != null) {
            // Only a proxy that opens no tunnel (CONNECT) is answered for in this way.
            arrived(new Arrival(null, new IOException("the egress proxy answers with " + response.statusCode())));
        } else if (body != null && head != null) {
            body.whenEnded(() -> arrived(new Arrival(head, null)));
        }
    }

    private boolean isBodyless(ResponseHead head) {
        return method.equals("HEAD") || !head.hasBody();
    }

    private void arrived(Arrival news) {
        if (arrival == null) {
            arrival = news;
        }
        wake();
    }

    private void wake() {
        LockSupport.unpark(sender);
    }
}
