package io.github.registryproxy.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;

/** Does one thing at a time for a key: who comes meanwhile waits for that one's result, or fails as it does. */
final class Flights<K, V> {
    private final ConcurrentMap<K, CompletableFuture<V>> flying = new ConcurrentHashMap<>();

    @FunctionalInterface
    interface Work<V> {
        V run() throws IOException;
    }

    /**
     * A result and whose it is.
     *
     * @param own whether it was computed for this caller
     */
    record Landed<V>(V value, boolean own) {}

    Landed<V> join(K key, Work<V> work) throws IOException {
        while (true) {
            CompletableFuture<V> mine = new CompletableFuture<>();
            CompletableFuture<V> other = flying.putIfAbsent(key, mine);
            if (other == null) {
                return new Landed<>(lead(key, mine, work), true);
            }
            try {
                return new Landed<>(other.get(), false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while another request was waited for");
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                // The leader was called off, which is no answer for anybody else.
                if (!Breaker.isInterrupt(cause)) {
                    throw thrown(cause);
                }
            }
        }
    }

    private V lead(K key, CompletableFuture<V> mine, Work<V> work) throws IOException {
        try {
            V value = work.run();
            mine.complete(value);
            return value;
        } catch (IOException | RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            flying.remove(key, mine);
        }
    }

    static IOException thrown(Throwable cause) {
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof RuntimeException runtime) {
            throw runtime;
        }
        return new IOException("the request that was waited for failed", cause);
    }
}
