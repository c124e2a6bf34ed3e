package io.github.registryproxy.facade;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.login.AccessRules;
import io.github.registryproxy.login.AccessTokens;
import io.github.registryproxy.login.RequireLogin;
import io.github.registryproxy.login.Who;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.LimitBandwidth;
import io.github.registryproxy.middleware.LimitRate;
import io.github.registryproxy.policy.Audit;
import io.github.registryproxy.protocol.Access;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The links of the chain that say who comes in, and how much each may take. */
final class Entrance {
    private Entrance() {}

    static void use(RegistryProxy.Builder chain, Settings settings, Metrics metrics) {
        Settings.Entrance entrance = settings.entrance();
        entrance.login().ifPresent(login -> chain.use(login(login, settings.policy(), metrics)));
        entrance.requestsPerSecond()
                .ifPresent(rate -> chain.use(LimitRate.builder(rate).build()));
        entrance.bytesPerSecond().ifPresent(rate -> chain.use(LimitBandwidth.to(rate)));
    }

    private static RequireLogin login(Settings.OwnLogin login, Settings.Policy policy, Metrics metrics) {
        RequireLogin.Builder required = RequireLogin.builder(rules(login, policy))
                .authenticator(login.users())
                .audit(Audit.all(List.of(Audit.log(), metrics.audit())));
        if (login.tokens()) {
            AccessTokens.Builder tokens = AccessTokens.builder();
            List<String> keys = login.tokenKeys();
            for (int i = 0; i < keys.size(); i++) {
                byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
                tokens = i == 0 ? tokens.key(key) : tokens.alsoAccept(key);
            }
            required.tokens(tokens.build());
        }
        return required.build();
    }

    private static AccessRules rules(Settings.OwnLogin login, Settings.Policy policy) {
        List<Access> access = new ArrayList<>(List.of(Access.PULL));
        if (policy.push()) {
            access.addAll(List.of(Access.PUSH, Access.DELETE));
        }
        if (policy.catalog()) {
            access.add(Access.CATALOG);
        }
        AccessRules.Builder rules = AccessRules.builder().allow(Who.loggedIn(), access.toArray(Access[]::new));
        return (login.anonymousPull() ? rules.allow(Who.anybody(), Access.PULL) : rules).build();
    }
}
