package io.github.registryproxy.facade.model;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * All that is served at one address.
 *
 * @param browsers where browsers are sent; empty for nowhere
 * @param keeping empty: nothing is kept
 * @param hosting empty: there are no images of one's own
 */
public record Site(
        Clients clients,
        Entrance entrance,
        Optional<URI> browsers,
        Optional<Keeping> keeping,
        Optional<Hosting> hosting,
        List<Upstream> upstreams,
        List<Route> routes) {}
