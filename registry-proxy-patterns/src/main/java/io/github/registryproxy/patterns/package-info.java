/**
 * Names by regular expressions, {@link io.github.registryproxy.patterns.RegexPattern}, and tags by ranges of versions,
 * {@link io.github.registryproxy.patterns.SemverPattern}, for the rules of policies.
 */
@NullMarked
package io.github.registryproxy.patterns;

import org.jspecify.annotations.NullMarked;
