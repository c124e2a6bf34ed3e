package io.github.registryproxy.facade.model;

import java.time.Duration;

/**
 * How what comes from an upstream is kept.
 *
 * @param tagTtl how long a tag is served without asking
 * @param fetches connections at a time for a large blob
 * @param fillAlone whether a fetch goes on when nobody waits for it any more
 */
public record CacheTuning(Duration tagTtl, int fetches, boolean fillAlone) {}
