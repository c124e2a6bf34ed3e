package io.github.registryproxy.hosted;

/** Which manifests are taken. */
record ManifestLimits(int largest, MissingContent missing, ImmutableTags immutable) {}
