package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.policy.AllowPlatforms;
import io.github.registryproxy.policy.AllowRepositories;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.AllowTagsBuilder;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.policy.MinimumAge;
import io.github.registryproxy.policy.RequireSignature;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.ContentStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The policies of a route, where they belong in its chain: outside the upstream's prefix, its login and its cache. */
final class PolicyLinks {
    private PolicyLinks() {}

    /** In the names below the route's. What allowed tags led to is kept where what is pulled is. */
    static void use(
            RegistryProxy.Builder chain,
            Admission admission,
            List<Upstream> upstreams,
            Optional<ContentStore> store,
            Metrics metrics) {
        Audit audit = Audit.all(List.of(Audit.log(), metrics.audit()));
        String scope = scope(upstreams);
        admission.repositories().ifPresent(rules -> chain.use(new AllowRepositories(rules, audit)));
        if (!admission.signatureKeys().isEmpty()) {
            RequireSignature.Builder signatures = RequireSignature.builder().audit(audit);
            admission.signatureKeys().forEach(signatures::key);
            store.ifPresent(kept -> signatures.remember(kept, scope));
            chain.use(signatures.build());
        }
        admission.minimumAge().ifPresent(age -> {
            MinimumAge.Builder ages =
                    MinimumAge.of(age, store.orElseThrow(), scope).audit(audit);
            admission.signatureKeys().forEach(ages::signedTimes);
            chain.use(ages.build());
        });
        if (!admission.platforms().isEmpty()) {
            AllowPlatforms.Builder platforms = AllowPlatforms.builder().audit(audit);
            admission.platforms().forEach(platforms::allow);
            store.ifPresent(kept -> platforms.remember(kept, scope));
            chain.use(platforms.build());
        }
        // Inside the others: what they ask themselves is about what an allowed tag leads to.
        admission.tags().ifPresent(rules -> {
            AllowTagsBuilder tags = AllowTags.builder(rules).audit(audit);
            store.ifPresent(kept -> tags.provenance(kept, scope));
            chain.use(tags.build());
        });
    }

    /** The same after a restart and for each route to the same upstreams, and short however long the names are. */
    private static String scope(List<Upstream> upstreams) {
        String names = upstreams.stream()
                .map(upstream -> upstream.keptAs() + " "
                        + upstream.prefix().map(RepositoryName::value).orElse(""))
                .collect(Collectors.joining("\n"));
        return Digest.of(Digest.Algorithm.SHA256, names.getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
