package io.github.registryproxy.hosted;

import io.github.registryproxy.hosted.Change.BlobLinked;
import io.github.registryproxy.hosted.Change.BlobUnlinked;
import io.github.registryproxy.hosted.Change.ManifestDeleted;
import io.github.registryproxy.hosted.Change.ManifestPut;
import io.github.registryproxy.hosted.Change.TagDeleted;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One repository: which blobs, manifests and tags belong to it. Read without a lock; changed under its lock, in the journal first.
 * Content itself is somewhere else, once for all repositories, and counted there.
 */
final class Repository {
    /** A journal is written anew when it holds so many lines more than twice what they amount to. */
    private static final int SPARE_LINES = 256;

    private final RepositoryName name;
    private final Journal journal;
    private final References references;
    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<Tag, Digest> tags = new ConcurrentSkipListMap<>();
    private final Map<Digest, StoredManifest> manifests = new ConcurrentHashMap<>();
    private final Map<Digest, HeldBlob> blobs = new ConcurrentHashMap<>();
    private final Map<Digest, Set<Digest>> referrers = new ConcurrentHashMap<>();
    private long damaged;
    private boolean retired;
    private final AtomicLong bytes = new AtomicLong();

    Repository(RepositoryName name, Path file, References references) {
        this.name = name;
        this.journal = new Journal(file, name);
        this.references = references;
    }

    /** Becomes what its journal says. */
    void read(long now) throws IOException {
        damaged = journal.read(change -> apply(change, now));
    }

    /** How many changes its journal has lost. */
    long damaged() {
        return damaged;
    }

    RepositoryName name() {
        return name;
    }

    /** The lock that all changes are made under. */
    ReentrantLock lock() {
        return lock;
    }

    /** Whether it is no more: whoever wants to change it takes the one that has come in its place. Under the lock. */
    boolean isRetired() {
        return retired;
    }

    NavigableMap<Tag, Digest> tags() {
        return tags;
    }

    Map<Digest, StoredManifest> manifests() {
        return manifests;
    }

    Map<Digest, HeldBlob> blobs() {
        return blobs;
    }

    /** What refers to that manifest, in no order. */
    List<Digest> referrers(Digest subject) {
        Set<Digest> found = referrers.get(subject);
        return found == null ? List.of() : List.copyOf(found);
    }

    Optional<Digest> resolve(Reference reference) {
        Digest digest = reference instanceof Digest given ? given : tags.get((Tag) reference);
        return digest != null && manifests.containsKey(digest) ? Optional.of(digest) : Optional.empty();
    }

    /** The size of a blob that belongs to it, on which somebody relies from now on; empty where none does. */
    OptionalLong use(Digest digest, long now) {
        HeldBlob blob = blobs.get(digest);
        return blob != null && blob.use(now) ? OptionalLong.of(blob.size()) : OptionalLong.empty();
    }

    /** What its blobs and manifests hold, in bytes; what it shares with others counts here as well. */
    long bytes() {
        return bytes.get();
    }

    boolean isEmpty() {
        return tags.isEmpty() && manifests.isEmpty() && blobs.isEmpty();
    }

    /** Makes changes, in the journal first; under the lock. */
    void change(List<? extends Change> changes, long now) throws IOException {
        if (changes.isEmpty()) {
            return;
        }
        journal.append(changes);
        changes.forEach(change -> apply(change, now));
        long live = (long) manifests.size() + blobs.size();
        if (damaged == 0 && journal.lines() > 2 * live + SPARE_LINES) {
            journal.rewrite(all());
        }
    }

    /** Ends it where nothing is in it; under the lock. */
    boolean retire() throws IOException {
        if (!retired && isEmpty() && damaged == 0) {
            journal.delete();
            retired = true;
        }
        return retired;
    }

    private List<Change> all() {
        Map<Digest, List<Tag>> tagsOf = new HashMap<>();
        tags.forEach((tag, digest) ->
                tagsOf.computeIfAbsent(digest, any -> new ArrayList<>()).add(tag));
        List<Change> all = new ArrayList<>();
        blobs.forEach((digest, blob) -> all.add(new BlobLinked(digest, blob.size(), blob.linked())));
        manifests.forEach((digest, manifest) ->
                all.add(new ManifestPut(digest, manifest, tagsOf.getOrDefault(digest, List.of()))));
        return all;
    }

    private void apply(Change change, long now) {
        if (change instanceof BlobLinked linked) {
            link(linked, now);
        } else if (change instanceof BlobUnlinked unlinked) {
            HeldBlob gone = blobs.remove(unlinked.digest());
            if (gone != null) {
                bytes.addAndGet(-gone.size());
                references.remove(unlinked.digest(), now);
            }
        } else if (change instanceof ManifestPut put) {
            put(put);
        } else if (change instanceof ManifestDeleted deleted) {
            delete(deleted.digest(), now);
        } else if (change instanceof TagDeleted deleted) {
            tags.remove(deleted.tag());
        }
    }

    private void link(BlobLinked linked, long now) {
        HeldBlob blob = new HeldBlob(linked.size(), linked.at(), now);
        if (blobs.containsKey(linked.digest())) {
            blobs.put(linked.digest(), blob);
            return;
        }
        blobs.put(references.add(linked.digest()), blob);
        bytes.addAndGet(linked.size());
    }

    private void put(ManifestPut put) {
        StoredManifest manifest = put.manifest().sharing(references);
        Digest digest;
        if (manifests.containsKey(put.digest())) {
            digest = references.same(put.digest());
        } else {
            digest = references.add(put.digest());
            bytes.addAndGet(manifest.size());
            manifest.subject()
                    .ifPresent(subject -> referrers
                            .computeIfAbsent(subject, any -> ConcurrentHashMap.newKeySet())
                            .add(digest));
        }
        manifests.put(digest, manifest);
        put.tags().forEach(tag -> tags.put(tag, digest));
    }

    private void delete(Digest digest, long now) {
        tags.values().removeIf(digest::equals);
        StoredManifest gone = manifests.remove(digest);
        if (gone == null) {
            return;
        }
        bytes.addAndGet(-gone.size());
        references.remove(digest, now);
        gone.subject()
                .ifPresent(subject -> referrers.computeIfPresent(subject, (any, all) -> {
                    all.remove(digest);
                    return all.isEmpty() ? null : all;
                }));
    }

    /** What the manifests name, of the blobs that belong to the repository. */
    Set<Digest> namedBlobs() {
        Set<Digest> named = new HashSet<>();
        manifests.values().forEach(manifest -> {
            manifest.blobs().stream().filter(blobs::containsKey).forEach(named::add);
            manifest.manifests().stream().filter(blobs::containsKey).forEach(named::add);
        });
        return named;
    }
}
