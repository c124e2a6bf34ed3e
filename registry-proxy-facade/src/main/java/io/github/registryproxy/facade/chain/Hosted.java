package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Hosting.Immutable;
import io.github.registryproxy.facade.model.Hosting.Quota;
import io.github.registryproxy.hosted.HostedRegistry;
import io.github.registryproxy.hosted.HostedStore;
import io.github.registryproxy.hosted.MissingContent;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** The registry of the site's own images, as the site says. */
final class Hosted {
    private Hosted() {}

    /** Over the store, which stays the caller's. */
    static RegistryProxy registry(Hosting hosting, HostedStore store) {
        RegistryProxy.Builder chain = RegistryProxy.builder();
        if (!hosting.push()) {
            chain.use(DenyWrites.pushes());
        }
        if (!hosting.catalog()) {
            chain.use(new RefuseCatalog());
        }
        HostedRegistry registry = HostedRegistry.builder(store)
                .deletes(hosting.delete())
                .manifestLimit(hosting.manifestLimit())
                .missingContent(missing(hosting.missing()))
                .immutableTags(immutable(hosting.immutable()))
                .quota(quota(hosting.quotas()))
                .minimumChunk(hosting.minimumChunk())
                .build();
        return chain.upstream(registry).build();
    }

    private static MissingContent missing(Hosting.Missing missing) {
        return switch (missing) {
            case REFUSE -> MissingContent.REFUSED;
            case SPARSE_INDEXES -> MissingContent.SPARSE_INDEXES;
            case ACCEPT -> MissingContent.ACCEPTED;
        };
    }

    private static Optional<Rules> repositories(List<String> globs) {
        return globs.isEmpty() ? Optional.empty() : Optional.of(Rules.ofRepositories(globs.toArray(String[]::new)));
    }

    private static boolean names(Optional<Rules> repositories, RepositoryName name) {
        return repositories.map(rules -> rules.allows(name.value())).orElse(true);
    }

    private static BiPredicate<RepositoryName, Tag> immutable(List<Immutable> rules) {
        record Fixed(Optional<Rules> repositories, Rules tags) {}
        List<Fixed> fixed = rules.stream()
                .map(rule -> new Fixed(
                        repositories(rule.repositories()),
                        Rules.ofTags(rule.tags().toArray(String[]::new))))
                .toList();
        return (name, tag) -> fixed.stream()
                .anyMatch(one -> names(one.repositories(), name) && one.tags().allows(tag.value()));
    }

    private static Function<RepositoryName, OptionalLong> quota(List<Quota> quotas) {
        record Limit(Optional<Rules> repositories, long bytes) {}
        List<Limit> limits = quotas.stream()
                .map(quota -> new Limit(repositories(quota.repositories()), quota.bytes()))
                .toList();
        return name -> limits.stream()
                .filter(limit -> names(limit.repositories(), name))
                .mapToLong(Limit::bytes)
                .findFirst();
    }
}
