package io.github.registryproxy.policy;

import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.util.concurrent.Striped;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RegistryError;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

/**
 * Gate that every pulled manifest passes, by tag or by digest, by GET or HEAD. A judge reads each manifest itself: a verdict about an
 * index says nothing of the manifests that it names. Verdicts are cached. A missing manifest always gets the same 404.
 */
final class ManifestGate {
    private static final int MOST_VERDICTS = 100_000;
    private static final Duration PASSED = Duration.ofHours(1);
    private static final Duration REFUSED = Duration.ofSeconds(30);

    /** Judge of one manifest; called by one thread at a time for the same manifest. */
    interface Judge {
        /** The reason why it may not pass; empty when it may. */
        Optional<String> refusal(Documents documents, PulledManifest manifest) throws IOException, RefusedException;

        /** The error that the client gets for a refusal. Default: DENIED with the reason. */
        default RegistryError told(String why) {
            return ErrorCode.DENIED.because(why);
        }
    }

    private record Key(RepositoryName repository, Digest digest) {}

    /** A refusal holds for the place where it was asked for: signatures pass at their tag alone. */
    private record Asked(Key key, Optional<Tag> place) {}

    private final Judge judge;
    private final Refusals refusals;
    private final Cache<Key, Boolean> passed;
    private final Cache<Asked, String> refused;
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
            return judged(request, new Key(pull.repository(), digest), Optional.empty(), next);
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
        return key.isPresent()
                ? judged(request, key.get(), tag(pull.reference()), next)
                : RegistryResponse.of(Refusals.NO_MANIFEST);
    }

    private static Optional<Tag> tag(Reference reference) {
        return reference instanceof Tag tag ? Optional.of(tag) : Optional.empty();
    }

    private static Optional<Key> computed(Documents documents, Reference reference)
            throws IOException, RefusedException {
        return documents
                .manifest(reference)
                .map(json -> new Key(documents.repository(), Digest.of(Digest.Algorithm.SHA256, json)));
    }

    private RegistryResponse judged(RegistryRequest request, Key key, Optional<Tag> tag, RegistryHandler next)
            throws IOException, RefusedException {
        Documents documents = new Documents(request, next, key.repository());
        Lock lock = judging.get(key);
        if (passed.getIfPresent(key) == null) {
            lock.lock();
            try {
                Optional<RegistryResponse> refusal = refusal(request, key, tag, documents);
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

    private Optional<RegistryResponse> refusal(RegistryRequest request, Key key, Optional<Tag> tag, Documents documents)
            throws IOException, RefusedException {
        if (passed.getIfPresent(key) != null) {
            return Optional.empty();
        }
        Asked asked = new Asked(key, tag.filter(SignatureArtifacts::isPlace));
        String known = refused.getIfPresent(asked);
        if (known != null) {
            return Optional.of(refuse(request, known));
        }
        Optional<byte[]> json = documents.manifest(key.digest());
        if (json.isEmpty()) {
            return Optional.of(RegistryResponse.of(Refusals.NO_MANIFEST));
        }
        PulledManifest manifest = PulledManifest.of(key.digest(), tag, json.get());
        Optional<String> why = judge.refusal(documents, manifest);
        if (why.isPresent()) {
            refused.put(asked, why.get());
            return why.map(text -> refuse(request, text));
        }
        passed.put(key, true);
        // The judge may decide otherwise about them, now that it has seen the index.
        for (Digest child : manifest.outline().manifestDigests()) {
            refused.invalidate(new Asked(new Key(key.repository(), child), Optional.empty()));
        }
        return Optional.empty();
    }

    private RegistryResponse refuse(RegistryRequest request, String why) {
        return refusals.of(request, why, judge.told(why));
    }
}
