package io.github.registryproxy.facade.place;

import io.github.registryproxy.facade.model.Admission;
import io.github.registryproxy.facade.model.Clients;
import io.github.registryproxy.facade.model.Entrance;
import io.github.registryproxy.facade.model.Hosting;
import io.github.registryproxy.facade.model.Login;
import io.github.registryproxy.facade.model.Route;
import io.github.registryproxy.facade.model.Route.Way;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.Tls;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.protocol.RepositoryName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Sites to try places on. */
final class Sites {
    private Sites() {}

    static Upstream upstream(String key, boolean library, String... names) {
        return new Upstream(
                key,
                URI.create("https://" + key + ".invalid"),
                Stream.concat(Stream.of(key), Stream.of(names)).toList(),
                Optional.empty(),
                library,
                new Login.Anonymous(),
                List.of(),
                List.of(),
                Tls.USUAL,
                Optional.empty(),
                Upstream.HttpClient.JDK,
                Duration.ZERO,
                false,
                Optional.empty());
    }

    static Route route(Way way, Upstream... upstreams) {
        return route(way, Admission.ALL, upstreams);
    }

    static Route route(Way way, Admission admission, Upstream... upstreams) {
        return new Route(way, List.of(upstreams), false, Route.Writes.DENIED, false, admission);
    }

    static Way named(String above) {
        return new Way.Named(above.isEmpty() ? Optional.empty() : Optional.of(new RepositoryName(above)));
    }

    static Way below(String name) {
        return new Way.Below(new RepositoryName(name));
    }

    static Site site(boolean hosts, List<Upstream> upstreams, List<Route> routes) {
        Hosting hosting = new Hosting(
                true,
                true,
                true,
                List.of(),
                List.of(),
                Hosting.Missing.REFUSE,
                OptionalLong.empty(),
                1 << 20,
                new Hosting.Collection(Optional.empty(), Duration.ZERO, Optional.empty(), Duration.ZERO));
        return new Site(
                new Clients(Optional.of(URI.create("https://r.example.com:8443")), List.of(), List.of("r.internal")),
                new Entrance(Optional.empty(), OptionalInt.empty(), OptionalLong.empty()),
                Optional.empty(),
                Optional.empty(),
                hosts ? Optional.of(hosting) : Optional.empty(),
                upstreams,
                routes);
    }
}
