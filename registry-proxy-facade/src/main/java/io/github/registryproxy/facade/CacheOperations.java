package io.github.registryproxy.facade;

import io.github.registryproxy.cache.Breaker;
import io.github.registryproxy.cache.CachePurge;
import io.github.registryproxy.cache.Purged;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.MemoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.Scrubbed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an operator does to a cache: of a proxy that runs, by {@link Facade#cache()}, or of a directory that no proxy uses, by
 * {@link #open}. Repositories are named as clients name them.
 */
public final class CacheOperations implements Closeable {
    private final Optional<DirectoryStore> directory;
    private final Optional<RepositoryName> prefix;
    private final CachePurge purge;
    private final Supplier<CacheStatus> status;
    private final boolean own;

    private CacheOperations(
            Optional<DirectoryStore> directory,
            Optional<RepositoryName> prefix,
            CachePurge purge,
            Supplier<CacheStatus> status,
            boolean own) {
        this.directory = directory;
        this.prefix = prefix;
        this.purge = purge;
        this.status = status;
        this.own = own;
    }

    /** Those of a chain. */
    static CacheOperations of(Settings settings, Settings.Cache cache, CachePurge purge, Breaker breaker) {
        Optional<DirectoryStore> directory = cache.directory();
        Supplier<CacheStatus> status = () -> directory.isPresent()
                ? status(directory.get(), OptionalLong.of(directory.get().capacity()), breaker.isOpen())
                : status(cache.memory(), breaker.isOpen());
        return new CacheOperations(directory, settings.upstream().prefix(), purge, status, false);
    }

    private static CacheStatus status(DirectoryStore store, OptionalLong capacity, boolean away) {
        return new CacheStatus(store.entries(), store.bytes(), capacity, store.stagingBytes(), store.evicted(), away);
    }

    private static CacheStatus status(MemoryStore store, boolean away) {
        OptionalLong capacity = OptionalLong.of(store.capacity());
        return new CacheStatus(store.entries(), store.bytes(), capacity, store.stagingBytes(), store.evicted(), away);
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
        SettingsReader reader = new SettingsReader(given);
        Optional<RepositoryName> prefix = reader.prefix();
        Optional<String> registry = reader.registry().map(Object::toString);
        DirectoryStore store = DirectoryStore.open(directory, Long.MAX_VALUE);
        CachePurge.Builder purge = CachePurge.builder(store);
        registry.ifPresent(purge::upstream);
        Supplier<CacheStatus> status = () -> status(store, OptionalLong.empty(), false);
        return new CacheOperations(Optional.of(store), prefix, purge.build(), status, true);
    }

    /** Where it is; empty for one in memory alone. */
    public Optional<Path> directory() {
        return directory.map(DirectoryStore::directory);
    }

    public CacheStatus status() {
        return status.get();
    }

    /** The registry's name for what clients call so. */
    public RepositoryName upstreamName(RepositoryName repository) {
        return prefix.map(before -> new RepositoryName(before + "/" + repository))
                .orElse(repository);
    }

    /**
     * As {@link CachePurge#repository}.
     *
     * @throws RegistryException when the registry can have no such name
     */
    public Purged purge(RepositoryName repository, Progress progress) throws IOException {
        return purge.repository(upstreamName(repository), progress);
    }

    /** As {@link CachePurge#tag}. */
    public Purged purge(RepositoryName repository, Tag tag) throws IOException {
        return purge.tag(upstreamName(repository), tag);
    }

    /** As {@link CachePurge#digest}. */
    public Purged purge(Digest digest, Progress progress) throws IOException {
        return purge.digest(digest, progress);
    }

    /** As {@link CachePurge#forgetMissingTags}. */
    public void forgetMissingTags() {
        purge.forgetMissingTags();
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
