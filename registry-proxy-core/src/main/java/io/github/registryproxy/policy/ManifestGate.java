package io.github.registryproxy.policy;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.document.ManifestLinks;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

/**
 * Lets manifests pass that a judge lets pass, whether they are asked for by tag or by digest, by GET or HEAD. A verdict is
 * remembered for a while, so that what passed once costs a look into a map. What is not there is told in one way.
 */
final class ManifestGate {
    private static final int MOST_VERDICTS = 100_000;
    private static final Duration PASSED = Duration.ofHours(1);
    private static final Duration REFUSED = Duration.ofSeconds(30);

    /** Decides about one manifest; asked by one thread at a time about the same. */
    interface Judge {
        /** Why it may not pass; empty when it may. */
        Optional<String> refusal(Documents documents, Digest digest, byte[] manifest)
                throws IOException, RefusedException;

        /** Which others pass with one that does: what an index names. */
        default Collection<Digest> along(RepositoryName repository, byte[] manifest) {
            return ManifestLinks.parse(manifest).manifests();
        }

        /** What the client is told of a refusal: the reason. */
        default RegistryError told(String why) {
            return ErrorCode.DENIED.because(why);
        }
    }

    private record Key(RepositoryName repository, Digest digest) {}

    private final Judge judge;
    private final Refusals refusals;
    private final Cache<Key, Boolean> passed;
    private final Cache<Key, String> refused;
    private final Striped<Lock> judging = Striped.lock(64);

    ManifestGate(Judge judge, Refusals refusals, LongSupplier nanos) {
        Ticker ticker = new NanosTicker(nanos);
        this.judge = judge;
        this.refusals = refusals;
        this.passed = CacheBuilder.newBuilder()
                .maximumSize(MOST_VERDICTS)
                .expireAfterWrite(PASSED)
                .ticker(ticker)
                .build();
        this.refused = CacheBuilder.newBuilder()
                .maximumSize(MOST_VERDICTS)
                .expireAfterWrite(REFUSED)
                .ticker(ticker)
                .build();
    }

    RegistryResponse handle(RegistryRequest request, PullManifest pull, RegistryHandler next) throws IOException {
        try {
            return decide(request, pull, next);
        } catch (RefusedException e) {
            return Audit.isDryRun(request) ? next.handle(request) : e.toResponse();
        }
    }

    private RegistryResponse decide(RegistryRequest request, PullManifest pull, RegistryHandler next)
            throws IOException, RefusedException {
        if (pull.reference() instanceof Digest digest) {
            return judged(request, new Key(pull.repository(), digest), next);
        }
        RegistryResponse response = next.handle(request);
        if (!response.isSuccess()) {
            return Refusals.absentAs(Refusals.NO_MANIFEST, response);
        }
        Optional<Digest> digest = Learning.digest(response);
        if (digest.isPresent() && passed.getIfPresent(new Key(pull.repository(), digest.get())) != null) {
            return response;
        }
        response.close();
        Optional<Key> key = digest.isPresent()
                ? digest.map(known -> new Key(pull.repository(), known))
                : computed(new Documents(request, next, pull.repository()), pull.reference());
        // By digest from here on: what the tag stands for may be another thing by now.
        return key.isPresent() ? judged(request, key.get(), next) : RegistryResponse.of(Refusals.NO_MANIFEST);
    }

    private static Optional<Key> computed(Documents documents, Reference reference)
            throws IOException, RefusedException {
        return documents
                .manifest(reference)
                .map(json -> new Key(documents.repository(), Digest.of(Digest.Algorithm.SHA256, json)));
    }

    private RegistryResponse judged(RegistryRequest request, Key key, RegistryHandler next)
            throws IOException, RefusedException {
        Documents documents = new Documents(request, next, key.repository());
        Lock lock = judging.get(key);
        if (passed.getIfPresent(key) == null) {
            lock.lock();
            try {
                Optional<RegistryResponse> refusal = refusal(request, key, documents);
                if (refusal.isPresent()) {
                    return refusal.get();
                }
            } finally {
                lock.unlock();
            }
        }
        return Refusals.absentAs(
                Refusals.NO_MANIFEST, next.handle(request.with(new PullManifest(key.repository(), key.digest()))));
    }

    private Optional<RegistryResponse> refusal(RegistryRequest request, Key key, Documents documents)
            throws IOException, RefusedException {
        if (passed.getIfPresent(key) != null) {
            return Optional.empty();
        }
        String known = refused.getIfPresent(key);
        if (known != null) {
            return Optional.of(refuse(request, known));
        }
        Optional<byte[]> manifest = documents.manifest(key.digest());
        if (manifest.isEmpty()) {
            return Optional.of(RegistryResponse.of(Refusals.NO_MANIFEST));
        }
        Optional<String> why = judge.refusal(documents, key.digest(), manifest.get());
        if (why.isPresent()) {
            refused.put(key, why.get());
            return why.map(text -> refuse(request, text));
        }
        passed.put(key, true);
        for (Digest other : judge.along(key.repository(), manifest.get())) {
            passed.put(new Key(key.repository(), other), true);
        }
        return Optional.empty();
    }

    private RegistryResponse refuse(RegistryRequest request, String why) {
        return refusals.of(request, why, judge.told(why));
    }
}
