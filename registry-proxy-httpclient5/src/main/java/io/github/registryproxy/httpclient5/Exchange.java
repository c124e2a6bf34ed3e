package io.github.registryproxy.httpclient5;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.transport.AddressRefusedException;
import io.github.registryproxy.transport.EgressProxy;
import io.github.registryproxy.transport.ResponseHead;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** One request on one connection, until its answer is read or given up; in the thread that sends. */
final class Exchange {
    /** What an exchange needs of its transport. */
    record Means(
            Connections connections,
            Watchdog watchdog,
            @Nullable EgressProxy proxy,
            Duration headTimeout,
            Duration stallTimeout,
            Consumer<Exchange> atEnd) {}

    /** For what is waited for beyond an answer that is already here. */
    private static final Timeout MOMENT = Timeout.ofMilliseconds(100);

    private final TransportRequest request;
    private final Means means;
    private final String origin;
    private final Watchdog.Wait wait = new Watchdog.Wait(this::abort);
    private final AtomicReference<@Nullable ConnectionEndpoint> endpoint = new AtomicReference<>();
    private @Nullable Wire wire;
    private TimeValue keep = TimeValue.ZERO_MILLISECONDS;
    private volatile boolean aborted;

    Exchange(TransportRequest request, Means means) {
        this.request = request;
        this.means = means;
        this.origin = request.uri().getScheme() + "://" + request.uri().getRawAuthority();
    }

    String origin() {
        return origin;
    }

    /**
     * The response, its body still on its way; closing that ends the exchange.
     *
     * @throws StaleConnectionException when the pooled connection was dead
     */
    RegistryResponse send() throws IOException {
        ClassicHttpRequest message = Messages.of(request, means.proxy());
        if (!means.connections().areKept()) {
            message.addHeader("Connection", "close");
        }
        boolean done = false;
        means.watchdog().add(wait);
        try {
            RegistryResponse response = sendOn(lease(), message);
            done = true;
            return response;
        } finally {
            wait.suspend();
            if (!done) {
                abort();
            }
        }
    }

    private ConnectionEndpoint lease() throws IOException {
        try {
            ConnectionEndpoint leased = means.connections().lease(request);
            endpoint.set(leased);
            if (aborted) {
                abort();
                throw closed();
            }
            return leased;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + origin);
        }
    }

    private RegistryResponse sendOn(ConnectionEndpoint leased, ClassicHttpRequest message) throws IOException {
        boolean pooled = leased.isConnected();
        if (!pooled) {
            open(leased);
        }
        try {
            ClassicHttpResponse answer =
                    leased.execute("", message, (m, to, c) -> exchangeHeads((Wire) to, m, pooled), null);
            return answer(message, answer);
        } catch (Upload.SourceFailure e) {
            throw e.failure();
        } catch (StaleConnectionException | AddressRefusedException e) {
            throw e;
        } catch (IOException | HttpException | IllegalStateException e) {
            throw told(e, pooled);
        }
    }

    private void open(ConnectionEndpoint leased) throws IOException {
        try {
            means.connections().connect(leased, request);
            EgressProxy proxy = means.proxy();
            if (proxy != null && request.uri().getScheme().equalsIgnoreCase("https")) {
                leased.execute(
                        "", Messages.tunnel(request.uri(), proxy), (m, to, c) -> tunnel((Wire) to, m, proxy), null);
                means.connections().upgrade(leased);
            }
        } catch (IOException | HttpException | IllegalStateException e) {
            throw aborted ? closed() : Failures.connecting(origin, e);
        }
    }

    private ClassicHttpResponse tunnel(Wire to, ClassicHttpRequest message, EgressProxy proxy)
            throws IOException, HttpException {
        to.begin();
        to.setSocketTimeout(timeout(means.headTimeout()));
        to.sendRequestHeader(message);
        to.flush();
        ClassicHttpResponse answer = to.awaitHead();
        if (answer.getCode() / 100 != 2 || to.parser().hasLeftovers()) {
            throw new IOException("egress proxy " + proxy + " opens no tunnel, but answers " + answer.getCode());
        }
        return answer;
    }

    private ClassicHttpResponse exchangeHeads(Wire to, ClassicHttpRequest message, boolean pooled)
            throws IOException, HttpException {
        wire = to;
        to.begin();
        if (pooled && !to.isFresh()) {
            throw new StaleConnectionException("the pooled connection to " + origin + " was dead", false);
        }
        if (means.proxy() == null) {
            Connections.check(to, request);
        }
        // A socket's own timeout costs up to six calls to the system a read: the watchdog ends what lasts too long.
        to.setSocketTimeout(Timeout.DISABLED);
        wait.atMost(means.headTimeout());
        IOException unsent = write(to, message);
        wait.atMost(means.headTimeout());
        if (unsent == null) {
            return to.awaitHead();
        }
        try {
            to.setSocketTimeout(MOMENT);
            return to.awaitHead(); // who hangs up on an upload usually says why
        } catch (IOException | HttpException e) {
            unsent.addSuppressed(e);
            throw unsent;
        }
    }

    private @Nullable IOException write(Wire to, ClassicHttpRequest message) throws HttpException {
        try {
            if (request.body().length().orElse(-1) == 0) {
                to.requestIsWhole();
            } else {
                message.setEntity(new Upload(request.body(), wait, means.stallTimeout(), to::requestIsWhole));
            }
            to.sendRequestHeader(message);
            to.sendRequestEntity(message);
            to.flush();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private RegistryResponse answer(ClassicHttpRequest message, ClassicHttpResponse answer)
            throws IOException, HttpException {
        Wire from = java.util.Objects.requireNonNull(wire);
        ResponseHead head = ResponseHead.of(answer.getCode(), Messages.lines(answer.getHeaders()));
        HttpClientContext context = HttpClientContext.create();
        if (from.isRequestWhole() && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(message, answer, context)) {
            keep = means.connections()
                    .keptFor(DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(answer, context));
        }
        if (request.method().equals("HEAD") || !head.hasBody()) {
            release();
            return RegistryResponse.of(head.status(), head.headers(), Body.empty());
        }
        from.receiveResponseEntity(answer);
        ReceivedBody body =
                new ReceivedBody(this, answer.getEntity().getContent(), head.length(), means.stallTimeout());
        return RegistryResponse.of(head.status(), head.headers(), Body.of(body, head.length()));
    }

    private IOException told(Exception e, boolean pooled) {
        boolean whole = wire != null && wire.isRequestWhole();
        if (wait.isExpired() || e instanceof SocketTimeoutException) {
            Duration limit = whole ? means.headTimeout() : means.stallTimeout();
            UpstreamTimeoutException late = new UpstreamTimeoutException(
                    origin + (whole ? " gives no answer within " : " takes no byte of the request for ")
                            + limit.toMillis() + " ms");
            late.initCause(e);
            return late;
        }
        if (aborted) {
            return closed();
        }
        boolean unread = wire != null && !wire.parser().begun();
        if (pooled && unread && !Thread.currentThread().isInterrupted()) {
            StaleConnectionException stale =
                    new StaleConnectionException("the pooled connection to " + origin + " broke off unanswered", true);
            stale.initCause(e);
            return stale;
        }
        return Failures.exchanging(origin, e);
    }

    private IOException closed() {
        return new IOException("the transport was closed while waiting for " + origin);
    }

    private static Timeout timeout(Duration limit) {
        return Timeout.ofMilliseconds(limit.toMillis());
    }

    /** Whether more of the answer is here; from now on nothing is waited for. */
    boolean isInputWaiting() {
        Wire from = wire;
        if (from == null) {
            return false;
        }
        from.setSocketTimeout(MOMENT);
        return from.hasInput();
    }

    /** The channel that all the rest of the body comes by; null where there is none. */
    @Nullable
    SocketChannel channelOfBody() {
        return wire == null ? null : wire.channelOfBody();
    }

    /** How many bytes have come that were not read, as they come: encrypted with TLS. */
    int waiting() throws IOException {
        return wire == null ? 0 : wire.waiting();
    }

    /** One read of a body. */
    interface Read {
        int now() throws IOException;
    }

    /** Reads; when nothing comes for as long as it may take, the exchange is aborted. */
    int read(Read read) throws IOException {
        wait.atMost(means.stallTimeout());
        try {
            return read.now();
        } finally {
            wait.suspend();
        }
    }

    boolean isStalled() {
        return wait.isExpired();
    }

    /** The answer is read: the connection goes back to the pool, if both sides left it usable. */
    void release() {
        means.watchdog().remove(wait);
        ConnectionEndpoint held = endpoint.getAndSet(null);
        if (held != null && TimeValue.isPositive(keep)) {
            means.connections().release(held, keep);
        } else if (held != null) {
            means.connections().discard(held);
        }
        means.atEnd().accept(this);
    }

    /** From any thread: closes the connection, unless the exchange is over. */
    void abort() {
        aborted = true;
        means.watchdog().remove(wait);
        ConnectionEndpoint held = endpoint.getAndSet(null);
        if (held != null) {
            means.connections().discard(held);
        }
        means.atEnd().accept(this);
    }
}
