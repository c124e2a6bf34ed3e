package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.util.function.BiPredicate;

/** Which manifests are taken. */
record ManifestLimits(int largest, MissingContent missing, BiPredicate<RepositoryName, Tag> immutable) {}
