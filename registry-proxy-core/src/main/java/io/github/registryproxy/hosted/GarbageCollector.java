package io.github.registryproxy.hosted;

import io.github.registryproxy.hosted.Change.BlobUnlinked;
import io.github.registryproxy.hosted.Change.ManifestDeleted;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes away what nobody names any more, while everybody pushes and pulls. What a manifest of a repository names stays in it; what is
 * named by none goes when nobody has pushed it, mounted it or asked whether it is there for as long as the grace period, which has to
 * be longer than a push takes from its first blob to its manifest. Content goes when it has belonged to no repository for as long.
 *
 * <pre>{@code
 * GarbageCollector.builder(store).grace(Duration.ofHours(1)).build().run();
 * }</pre>
 */
public final class GarbageCollector {
    private static final Logger LOG = System.getLogger(GarbageCollector.class.getName());

    private final HostedStore store;
    private final Duration grace;
    private final Optional<Duration> untaggedAfter;
    private final Duration uploadsAfter;
    private final ReentrantLock running = new ReentrantLock();

    private GarbageCollector(Builder builder) {
        this.store = builder.store;
        this.grace = builder.grace;
        this.untaggedAfter = builder.untaggedAfter;
        this.uploadsAfter = builder.uploadsAfter;
    }

    public static Builder builder(HostedStore store) {
        return new Builder(store);
    }

    /**
     * One collection, in the calling thread; several at a time wait for each other. Repositories are locked one after the other, each
     * for as long as it takes to look through what is in memory of it.
     *
     * @throws IOException when the store cannot do it now; what is done stays done
     */
    public Collected run() throws IOException {
        running.lock();
        try {
            return collect();
        } finally {
            running.unlock();
        }
    }

    private Collected collect() throws IOException {
        long uploads = store.uploads().expire(uploadsAfter, store.clock().instant());
        long manifests = 0;
        long blobs = 0;
        for (Repository repository : store.repositories()) {
            manifests += untaggedAfter.isPresent() ? untagged(repository, untaggedAfter.get()) : 0;
            blobs += unnamed(repository);
        }
        if (store.isDamaged()) {
            LOG.log(
                    Level.ERROR,
                    "a repository's journal is damaged, so nobody knows what it named: no content is deleted");
            return new Collected(uploads, manifests, blobs, 0, 0);
        }
        long contents = 0;
        long bytes = 0;
        for (Digest orphan : store.references().orphans(store.now() - grace.toMillis())) {
            long size = delete(orphan);
            contents += size >= 0 ? 1 : 0;
            bytes += Math.max(0, size);
        }
        return new Collected(uploads, manifests, blobs, contents, bytes);
    }

    /** Manifests that no tag stands for, no index lists, and that refer to nothing that is there. */
    private long untagged(Repository repository, Duration age) throws IOException {
        return store.change(repository.name(), current -> {
            long before = store.now() - age.toMillis();
            Set<Digest> kept = new HashSet<>(current.tags().values());
            current.manifests()
                    .values()
                    .forEach(manifest -> manifest.manifests().stream()
                            .filter(current.manifests()::containsKey)
                            .forEach(kept::add));
            List<ManifestDeleted> gone = new ArrayList<>();
            for (Map.Entry<Digest, StoredManifest> entry : current.manifests().entrySet()) {
                StoredManifest manifest = entry.getValue();
                boolean attached = manifest.subject()
                        .filter(subject -> current.manifests().containsKey(subject))
                        .isPresent();
                if (!kept.contains(entry.getKey()) && !attached && manifest.pushed() < before) {
                    gone.add(new ManifestDeleted(entry.getKey()));
                }
            }
            current.change(gone, store.now());
            return gone.size();
        });
    }

    private long unnamed(Repository repository) throws IOException {
        return store.change(repository.name(), current -> {
            long since = store.now() - grace.toMillis();
            Set<Digest> named = current.namedBlobs();
            List<BlobUnlinked> gone = new ArrayList<>();
            List<HeldBlob> condemned = new ArrayList<>();
            current.blobs().forEach((digest, blob) -> {
                if (!named.contains(digest) && blob.condemn(since)) {
                    gone.add(new BlobUnlinked(digest));
                    condemned.add(blob);
                }
            });
            try {
                current.change(gone, store.now());
            } catch (IOException e) {
                condemned.forEach(blob -> blob.spare(store.now()));
                throw e;
            }
            return gone.size();
        });
    }

    /** How many bytes went; -1 where the content has come to belong to a repository meanwhile. */
    private long delete(Digest digest) throws IOException {
        Lock lock = store.references().lock(digest);
        lock.lock();
        try {
            if (store.references().has(digest)) {
                return -1;
            }
            long size = store.content().size(digest).orElse(0L);
            store.content().delete(digest);
            store.forget(digest);
            store.references().forget(digest);
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** What is kept for how long. */
    public static final class Builder {
        private final HostedStore store;
        private Duration grace = Duration.ofHours(1);
        private Optional<Duration> untaggedAfter = Optional.empty();
        private Duration uploadsAfter = Duration.ofDays(1);

        private Builder(HostedStore store) {
            this.store = store;
        }

        /** How long what nobody names is kept; longer than a push takes. An hour unless set. */
        public Builder grace(Duration time) {
            grace = positive(time);
            return this;
        }

        /** After what time manifests go that no tag stands for; they stay for ever unless set. */
        public Builder untaggedAfter(Duration time) {
            untaggedAfter = Optional.of(positive(time));
            return this;
        }

        /** How long an upload is kept that nobody goes on with; a day unless set. */
        public Builder uploadsAfter(Duration time) {
            uploadsAfter = positive(time);
            return this;
        }

        public GarbageCollector build() {
            return new GarbageCollector(this);
        }

        private static Duration positive(Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("a time of " + time + " is none");
            }
            return time;
        }
    }
}
