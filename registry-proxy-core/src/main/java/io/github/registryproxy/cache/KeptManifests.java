package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import io.github.registryproxy.store.Staging;
import io.github.registryproxy.store.StoredContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;

/** The manifests in a store: the bytes by digest, and a record for each repository that they were fetched from. */
final class KeptManifests {
    static final String KIND = "manifest";

    private static final Function<byte[], Optional<KeptManifest>> PARSER = KeptManifest::parse;
    private static final long LARGEST_READY = 8L * 1024 * 1024;
    private static final int OVERHEAD = 1024;

    private final ContentStore store;
    private final StoreGuard guard;
    private final String upstream;
    private final Flights<Digest, Boolean> writing = new Flights<>();
    private final Drops drops = new Drops();
    private final Cache<Digest, Ready> ready = CacheBuilder.newBuilder()
            .maximumWeight(LARGEST_READY)
            .weigher((Digest digest, Ready one) -> one.answer.body().length + OVERHEAD)
            .build();

    /** Bytes that have been hashed, with their header fields. */
    private record Ready(MediaType type, Answer answer) {}

    KeptManifests(ContentStore store, StoreGuard guard, String upstream) {
        this.store = store;
        this.guard = guard;
        this.upstream = upstream;
    }

    private RecordKey key(RepositoryName repository, Digest digest) {
        return RecordKey.of(KIND, upstream, repository.value(), digest.toString());
    }

    /** To be had before the upstream is asked, and given to what is to be known afterwards. */
    long drops(RepositoryName repository) {
        return drops.of(repository);
    }

    /** What is known of a manifest of that repository; empty where it was not fetched from there. */
    Optional<KeptManifest> find(RepositoryName repository, Digest digest) {
        return guard.orElse(
                Optional.empty(),
                () -> store.record(key(repository, digest), PARSER).flatMap(known -> known));
    }

    /** Whether the bytes are there as well. */
    boolean hasContent(Digest digest) {
        return guard.orElse(false, () -> store.size(digest).isPresent());
    }

    /**
     * The manifest as an answer, when the store has its bytes. They are hashed once after they were read; those that went bad are
     * taken away, so that the next fetch brings good ones.
     */
    Optional<Answer> answer(Digest digest, MediaType type) {
        return guard.orElse(Optional.empty(), () -> {
            Optional<StoredContent> found = store.open(digest);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (StoredContent stored = found.get()) {
                Ready known = ready.getIfPresent(digest);
                if (known != null && known.type.equals(type)) {
                    return Optional.of(known.answer);
                }
                return stored.size() > Answer.LARGEST ? Optional.empty() : Optional.of(read(digest, type, stored));
            }
        });
    }

    private Answer read(Digest digest, MediaType type, StoredContent stored) throws IOException {
        byte[] content = stored.body(0, stored.size()).readAll(Answer.LARGEST);
        if (!digest.matches(content)) {
            store.delete(digest);
            throw new IOException("stored manifest " + digest + " has gone bad");
        }
        Answer answer = Answer.of(digest, type, content);
        ready.put(digest, new Ready(type, answer));
        return answer;
    }

    /**
     * Keeps what a repository answered, when it is what the digest says and none was dropped since; tells whether it is kept now.
     *
     * @param forAll whether it answered to the proxy's own credentials
     */
    boolean keep(RepositoryName repository, Digest digest, Answer answer, boolean forAll, long dropsBefore) {
        if (!digest.matches(answer.body()) || !KeptManifest.canKeep(answer.type())) {
            return false;
        }
        boolean before = find(repository, digest).map(KeptManifest::forAll).orElse(false);
        return guard.orElse(false, () -> {
            writing.join(digest, () -> write(digest, answer.body()));
            KeptManifest kept = new KeptManifest(answer.type(), answer.body().length, forAll || before);
            return put(repository, digest, kept, dropsBefore);
        });
    }

    private boolean put(RepositoryName repository, Digest digest, KeptManifest kept, long dropsBefore)
            throws IOException {
        store.putRecord(key(repository, digest), kept.toBytes());
        if (drops.of(repository) == dropsBefore) {
            return true;
        }
        store.deleteRecord(key(repository, digest));
        return false;
    }

    private boolean write(Digest digest, byte[] content) throws IOException {
        if (store.size(digest).isPresent()) {
            return false;
        }
        try (Staging left = store.stage(digest)) {
            if (left.size() == 0) {
                left.append(ByteBuffer.wrap(content));
                left.commit();
                return true;
            }
            left.discard();
        }
        try (Staging staging = store.stage(digest)) {
            staging.append(ByteBuffer.wrap(content));
            staging.commit();
        }
        return true;
    }

    /** Remembers that the upstream gives a kept manifest to the proxy's own credentials as well. */
    void forAll(RepositoryName repository, Digest digest, long dropsBefore) {
        Optional<KeptManifest> known = find(repository, digest);
        if (known.isPresent() && !known.get().forAll()) {
            KeptManifest open = new KeptManifest(known.get().type(), known.get().size(), true);
            guard.orElse(false, () -> put(repository, digest, open, dropsBefore));
        }
    }

    /** Forgets that the repository has it; the bytes may be another's. */
    void forget(RepositoryName repository, Digest digest) {
        drops.count(repository);
        guard.orElse(false, () -> {
            store.deleteRecord(key(repository, digest));
            return true;
        });
    }
}
