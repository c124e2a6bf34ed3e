package io.github.registryproxy.cache;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.RecordKey;
import io.github.registryproxy.store.Staging;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what a cache has kept, so that it is asked for again. Names are those of the upstream.
 *
 * <p>Who reads meanwhile reads on, and what is being fetched meanwhile may be kept afterwards. Content that another repository
 * has as well stays until that one is purged. Work that ends with an IOException has done a part, and can be done again.
 *
 * <pre>{@code
 * CachePurge.builder(store).upstream("hub").manifests(manifests).blobs(blobs).build().repository(name, Progress.NONE);
 * }</pre>
 */
public final class CachePurge {
    private static final Logger LOG = System.getLogger(CachePurge.class.getName());

    private final ContentStore store;
    private final Optional<String> upstream;
    private final Optional<CacheManifests> manifests;
    private final Optional<CacheBlobs> blobs;

    private CachePurge(Builder builder) {
        this.store = builder.store;
        this.upstream = Optional.ofNullable(builder.upstream);
        this.manifests = Optional.ofNullable(builder.manifests);
        this.blobs = Optional.ofNullable(builder.blobs);
    }

    /** In that store, which stays the caller's. */
    public static Builder builder(ContentStore store) {
        return new Builder(store);
    }

    /**
     * All that was kept of a repository: its tags, its lists, and what no other repository has.
     *
     * @param progress is told records and entries
     */
    public Purged repository(RepositoryName repository, Progress progress) throws IOException {
        manifests.ifPresent(cache -> cache.forget(repository));
        Predicate<RecordKey> ofIt =
                key -> isOfUpstream(key) && key.parts().get(1).equals(repository.value());
        List<RecordKey> tags = records(KeptTags.KIND, ofIt);
        return purge(tags, memberships(ofIt), ofIt, progress);
    }

    /** What a tag stands for, or that there is none. The manifest stays, to be had by its digest. */
    public Purged tag(RepositoryName repository, Tag tag) throws IOException {
        List<RecordKey> tags = records(
                KeptTags.KIND,
                key -> isOfUpstream(key)
                        && key.parts().get(1).equals(repository.value())
                        && key.parts().get(2).equals(tag.value()));
        manifests.ifPresent(cache -> cache.forget(repository, tag));
        return purge(tags, List.of(), key -> false, Progress.NONE);
    }

    /**
     * A blob or manifest, from every repository of every upstream, with the tags that stand for it and what an unfinished fetch
     * has left.
     *
     * @param progress is told records and entries
     */
    public Purged digest(Digest digest, Progress progress) throws IOException {
        List<RecordKey> tags = new ArrayList<>();
        for (RecordKey key : store.records(KeptTags.KIND)) {
            boolean standsForIt = store.record(key).map(KeptTag::parse).orElse(List.of()).stream()
                    .anyMatch(tag -> tag.digest().equals(digest));
            if (standsForIt) {
                tags.add(key);
                manifests
                        .filter(cache -> isOfUpstream(key))
                        .ifPresent(cache -> cache.forget(
                                new RepositoryName(key.parts().get(1)),
                                new Tag(key.parts().get(2))));
            }
        }
        Predicate<RecordKey> ofIt = key -> key.parts().get(2).equals(digest.toString());
        Purged records = purge(tags, memberships(ofIt), ofIt, progress);
        Purged content = delete(Set.of(digest), 0, Progress.NONE);
        return new Purged(
                records.tags(),
                records.memberships(),
                records.contents() + content.contents(),
                records.bytes() + content.bytes());
    }

    /** Which tags the upstream did not have: the next to want one asks it. */
    public void forgetMissingTags() {
        manifests.ifPresent(CacheManifests::forgetMissing);
    }

    private boolean isOfUpstream(RecordKey key) {
        return upstream.isEmpty() || key.parts().get(0).equals(upstream.get());
    }

    private List<RecordKey> records(String kind, Predicate<RecordKey> wanted) throws IOException {
        // Another version's records, should there be any with fewer parts, are nothing of ours.
        return store.records(kind).stream()
                .filter(key -> key.parts().size() >= 3)
                .filter(wanted)
                .toList();
    }

    /** That repositories have manifests and blobs: all of these have a digest as their third part. */
    private List<RecordKey> memberships(Predicate<RecordKey> wanted) throws IOException {
        List<RecordKey> keys = new ArrayList<>(records(KeptManifests.KIND, wanted));
        keys.addAll(records(Members.KIND, wanted));
        return keys;
    }

    private Purged purge(
            List<RecordKey> tags, List<RecordKey> memberships, Predicate<RecordKey> also, Progress progress)
            throws IOException {
        List<RecordKey> records = new ArrayList<>(tags);
        records.addAll(memberships);
        long done = 0;
        for (RecordKey key : records) {
            store.deleteRecord(key);
            progress.reached(++done, records.size() + (long) memberships.size());
        }
        blobs.ifPresent(cache -> cache.forget(also));
        Set<Digest> digests = new HashSet<>();
        memberships.forEach(key -> digest(key).ifPresent(digests::add));
        if (!digests.isEmpty()) {
            memberships(key -> true).forEach(key -> digest(key).ifPresent(digests::remove));
        }
        Purged content = delete(digests, done, progress);
        return new Purged(tags.size(), memberships.size(), content.contents(), content.bytes());
    }

    private Purged delete(Set<Digest> digests, long before, Progress progress) throws IOException {
        long contents = 0;
        long bytes = 0;
        long done = before;
        for (Digest digest : digests) {
            Optional<Long> size = store.size(digest);
            if (size.isPresent()) {
                store.delete(digest);
                contents++;
                bytes += size.get();
            }
            discardPartial(digest);
            progress.reached(++done, before + digests.size());
        }
        return new Purged(0, 0, contents, bytes);
    }

    private void discardPartial(Digest digest) {
        try (Staging left = store.stage(digest)) {
            left.discard();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "being fetched at this moment, or left for a day: {0}", e.toString());
        }
    }

    private static Optional<Digest> digest(RecordKey key) {
        try {
            return Optional.of(Digest.parse(key.parts().get(2)));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** Says what is purged, and which caches in front of the store must not go on serving it. */
    public static final class Builder {
        private final ContentStore store;
        private @Nullable String upstream;
        private @Nullable CacheManifests manifests;
        private @Nullable CacheBlobs blobs;

        private Builder(ContentStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** Whose repositories: the name that the caches were given. Default: those of all upstreams. */
        public Builder upstream(String name) {
            this.upstream = Objects.requireNonNull(name, "name");
            return this;
        }

        /** The cache of that upstream's manifests that is in use. Default: none is. */
        public Builder manifests(CacheManifests cache) {
            this.manifests = Objects.requireNonNull(cache, "cache");
            return this;
        }

        /** The cache of that upstream's blobs that is in use. Default: none is. */
        public Builder blobs(CacheBlobs cache) {
            this.blobs = Objects.requireNonNull(cache, "cache");
            return this;
        }

        public CachePurge build() {
            return new CachePurge(this);
        }
    }
}
