package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
    private final Optional<OpenStores> stores;
    private final Measures measures;
    private final SwitchedHandler switched;
    private final RegistryProxy proxy;
    private final Set<Generation> open = new HashSet<>();
    private Generation current;

    private RunningSite(Site site, Optional<OpenStores> stores, Metrics metrics) throws UnusableException {
        this.metrics = new LatestMetrics(metrics);
        this.stores = stores;
        this.measures = new Measures(
                this.metrics, site.keeping().map(keeping -> keeping.name()).orElse(""));
        stores.ifPresent(measures::store);
        current = generation(site);
        Generation first = current;
        switched = new SwitchedHandler(first.handler(), () -> over(first));
        proxy = RegistryProxy.builder().upstream(switched).build();
    }

    /**
     * Opens what is kept; nothing is asked of the registries behind until a client asks.
     *
     * @throws UnusableException when something that the site needs cannot be had; nothing is left open
     */
    public static RunningSite start(Site site, Metrics metrics) throws UnusableException {
        Optional<OpenStores> stores = site.keeping().isPresent()
                ? Optional.of(OpenStores.open(site.keeping().get()))
                : Optional.empty();
        try {
            return new RunningSite(site, stores, metrics);
        } catch (UnusableException | RuntimeException e) {
            stores.ifPresent(OpenStores::close);
            throw e;
        }
    }

    private Generation generation(Site site) throws UnusableException {
        Generation made = Generation.of(site, shared.lease(), stores, metrics);
        open.add(made);
        return made;
    }

    /** The whole of it; the same after a change. */
    public RegistryProxy proxy() {
        return proxy;
    }

    /** As it is now. */
    public Site site() {
        return locked(() -> current).site();
    }

    /** What is kept of the upstreams that there are now. */
    public List<CachedUpstream> cached() {
        return locked(() -> current).cached();
    }

    /** The directory of what is kept of upstreams; empty where there is none. */
    public Optional<DirectoryStore> cacheDirectory() {
        return stores.flatMap(OpenStores::directory);
    }

    /** What is kept of upstreams in memory; empty where nothing is kept. */
    public Optional<MemoryStore> cacheMemory() {
        return stores.map(OpenStores::memory);
    }

    /**
     * Requests from now on are answered as the other site says.
     *
     * @param site keeps what it keeps where this one does: stores are opened once
     * @throws UnusableException when something that it needs cannot be had: all stays as it was
     */
    public void change(Site site) throws UnusableException {
        lock.lock();
        try {
            Generation next = generation(site);
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
        List<Generation> left = locked(() -> {
            List<Generation> all = new ArrayList<>(open);
            open.clear();
            return all;
        });
        Deque<AutoCloseable> owned = new ArrayDeque<>(left);
        owned.addLast(measures);
        stores.ifPresent(owned::addLast);
        Closing.all(owned);
    }
}
