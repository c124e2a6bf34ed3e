package io.github.registryproxy.hosted;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.DirectoryStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.StoredContent;
import io.github.registryproxy.store.Uploads;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Repositories in a directory, for one process at a time: what was acknowledged is there after a kill and after a power failure,
 * and nothing goes that a repository names. Which blobs, manifests and tags there are is kept in memory, a few hundred bytes for
 * each; content is on the disk, once for all repositories.
 *
 * <pre>
 * registry-proxy-hosted           the format
 * content/                        a {@link DirectoryStore}: blobs, manifests, and uploads on their way
 * repositories/team/app/_journal  what belongs to team/app, a line for each change
 * </pre>
 */
public final class HostedStore implements AutoCloseable {
    private static final String MARKER = "registry-proxy-hosted";
    private static final String FORMAT = "registry-proxy hosted, format 1\n";
    private static final String JOURNAL = "_journal";
    private static final Set<String> NOTHING = Set.of("lost+found");
    private static final long DOCUMENTS = 32L * 1024 * 1024;

    private final Path root;
    private final Clock clock;
    private final DirectoryStore content;
    private final References references = new References();
    private final NavigableMap<RepositoryName, Repository> repositories = new ConcurrentSkipListMap<>();
    private final Cache<Digest, byte[]> documents = CacheBuilder.newBuilder()
            .maximumWeight(DOCUMENTS)
            .weigher((Digest digest, byte[] document) -> document.length + 512)
            .build();

    private HostedStore(Path root, Clock clock, DirectoryStore content) throws IOException {
        this.root = root;
        this.clock = clock;
        this.content = content;
        readRepositories();
        long now = clock.millis();
        for (Digest digest : content.digests()) {
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

    static HostedStore open(Path directory, Clock clock) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IOException(directory + " is not a directory");
        }
        Files.createDirectories(directory);
        Path root = directory.toRealPath();
        mark(root);
        DirectoryStore content = DirectoryStore.open(root.resolve("content"), Long.MAX_VALUE);
        try {
            return new HostedStore(root, clock, content);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private static void mark(Path root) throws IOException {
        Path marker = root.resolve(MARKER);
        if (Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
            String format = Files.size(marker) > 256 ? "" : Files.readString(marker, StandardCharsets.UTF_8);
            if (!format.equals(FORMAT)) {
                throw new IOException(root + " is of another format than this version's: name another directory");
            }
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
            for (Path file : files) {
                if (!NOTHING.contains(String.valueOf(file.getFileName()))) {
                    throw new IOException(root + " is not empty and holds no repositories (it has no file " + MARKER
                            + "): name an empty or new directory");
                }
            }
        }
        Files.writeString(marker, FORMAT, StandardCharsets.UTF_8);
        Durable.force(root);
    }

    private void readRepositories() throws IOException {
        Path all = root.resolve("repositories");
        Files.createDirectories(all);
        List<Path> journals;
        try (Stream<Path> files = Files.find(
                all,
                RepositoryName.LONGEST,
                (file, attributes) -> attributes.isRegularFile()
                        && String.valueOf(file.getFileName()).equals(JOURNAL))) {
            journals = files.toList();
        }
        for (Path journal : journals) {
            String name = all.relativize(journal.getParent()).toString().replace(File.separatorChar, '/');
            try {
                Repository repository = new Repository(new RepositoryName(name), journal, references);
                repository.read(clock.millis());
                repositories.put(repository.name(), repository);
            } catch (RegistryException e) {
                throw new IOException(journal + " is in no repository's place", e);
            }
        }
    }

    /** The directory, without links on the way. */
    public Path directory() {
        return root;
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
                    name,
                    any -> new Repository(
                            name,
                            root.resolve("repositories").resolve(name.value()).resolve(JOURNAL),
                            references));
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

    /** The bytes of a manifest; empty where its content is lost. */
    Optional<byte[]> document(Digest digest) throws IOException {
        byte[] known = documents.getIfPresent(digest);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<StoredContent> found = content.open(digest);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (StoredContent stored = found.get()) {
            byte[] document = stored.body(0, stored.size()).readAll(Math.toIntExact(stored.size()));
            documents.put(digest, document);
            return Optional.of(document);
        }
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
            return Files.getFileStore(root).getUsableSpace() < 1024 * 1024;
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
     * Reads everything and tells what is wrong, without changing it: content that does not hash to its digest, what repositories name
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
        return "HostedStore[" + root + "]";
    }
}
