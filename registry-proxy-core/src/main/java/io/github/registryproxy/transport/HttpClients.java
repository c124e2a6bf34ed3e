package io.github.registryproxy.transport;

import io.github.registryproxy.internal.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Two clients, made when first needed. For http, the selector's thread parses and appends to queues by itself: nothing there
 * ever waits, and a hand-over per buffer would cost half the throughput. For https, TLS computes, so it has threads of its own.
 */
final class HttpClients {
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Duration connectTimeout;
    private final HttpClient.Version version;
    private final SSLContext tls;
    private final @Nullable EgressProxy proxy;
    private final @Nullable Executor given;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable HttpClient plain;
    private volatile @Nullable HttpClient secure;
    private volatile @Nullable ExecutorService own;
    private volatile boolean closed;

    HttpClients(
            Duration connectTimeout,
            HttpClient.Version version,
            SSLContext tls,
            @Nullable EgressProxy proxy,
            @Nullable Executor given) {
        this.connectTimeout = connectTimeout;
        this.version = version;
        this.tls = tls;
        this.proxy = proxy;
        this.given = given;
    }

    HttpClient forScheme(URI uri) throws IOException {
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        HttpClient there = https ? secure : plain;
        return there != null && !closed ? there : made(https);
    }

    private HttpClient made(boolean https) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the transport is closed");
            }
            HttpClient there = https ? secure : plain;
            if (there != null) {
                return there;
            }
            HttpClient client = https ? build(version, threads()) : build(HttpClient.Version.HTTP_1_1, direct());
            if (https) {
                secure = client;
            } else {
                plain = client;
            }
            return client;
        } catch (UncheckedIOException e) {
            throw new IOException("no HTTP client can be made: " + e.getMessage(), e); // too many open files
        } finally {
            lock.unlock();
        }
    }

    /** Never HTTP/2 without TLS: the client would ask for an upgrade that confuses registries (h2c). */
    private HttpClient build(HttpClient.Version offered, Executor executor) {
        return HttpClient.newBuilder()
                .version(offered)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .sslContext(tls)
                .proxy(proxy == null ? HttpClient.Builder.NO_PROXY : proxy.selector())
                .executor(executor)
                .build();
    }

    private Executor direct() {
        return given == null ? Runnable::run : given;
    }

    private Executor threads() {
        if (given != null) {
            return given;
        }
        ThreadFactory daemons = work -> Tasks.daemon("registry-proxy-tls-" + THREADS.incrementAndGet(), work);
        ExecutorService pool = Executors.newCachedThreadPool(daemons);
        own = pool;
        return pool;
    }

    /** Lets connections go. Before JDK 21 a client has no end of its own: unreachable and idle, its thread ends by itself. */
    void close() {
        lock.lock();
        try {
            closed = true;
            shutdownNow(plain);
            shutdownNow(secure);
            plain = null;
            secure = null;
            ExecutorService pool = own;
            if (pool != null && given == null) {
                pool.shutdown();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void shutdownNow(@Nullable HttpClient client) {
        if (client == null) {
            return;
        }
        try {
            HttpClient.class.getMethod("shutdownNow").invoke(client);
        } catch (NoSuchMethodException e) {
            return; // JDK 17 to 20
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("the client cannot be shut down", e);
        }
    }
}
