package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.cache.Representations.Representation;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.ListReferrers;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;

/** Requests for manifests and lists: each goes to the part that answers it, reduced to what may key it and reach the upstream. */
final class ManifestRequests {
    private final Breaker breaker;
    private final CacheMetrics metrics;
    private final Representations representations = new Representations();
    private final ListFields listFields = new ListFields();
    private final ManifestWrites writes;
    private final KeptLists lists;
    private final ManifestsByDigest byDigest;
    private final ManifestsByTag byTag;

    ManifestRequests(CacheManifests.Builder builder, String name, CallerRights rights) {
        StoreGuard guard = new StoreGuard(builder.metrics, builder.nanos);
        AskedUpstream upstream = new AskedUpstream(
                builder.breaker,
                new RetryPauses(builder.nanos, builder.clock),
                builder.metrics,
                builder.probes,
                new Patience(builder.breaker, builder.patience));
        KeptManifests manifests = new KeptManifests(builder.store, guard, name);
        ManifestAccess access = new ManifestAccess(manifests, rights);
        KeptTags tags = new KeptTags(builder.store, guard, name);
        MissingTags missing = new MissingTags(builder.notFoundTtl, builder.nanos);
        Freshness freshness = new Freshness(builder.tagTtl, builder.nanos, builder.clock);
        this.breaker = builder.breaker;
        this.metrics = builder.metrics;
        this.lists = new KeptLists(upstream, builder.tagTtl, builder.staleOnRefusal, builder.nanos);
        this.writes = new ManifestWrites(manifests, access, tags, missing, lists);
        this.byDigest = new ManifestsByDigest(manifests, upstream, access);
        KnownTags known = new KnownTags(tags, manifests, missing, access, freshness);
        this.byTag = new ManifestsByTag(known, upstream, builder.staleOnRefusal);
    }

    /** @param next the upstream, which ends the caller's rights when it refuses */
    RegistryResponse answer(RegistryRequest request, RegistryHandler next, Caller caller) throws IOException {
        Operation operation = request.operation();
        if (ManifestWrites.isWrite(operation)) {
            return writes.pass(request, next);
        }
        try {
            if (operation instanceof PullManifest pull) {
                return pulled(request, next, caller, pull);
            }
            return operation instanceof ListTags || operation instanceof ListReferrers
                    ? listed(listFields.reduced(request), next, caller)
                    : next.handle(request);
        } catch (BreakerOpenException e) {
            throw Breaker.refusal();
        }
    }

    private RegistryResponse pulled(RegistryRequest request, RegistryHandler next, Caller caller, PullManifest pull)
            throws IOException {
        Representation wanted = representations.of(request);
        Question question = new Question(request, next, caller, wanted);
        return respond(
                request,
                pull.reference() instanceof Digest digest
                        ? byDigest.answer(question, pull.repository(), digest)
                        : byTag.answer(question, new KeptTags.Name(pull.repository(), (Tag) pull.reference())));
    }

    private RegistryResponse listed(RegistryRequest request, RegistryHandler next, Caller caller) throws IOException {
        if (request.isHead() || !caller.isPublic()) {
            RegistryResponse response = breaker.call(request, next);
            listFields.learn(response.headers());
            count(request, CacheState.BYPASS);
            return response;
        }
        Given given = lists.answer(new Question(request, next, caller, representations.of(request)));
        listFields.learn(given.answer().headers());
        return respond(request, given);
    }

    ManifestWrites writes() {
        return writes;
    }

    private RegistryResponse respond(RegistryRequest request, Given given) {
        count(request, given.state());
        boolean stored = switch (given.state()) {
            case HIT, STALE, REVALIDATED -> true;
            default -> false;
        };
        if (stored && !request.isHead()) {
            metrics.served(given.answer().body().length);
        }
        return given.answer().toResponse(request.isHead());
    }

    private void count(RegistryRequest request, CacheState state) {
        request.get(CacheState.HOLDER).ifPresent(holder -> holder.set(state));
        metrics.answered(state);
    }
}
