package io.github.registryproxy.facade.chain;

import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.model.Entrance;
import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.OwnLogin;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.facade.place.Places;
import io.github.registryproxy.login.AccessRules;
import io.github.registryproxy.login.AccessTokens;
import io.github.registryproxy.login.Htpasswd;
import io.github.registryproxy.login.RequireLogin;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.LimitBandwidth;
import io.github.registryproxy.middleware.LimitRate;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.policy.Rules;
import io.github.registryproxy.protocol.Access;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;

/** The links of the chain that say who comes in, and how much each may take. They last as long as what they are made of. */
final class EntranceLinks {
    private EntranceLinks() {}

    private record TokensOf(List<String> keys) {
        @Override
        public String toString() {
            return "TokensOf[keys not shown]";
        }
    }

    private record LoginOf(OwnLogin login, List<Route> routes) {}

    private record RateOf(int requests) {}

    private record BandwidthOf(long bytes) {}

    static void use(RegistryProxy.Builder chain, Site site, Places places, Shared.Lease lease, Metrics metrics)
            throws UnusableException {
        Entrance entrance = site.entrance();
        if (entrance.login().isPresent()) {
            OwnLogin login = entrance.login().get();
            // Apart from the rules: who was given a token keeps it when these change.
            AccessTokens tokens =
                    lease.take(new TokensOf(login.tokenKeys()), AccessTokens.class, () -> tokens(login.tokenKeys()));
            // What names an upstream depends on the routes that lead there.
            boolean byUpstream =
                    login.grants().stream().anyMatch(grant -> !grant.upstreams().isEmpty());
            LoginOf key = new LoginOf(login, byUpstream ? site.routes() : List.of());
            chain.use(lease.take(key, RequireLogin.class, () -> login(login, places, tokens, metrics)));
        }
        if (entrance.requestsPerSecond().isPresent()) {
            int rate = entrance.requestsPerSecond().getAsInt();
            chain.use(lease.take(
                    new RateOf(rate),
                    LimitRate.class,
                    () -> LimitRate.builder(rate).build()));
        }
        if (entrance.bytesPerSecond().isPresent()) {
            long rate = entrance.bytesPerSecond().getAsLong();
            chain.use(lease.take(new BandwidthOf(rate), Middleware.class, () -> LimitBandwidth.to(rate)));
        }
    }

    private static RequireLogin login(OwnLogin login, Places places, AccessTokens tokens, Metrics metrics)
            throws UnusableException {
        RequireLogin.Builder required = RequireLogin.builder(rules(login.grants(), places))
                .authenticator(users(login))
                .audit(Audit.all(List.of(Audit.log(), metrics.audit())));
        return (login.tokens() ? required.tokens(tokens) : required).build();
    }

    private static Htpasswd users(OwnLogin login) throws UnusableException {
        try {
            return Htpasswd.of(login.users());
        } catch (IOException | IllegalArgumentException e) {
            throw new UnusableException("the password file was as it should be a moment ago: " + e.getMessage());
        }
    }

    private static AccessTokens tokens(List<String> keys) {
        AccessTokens.Builder tokens = AccessTokens.builder();
        for (int i = 0; i < keys.size(); i++) {
            byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
            tokens = i == 0 ? tokens.key(key) : tokens.alsoAccept(key);
        }
        return tokens.build();
    }

    private static AccessRules rules(List<Grant> grants, Places places) {
        AccessRules.Builder rules = AccessRules.builder();
        for (Grant grant : grants) {
            Access[] access = grant.access().toArray(Access[]::new);
            if (grant.repositories().isEmpty() && grant.upstreams().isEmpty()) {
                rules.allow(grant.who(), access);
            } else {
                rules.allow(grant.who(), repositories(grant, places), access);
            }
        }
        return rules.build();
    }

    /** By canonical names, or where upstreams are named by the names of repositories there, below the route's. */
    private static Predicate<RepositoryName> repositories(Grant grant, Places places) {
        List<String> globs = grant.repositories().isEmpty() ? List.of("**") : grant.repositories();
        Rules rules = Rules.ofRepositories(globs.toArray(String[]::new));
        if (grant.upstreams().isEmpty()) {
            return name -> rules.allows(name.value());
        }
        return name -> places.origin(name)
                .filter(origin -> grant.upstreams()
                        .containsAll(
                                origin.upstreams().stream().map(Upstream::name).toList()))
                .filter(origin -> rules.allows(origin.repository().value()))
                .isPresent();
    }
}
