package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.hosted.Collected;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A site that is served, and all that it owns. It can be changed while it is served: requests end on the chain that they began on,
 * and what is the same before and after is not made anew.
 */
public final class RunningSite implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Shared shared = new Shared();
    private final LatestMetrics metrics;
    private final SwitchedHandler switched;
    private final RegistryProxy proxy;
    private final Set<Generation> open = new HashSet<>();
    private Generation current;

    private RunningSite(Site site, Metrics metrics) throws UnusableException {
        this.metrics = new LatestMetrics(metrics);
        Generation first = Generation.of(site, shared.lease(), this.metrics);
        this.current = first;
        this.open.add(first);
        this.switched = new SwitchedHandler(first.handler(), () -> over(first));
        this.proxy = RegistryProxy.builder().upstream(switched).build();
    }

    /**
     * Opens what is kept; nothing is asked of the registries behind until a client asks.
     *
     * @throws UnusableException when something that the site needs cannot be had; nothing is left open
     */
    public static RunningSite start(Site site, Metrics metrics) throws UnusableException {
        return new RunningSite(site, metrics);
    }

    /** The whole of it; the same after a change. */
    public RegistryProxy proxy() {
        return proxy;
    }

    private Generation now() {
        return locked(() -> current);
    }

    /** As it is now. */
    public Site site() {
        return now().site();
    }

    /** What is kept of the upstreams that there are now. */
    public List<CachedUpstream> cached() {
        return now().cached();
    }

    /** The directory of what is kept of upstreams; empty where there is none. */
    public Optional<DirectoryStore> cacheDirectory() {
        return now().cache().flatMap(OpenCache::directory);
    }

    /** What is kept of upstreams in memory; empty where nothing is kept. */
    public Optional<MemoryStore> cacheMemory() {
        return now().cache().map(OpenCache::memory);
    }

    /** The site's own images; empty where there are none. */
    public Optional<HostedStore> hosted() {
        return now().hosted().map(OpenHosted::store);
    }

    /** Deletes of them what nobody needs, now; empty where there are none. */
    public Optional<Collected> collect() throws IOException {
        Optional<Collector> collector = now().collector();
        return collector.isPresent() ? Optional.of(collector.get().run()) : Optional.empty();
    }

    /**
     * Requests from now on are answered as the other site says.
     *
     * @throws UnusableException when something that it needs cannot be had: all stays as it was
     */
    public void change(Site site) throws UnusableException {
        lock.lock();
        try {
            Generation next = Generation.of(site, shared.lease(), metrics);
            open.add(next);
            current = next;
            switched.exchange(next.handler(), () -> over(next));
        } finally {
            lock.unlock();
        }
    }

    private void over(Generation generation) {
        boolean mine = locked(() -> open.remove(generation));
        if (mine) {
            generation.close();
        }
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Also what requests still use. */
    @Override
    public void close() {
        Closing.all(locked(() -> {
            List<Generation> all = new ArrayList<>(open);
            open.clear();
            return all;
        }));
    }
}
