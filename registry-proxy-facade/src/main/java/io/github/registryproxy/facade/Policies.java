package io.github.registryproxy.facade;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.policy.AllowRepositories;
import io.github.registryproxy.policy.AllowTags;
import io.github.registryproxy.policy.AllowTagsBuilder;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The policies that settings ask for, where they belong in the chain: outside renaming, the login and the cache. */
final class Policies {
    private Policies() {}

    /** In the names that clients write. What allowed tags led to is kept where what is pulled is. */
    static void use(RegistryProxy.Builder chain, Settings settings, Metrics metrics) {
        Audit audit = Audit.all(List.of(Audit.log(), metrics.audit()));
        settings.policy().repositories().ifPresent(rules -> chain.use(new AllowRepositories(rules, audit)));
        settings.policy().tags().ifPresent(rules -> {
            AllowTagsBuilder tags = AllowTags.builder(rules).audit(audit);
            settings.cache().ifPresent(cache -> tags.provenance(cache.store(), scope(settings.upstream())));
            chain.use(tags.build());
        });
    }

    /** The same after a restart, and short however long the names are. */
    private static String scope(Settings.Upstream upstream) {
        String names = upstream.registry() + " "
                + upstream.prefix().map(RepositoryName::value).orElse("");
        return Digest.of(Digest.Algorithm.SHA256, names.getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
