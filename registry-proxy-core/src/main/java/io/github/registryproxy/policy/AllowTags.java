package io.github.registryproxy.policy;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.policy.Rules.Verdict;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.DeleteBlob;
import io.github.registryproxy.protocol.Operation.DeleteManifest;
import io.github.registryproxy.protocol.Operation.ListReferrers;
import io.github.registryproxy.protocol.Operation.ListTags;
import io.github.registryproxy.protocol.Operation.MountBlob;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Operation.PushManifest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Serves what allowed tags lead to, and nothing else: the rule holds for pulls by digest too.
 *
 * <p><b>Reachable</b> in a repository is the manifest that an allowed tag stands for; what a reachable manifest names (children,
 * config, layers, subject); its referrers; and what is attached to it by a tag such as {@code sha256-<hex>} or {@code
 * sha256-<hex>.sig}, whatever the rules say of that name. At most four manifests lie between a tag's and what it leads to. All
 * else is refused, by tag, digest, HEAD, Range, mount and referrers, with the 404 of what is not there, word for word, and the
 * registry is not asked for it. A tag that no rule allows is not asked for even to find out whether it is there.
 *
 * <p><b>A digest that was not seen before</b>: the allowed tags of the repository are listed and resolved with the credentials of
 * who asks, within a {@link ResolutionBudget}. What is found is kept in the store.
 *
 * <p><b>A tag that moves</b>: what it stood for stays reachable for a grace, from when the move was seen here; then it is refused,
 * unless another allowed tag leads there. A tag that nobody pulled for the recheck time is asked for again before it is relied
 * on; where it cannot be, it is believed.
 *
 * <p>Lists of tags show the allowed ones. Pushing a tag that is not allowed is DENIED (code-12, 403), deleting it
 * MANIFEST_UNKNOWN; a blob that is not reachable is uploaded rather than mounted (end-11). Endpoints that this library does not
 * know are refused. Who can push to a repository decides what its allowed tags lead to; so can whoever may attach to them.
 *
 * <p>Place it inside logs, limits and logins; outside renaming, token gateways and caches, in front of an upstream that verifies
 * content, such as {@code HttpUpstream}.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(AllowTags.builder(Rules.ofTags("release-*")).provenance(store, "hub").build()).upstream(hub)
 * }</pre>
 */
public final class AllowTags implements Middleware, AutoCloseable {
    private static final String POLICY = "AllowTags";
    private static final String NOT_REACHABLE = "no allowed tag leads to it";

    private final Rules rules;
    private final boolean attachments;
    private final Refusals refusals;
    private final Learning learning;
    private final Resolution resolution;
    private final Provenance provenance;
    private final LongSupplier nanos;
    private final FilteredList lists = new FilteredTags();
    private final WriteBehind writer = new WriteBehind();

    AllowTags(AllowTagsBuilder builder) {
        this.rules = builder.rules;
        this.attachments = builder.attachments;
        this.nanos = builder.nanos;
        this.refusals = new Refusals(builder.audit, POLICY);
        ReachRecords records = new ReachRecords(builder.store, builder.scope, writer);
        this.provenance = new Provenance(
                records, rules::allows, builder.clock, builder.grace, builder.recheck, builder.digestsInMemory);
        this.learning = new Learning(provenance, builder.largestManifest);
        this.resolution = new Resolution(
                provenance,
                repository -> new Walk(repository, provenance, learning, rules, attachments),
                builder.budget,
                builder.largestManifest,
                builder.nanos);
    }

    /** Begins a policy by these rules. */
    public static AllowTagsBuilder builder(Rules rules) {
        return new AllowTagsBuilder(rules);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        try {
            return decide(request, next);
        } catch (RefusedException e) {
            return Audit.isDryRun(request) ? next.handle(request) : e.toResponse();
        }
    }

    private RegistryResponse decide(RegistryRequest request, RegistryHandler next)
            throws IOException, RefusedException {
        Operation operation = request.operation();
        if (operation instanceof PullManifest pull) {
            return pull.reference() instanceof Tag tag
                    ? byTag(request, pull.repository(), tag, next)
                    : byDigest(request, pull.repository(), (Digest) pull.reference(), next);
        }
        if (operation instanceof PullBlob pull) {
            return reachable(request, pull.repository(), pull.digest(), next, false)
                    ? Refusals.absentAs(Refusals.NO_BLOB, next.handle(request))
                    : refusals.of(request, NOT_REACHABLE, Refusals.NO_BLOB);
        }
        if (operation instanceof ListTags) {
            return Audit.isDryRun(request) ? next.handle(request) : lists.answer(request, next, rules::allows);
        }
        if (operation instanceof ListReferrers list) {
            return reachable(request, list.repository(), list.digest(), next, true)
                    ? learning.referrers(list.repository(), list.digest(), next.handle(request))
                    : refusals.of(request, NOT_REACHABLE, Refusals.NO_MANIFEST);
        }
        if (operation instanceof MountBlob mount) {
            return next.handle(mounted(request, mount, next));
        }
        if (operation.access() == Access.UNKNOWN) {
            return refusals.ofUnknown(request);
        }
        return write(request, operation, next);
    }

    private RegistryResponse byTag(RegistryRequest request, RepositoryName repository, Tag tag, RegistryHandler next)
            throws IOException, RefusedException {
        Verdict verdict = rules.decide(tag.value());
        Optional<Digest> subject = verdict.allowed() ? Optional.empty() : subject(tag);
        if (!verdict.allowed() && (subject.isEmpty() || !reachable(request, repository, subject.get(), next, true))) {
            return refusals.of(request, subject.isEmpty() ? verdict.rule() : NOT_REACHABLE, Refusals.NO_MANIFEST);
        }
        RegistryResponse response = readable(request, repository, next.handle(request), next);
        if (subject.isPresent()) {
            response = learning.attached(repository, subject.get(), response, request.isHead());
        } else if (response.status() == 404 && !request.isHead()) {
            provenance.gone(repository, tag);
        } else {
            response = learning.byTag(repository, tag, response, request.isHead());
        }
        return Refusals.absentAs(Refusals.NO_MANIFEST, response);
    }

    private RegistryResponse byDigest(
            RegistryRequest request, RepositoryName repository, Digest digest, RegistryHandler next)
            throws IOException, RefusedException {
        if (!reachable(request, repository, digest, next, true)) {
            return refusals.of(request, NOT_REACHABLE, Refusals.NO_MANIFEST);
        }
        RegistryResponse response = learning.byDigest(
                repository, readable(request, repository, next.handle(request), next), request.isHead());
        return Refusals.absentAs(Refusals.NO_MANIFEST, response);
    }

    /** HEAD is refused as GET is: once for a digest, the policy reads what the client does not. */
    private RegistryResponse readable(
            RegistryRequest request, RepositoryName repository, RegistryResponse response, RegistryHandler next)
            throws IOException {
        Optional<Digest> digest =
                request.isHead() && response.status() == 200 ? Learning.digest(response) : Optional.empty();
        if (digest.isEmpty() || learning.isRead(repository, digest.get())) {
            return response;
        }
        try {
            Operation pull = new PullManifest(repository, digest.get());
            learning.byDigest(repository, new Resolving(request, next, nanos).ask("GET", pull), false)
                    .close();
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
        return response;
    }

    private RegistryResponse write(RegistryRequest request, Operation operation, RegistryHandler next)
            throws IOException, RefusedException {
        if (operation instanceof PushManifest push) {
            for (Tag tag : tags(push)) {
                Verdict verdict = rules.decide(tag.value());
                Optional<Digest> subject = subject(tag);
                boolean mayPass = verdict.allowed()
                        || (subject.isPresent() && reachable(request, push.repository(), subject.get(), next, true));
                if (!mayPass) {
                    return refusals.of(
                            request, verdict.rule(), ErrorCode.DENIED.because("this tag cannot be pushed here"));
                }
            }
            RegistryResponse response = next.handle(request);
            resolution.changed(push.repository());
            return response;
        }
        if (operation instanceof DeleteManifest delete) {
            boolean mayPass = delete.reference() instanceof Tag tag
                    ? rules.allows(tag.value()) || isAttached(request, delete.repository(), tag, next)
                    : reachable(request, delete.repository(), (Digest) delete.reference(), next, true);
            return mayPass
                    ? Refusals.absentAs(Refusals.NO_MANIFEST, next.handle(request))
                    : refusals.of(request, NOT_REACHABLE, Refusals.NO_MANIFEST);
        }
        if (operation instanceof DeleteBlob delete) {
            return reachable(request, delete.repository(), delete.digest(), next, false)
                    ? Refusals.absentAs(Refusals.NO_BLOB, next.handle(request))
                    : refusals.of(request, NOT_REACHABLE, Refusals.NO_BLOB);
        }
        return next.handle(request);
    }

    private static List<Tag> tags(PushManifest push) {
        List<Tag> tags = new ArrayList<>(push.tags());
        if (push.reference() instanceof Tag tag) {
            tags.add(tag);
        }
        return tags;
    }

    private boolean isAttached(RegistryRequest request, RepositoryName repository, Tag tag, RegistryHandler next)
            throws IOException, RefusedException {
        Optional<Digest> subject = subject(tag);
        return subject.isPresent() && reachable(request, repository, subject.get(), next, true);
    }

    /** Where no source is named, the registry would look for one, in places that no tag leads to. */
    private RegistryRequest mounted(RegistryRequest request, MountBlob mount, RegistryHandler next)
            throws IOException, RefusedException {
        RepositoryName from = mount.from().orElse(mount.repository());
        if (reachable(request, from, mount.digest(), next, false)) {
            return request;
        }
        if (mount.from().isPresent()) {
            refusals.tell(request, "from " + from + ": " + NOT_REACHABLE);
        }
        return Audit.isDryRun(request) ? request : AllowRepositories.uploaded(request, mount);
    }

    private boolean reachable(
            RegistryRequest request, RepositoryName repository, Digest digest, RegistryHandler next, boolean manifest)
            throws IOException, RefusedException {
        return resolution.find(new Resolving(request, next, nanos), repository, digest, manifest);
    }

    private Optional<Digest> subject(Tag tag) {
        return attachments ? Attachments.subject(tag) : Optional.empty();
    }

    /** Writes what has been learned and not yet written. The store stays open. */
    @Override
    public void close() {
        writer.close();
    }
}
