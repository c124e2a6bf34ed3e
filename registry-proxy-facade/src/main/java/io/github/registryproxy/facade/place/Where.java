package io.github.registryproxy.facade.place;

/** Where a request leads: to the upstreams of one route, to the site's own images, or to nothing. */
public sealed interface Where permits Destination, Where.Own {
    /** What is not an upstream. */
    enum Own implements Where {
        /** The site's own images. */
        HOSTED,
        /** No repository can be here. */
        NOWHERE
    }
}
