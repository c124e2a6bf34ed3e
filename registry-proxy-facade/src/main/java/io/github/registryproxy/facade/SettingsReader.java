package io.github.registryproxy.facade;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Clients;
import io.github.registryproxy.facade.model.Entrance;
import io.github.registryproxy.facade.model.Grant;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.login.Who;
import io.github.registryproxy.protocol.Access;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes a site with one upstream at its root of settings, or says in one line what is wrong with them. */
final class SettingsReader {
    private final GivenSettings given;

    SettingsReader(GivenSettings given) {
        this.given = given;
    }

    Site read() throws SettingException {
        // Whoever has a login here shows it nowhere else.
        boolean closed = given.find(Setting.HTPASSWD_FILE).isPresent();
        Login nobody = closed ? new Login.Anonymous() : new Login.OfClient();
        CacheReader cache = new CacheReader(given);
        refuseKeepingRedirects();
        Upstream upstream = new UpstreamReader(given, Attempts.FIRST_ENDS)
                .read(Optional.empty(), List.of(), false, nobody, cache.caching());
        Clients clients = new ListenerReader(given).clients(Attempts.FIRST_ENDS);
        boolean push = given.flag(Setting.ENABLE_PUSH);
        boolean catalog = given.flag(Setting.ENABLE_CATALOG);
        Optional<URI> browsers = browsers(upstream, closed);
        Admission admission = new AdmissionReader(given).read();
        Entrance entrance = new EntranceReader(given).read(List.of(grant(push, catalog)));
        Optional<Keeping> keeping = cache.keeping(upstream.name());
        Route root = new Route(
                new Route.Way.Root(),
                List.of(upstream),
                false,
                push ? Route.Writes.PASS : Route.Writes.UNSUPPORTED,
                catalog,
                admission);
        return new Site(clients, entrance, browsers, keeping, Optional.empty(), List.of(upstream), List.of(root));
    }

    /** What whoever logs in may do. */
    private static Grant grant(boolean push, boolean catalog) {
        Set<Access> access = EnumSet.of(Access.PULL);
        if (push) {
            access.add(Access.PUSH);
            access.add(Access.DELETE);
        }
        if (catalog) {
            access.add(Access.CATALOG);
        }
        return new Grant(Who.loggedIn(), List.of(), List.of(), access);
    }

    private void refuseKeepingRedirects() throws SettingException {
        Optional<Given> delivery = given.find(Setting.BLOB_DELIVERY);
        boolean redirect =
                delivery.filter(d -> d.value().trim().equals("redirect")).isPresent();
        Optional<Given> cache = given.find(Setting.CACHE_DIR).or(() -> given.find(Setting.CACHE_MEMORY));
        if (redirect && cache.isPresent()) {
            throw delivery.get().conflictsWith(cache.get(), "what is redirected cannot be kept");
        }
    }

    /** Any value switches them off, as in serverless-registry-proxy. */
    private Optional<URI> browsers(Upstream upstream, boolean closed) throws SettingException {
        Optional<Given> target = given.find(Setting.BROWSER_REDIRECT_TARGET);
        Optional<Given> disabled = given.find(Setting.DISABLE_BROWSER_REDIRECTS);
        if (target.isPresent() && disabled.isPresent()) {
            throw target.get().conflictsWith(disabled.get(), "set only one of them");
        }
        // The page behind is nothing to tell strangers where a login is asked for.
        if (disabled.isPresent() || (closed && target.isEmpty())) {
            return Optional.empty();
        }
        if (target.isEmpty()) {
            String path = upstream.prefix().map(prefix -> "/" + prefix).orElse("");
            return Optional.of(upstream.registry().resolve(path.isEmpty() ? "/" : path));
        }
        return new ListenerReader(given).browsers();
    }
}
