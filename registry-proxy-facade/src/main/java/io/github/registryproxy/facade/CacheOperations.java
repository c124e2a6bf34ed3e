package io.github.registryproxy.facade;

import io.github.registryproxy.cache.CachePurge;
import io.github.registryproxy.cache.Purged;
import io.github.registryproxy.facade.chain.CachedUpstream;
import io.github.registryproxy.facade.chain.RunningSite;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.facade.place.Places.Behind;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.Scrubbed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What an operator does to a cache: of a proxy that runs, by {@link Facade#cache()}, or of a directory that no proxy uses, by
 * {@link #open}. Repositories are named as clients name them.
 */
public final class CacheOperations implements Closeable {
    private final Optional<DirectoryStore> directory;
    private final Supplier<List<CachePurge>> purges;
    private final Function<RepositoryName, List<Named>> names;
    private final Supplier<CacheStatus> status;
    private final boolean own;

    /** A repository behind, and what takes away what is kept of its upstream. */
    private record Named(CachePurge purge, RepositoryName upstreamName) {}

    private CacheOperations(
            Optional<DirectoryStore> directory,
            Supplier<List<CachePurge>> purges,
            Function<RepositoryName, List<Named>> names,
            Supplier<CacheStatus> status,
            boolean own) {
        this.directory = directory;
        this.purges = purges;
        this.names = names;
        this.status = status;
        this.own = own;
    }

    /** Those of a site that runs; empty where nothing is kept. */
    static Optional<CacheOperations> of(RunningSite site) {
        if (site.cacheMemory().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new CacheOperations(
                site.cacheDirectory(),
                () -> site.cached().stream().map(CachedUpstream::purge).toList(),
                name -> named(site.site(), site.cached(), name),
                () -> status(site),
                false));
    }

    private static List<Named> named(Site site, List<CachedUpstream> cached, RepositoryName clientName) {
        List<Named> named = new ArrayList<>();
        for (Behind behind : Places.of(site).behind(clientName)) {
            cached.stream()
                    .filter(one -> one.upstream().equals(behind.upstream()))
                    .forEach(one -> named.add(new Named(one.purge(), behind.repository())));
        }
        return named;
    }

    private static CacheStatus status(RunningSite site) {
        boolean away = site.cached().stream().anyMatch(one -> one.breaker().isOpen());
        if (site.cacheDirectory().isPresent()) {
            DirectoryStore store = site.cacheDirectory().get();
            return status(store, OptionalLong.of(store.capacity()), away);
        }
        var store = site.cacheMemory().orElseThrow();
        OptionalLong capacity = OptionalLong.of(store.capacity());
        return new CacheStatus(
                store.entries(), store.bytes(), capacity, store.stagingBytes(), store.evicted(), false, away);
    }

    private static CacheStatus status(DirectoryStore store, OptionalLong capacity, boolean away) {
        boolean reading = store.isReading();
        return new CacheStatus(
                store.entries(), store.bytes(), capacity, store.stagingBytes(), store.evicted(), reading, away);
    }

    /** Of a directory that nobody serves from: as there is no hurry, when everything in it has been found. */
    private static DirectoryStore openWhole(Path directory) throws IOException {
        DirectoryStore store = DirectoryStore.open(directory, Long.MAX_VALUE);
        try {
            store.awaitRead();
            return store;
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    /**
     * The directory that {@code CACHE_DIR} names.
     *
     * @throws SettingException when it is not set, or there is no cache
     */
    public static Path directory(SettingSource... sources) throws SettingException {
        return new CacheReader(new GivenSettings(List.of(sources))).existing();
    }

    /**
     * The cache in the directory that {@code CACHE_DIR} names, while no proxy uses it; {@code REPO_PREFIX} and, where the cache has
     * had several registries, {@code REGISTRY_HOST} say what names mean. To be closed. Nothing is evicted, whatever the size.
     *
     * @throws SettingException when there is no cache, or what is set is wrong
     * @throws IOException when it cannot be used: its message is for the operator
     */
    public static CacheOperations open(SettingSource... sources) throws SettingException, IOException {
        GivenSettings given = new GivenSettings(List.of(sources));
        Path directory = new CacheReader(given).existing();
        UpstreamReader reader = new UpstreamReader(given, Attempts.FIRST_ENDS);
        Optional<RepositoryName> prefix = reader.prefix();
        Optional<String> registry = reader.registry().map(Object::toString);
        DirectoryStore store = openWhole(directory);
        CachePurge.Builder builder = CachePurge.builder(store);
        registry.ifPresent(builder::upstream);
        CachePurge purge = builder.build();
        return new CacheOperations(
                Optional.of(store),
                () -> List.of(purge),
                name -> List.of(
                        new Named(purge, prefix.isPresent() ? prefix.get().resolve(name) : name)),
                () -> status(store, OptionalLong.empty(), false),
                true);
    }

    /**
     * The directory of the cache that a file's {@code store.directory} leads to.
     *
     * @throws SettingException when the file has none, or nothing was ever kept there
     */
    public static Path directory(SiteConfiguration configuration) throws SettingException {
        Keeping keeping = configuration
                .site()
                .keeping()
                .filter(kept -> kept.cache().isPresent())
                .orElseThrow(() -> new SettingException("store.directory: expected in the file, which keeps nothing"));
        Path directory = keeping.cache().orElseThrow();
        try {
            if (DirectoryStore.isStore(directory)) {
                return directory.toRealPath();
            }
        } catch (IOException e) {
            throw new SettingException(keeping.said() + ": expected a directory that can be read");
        }
        throw new SettingException(keeping.said() + ": expected a directory with a cache, and there is none");
    }

    /**
     * The cache that the file has, while no site uses it; names are those of the file's routes. To be closed. Nothing is evicted,
     * whatever the size.
     *
     * @throws SettingException when there is no cache
     * @throws IOException when it cannot be used: its message is for the operator
     */
    public static CacheOperations open(SiteConfiguration configuration) throws SettingException, IOException {
        DirectoryStore store = openWhole(directory(configuration));
        Places places = Places.of(configuration.site());
        Map<Upstream, CachePurge> purges = new LinkedHashMap<>();
        for (Upstream upstream : configuration.site().upstreams()) {
            purges.put(
                    upstream,
                    CachePurge.builder(store).upstream(upstream.keptAs()).build());
        }
        return new CacheOperations(
                Optional.of(store),
                () -> List.copyOf(purges.values()),
                name -> places.behind(name).stream()
                        .map(behind ->
                                new Named(Objects.requireNonNull(purges.get(behind.upstream())), behind.repository()))
                        .toList(),
                () -> status(store, OptionalLong.empty(), false),
                true);
    }

    /** Where it is; empty for one in memory alone. */
    public Optional<Path> directory() {
        return directory.map(DirectoryStore::directory);
    }

    public CacheStatus status() {
        return status.get();
    }

    /**
     * The registry's name for what clients call so; of several registries the first one's.
     *
     * @throws RegistryException when the registry can have no such name
     */
    public RepositoryName upstreamName(RepositoryName repository) {
        return names.apply(repository).stream()
                .map(Named::upstreamName)
                .findFirst()
                .orElse(repository);
    }

    /**
     * As {@link CachePurge#repository}, of each registry that clients reach by that name.
     *
     * @throws RegistryException when the registry can have no such name
     */
    public Purged purge(RepositoryName repository, Progress progress) throws IOException {
        Purged all = new Purged(0, 0, 0, 0);
        for (Named named : names.apply(repository)) {
            all = sum(all, named.purge().repository(named.upstreamName(), progress));
        }
        return all;
    }

    /** As {@link CachePurge#tag}, of each registry that clients reach by that name. */
    public Purged purge(RepositoryName repository, Tag tag) throws IOException {
        Purged all = new Purged(0, 0, 0, 0);
        for (Named named : names.apply(repository)) {
            all = sum(all, named.purge().tag(named.upstreamName(), tag));
        }
        return all;
    }

    private static Purged sum(Purged one, Purged other) {
        return new Purged(
                one.tags() + other.tags(),
                one.memberships() + other.memberships(),
                one.contents() + other.contents(),
                one.bytes() + other.bytes());
    }

    /** As {@link CachePurge#digest}. */
    public Purged purge(Digest digest, Progress progress) throws IOException {
        Purged all = new Purged(0, 0, 0, 0);
        for (CachePurge purge : purges.get()) {
            all = sum(all, purge.digest(digest, progress));
        }
        return all;
    }

    /** As {@link CachePurge#forgetMissingTags}. */
    public void forgetMissingTags() {
        purges.get().forEach(CachePurge::forgetMissingTags);
    }

    /** As {@link DirectoryStore#scrub(Progress, Consumer)}; of a cache in memory, nothing. */
    public Scrubbed scrub(Progress progress, Consumer<Digest> damaged) throws IOException {
        return directory.isPresent() ? directory.get().scrub(progress, damaged) : new Scrubbed(0, 0, 0);
    }

    /** Lets go of the directory that {@link #open} took; what a running proxy uses stays open when the proxy's is closed. */
    @Override
    public void close() throws IOException {
        if (directory.isPresent() && own) {
            directory.get().close();
        }
    }
}
