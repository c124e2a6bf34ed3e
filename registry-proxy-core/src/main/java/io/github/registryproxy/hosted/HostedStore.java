package io.github.registryproxy.hosted;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.DamagedContentException;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.StoredContent;
import io.github.registryproxy.store.Uploads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Repositories in a directory, for one process at a time: what was acknowledged is there after a kill and after a power failure,
 * and nothing goes that a repository names. Which blobs, manifests and tags there are is kept in memory, a few hundred bytes for
 * each; content is on the disk, once for all repositories.
 */
public final class HostedStore implements AutoCloseable {
    private static final long DOCUMENTS = 32L * 1024 * 1024;

    private final HostedDirectory directory;
    private final Clock clock;
    private final DirectoryStore content;
    private final References references = new References();
    private final NavigableMap<RepositoryName, Repository> repositories = new ConcurrentSkipListMap<>();
    private final Cache<Digest, byte[]> documents = CacheBuilder.newBuilder()
            .maximumWeight(DOCUMENTS)
            .weigher((Digest digest, byte[] document) -> document.length + 512)
            .build();

    private HostedStore(HostedDirectory directory, Clock clock, DirectoryStore content) throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.content = content;
        long now = clock.millis();
        for (Map.Entry<RepositoryName, Path> journal : directory.journals().entrySet()) {
            Repository repository = new Repository(journal.getKey(), journal.getValue(), references);
            repository.read(now);
            repositories.put(journal.getKey(), repository);
        }
        for (Digest digest : content.digests()) {
            references.found(digest, now);
        }
        for (Digest digest : content.setAside()) {
            references.found(digest, now);
        }
    }

    /**
     * Opens the repositories in a directory, which is made where there is none.
     *
     * @throws IOException when the directory is not empty and holds something else, is used by another process, or cannot be written
     *     to: its message is for the operator
     */
    public static HostedStore open(Path directory) throws IOException {
        return open(directory, Clock.systemUTC());
    }

    static HostedStore open(Path path, Clock clock) throws IOException {
        HostedDirectory directory = HostedDirectory.of(path);
        DirectoryStore content = DirectoryStore.openPrimary(directory.content());
        try {
            return new HostedStore(directory, clock, content);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    /** The directory, without links on the way. */
    public Path directory() {
        return directory.root();
    }

    /** The names of the repositories that hold a manifest, sorted, those after a name alone. */
    Stream<RepositoryName> names(Optional<RepositoryName> after) {
        NavigableMap<RepositoryName, Repository> from =
                after.isPresent() ? repositories.tailMap(after.get(), false) : repositories;
        return from.values().stream()
                .filter(repository -> !repository.manifests().isEmpty())
                .map(Repository::name);
    }

    List<Repository> repositories() {
        return List.copyOf(repositories.values());
    }

    Optional<Repository> repository(RepositoryName name) {
        return Optional.ofNullable(repositories.get(name));
    }

    /** What is done to a repository that nobody else changes meanwhile. */
    interface Work<T> {
        T on(Repository repository) throws IOException;
    }

    /** Changes a repository, which is made where there is none, and is no more where nothing is in it afterwards. */
    <T> T change(RepositoryName name, Work<T> work) throws IOException {
        while (true) {
            Repository repository = repositories.computeIfAbsent(
                    name, any -> new Repository(name, directory.journal(name), references));
            repository.lock().lock();
            try {
                if (repository.isRetired()) {
                    continue;
                }
                try {
                    return work.on(repository);
                } finally {
                    if (repository.retire()) {
                        repositories.remove(name, repository);
                    }
                }
            } finally {
                repository.lock().unlock();
            }
        }
    }

    DirectoryStore content() {
        return content;
    }

    Uploads uploads() {
        return content.uploads();
    }

    References references() {
        return references;
    }

    long now() {
        return clock.millis();
    }

    Clock clock() {
        return clock;
    }

    /** The bytes of a manifest, hashed when they were read; empty where its content is lost or damaged. */
    Optional<byte[]> document(Digest digest) throws IOException {
        byte[] known = documents.getIfPresent(digest);
        if (known != null && !content.isSetAside(digest)) {
            return Optional.of(known);
        }
        Optional<StoredContent> found = content.open(digest);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (StoredContent stored = found.get()) {
            byte[] document = stored.body(0, stored.size()).readAll(Math.toIntExact(stored.size()));
            if (!digest.matches(document)) {
                content.reject(digest);
                return Optional.empty();
            }
            documents.put(digest, document);
            return Optional.of(document);
        } catch (DamagedContentException e) {
            return Optional.empty(); // said in the log by the store
        }
    }

    /** How many contents are damaged and set aside until they are pushed again. */
    public long damaged() {
        return content.setAside().size();
    }

    /** Content is about to go. */
    void forget(Digest digest) {
        documents.invalidate(digest);
    }

    /** Whether a change of some repository was lost, so that nobody knows what it named. */
    boolean isDamaged() {
        return repositories.values().stream().anyMatch(repository -> repository.damaged() > 0);
    }

    /** Whether the disk has no room for anything more. */
    boolean isFull() {
        try {
            return Files.getFileStore(directory.root()).getUsableSpace() < 1024 * 1024;
        } catch (IOException e) {
            return false;
        }
    }

    /** What everything takes. */
    public Usage usage() throws IOException {
        long tags = 0;
        long manifests = 0;
        for (Repository repository : repositories.values()) {
            tags += repository.tags().size();
            manifests += repository.manifests().size();
        }
        return new Usage(
                repositories.size(),
                tags,
                manifests,
                content.entries(),
                content.bytes(),
                uploads().bytes());
    }

    /** What a repository holds, in bytes, as its quota counts; 0 where there is none. */
    public long usage(RepositoryName name) {
        return repository(name).map(Repository::bytes).orElse(0L);
    }

    /**
     * Reads everything and tells what is wrong: content that does not hash to its digest, which is set aside, what repositories name
     * and is not there, journals that have lost changes. The store can be used meanwhile.
     *
     * @param progress is told bytes
     */
    public Checked check(Progress progress) throws IOException {
        return new Check(this, progress).run();
    }

    /** Lets go of the directory; nothing is written any more. */
    @Override
    public void close() throws IOException {
        content.close();
    }

    @Override
    public String toString() {
        return "HostedStore[" + directory + "]";
    }
}
