/**
 * A registry of one's own: the distribution specification over content in a directory. Start at {@link
 * io.github.registryproxy.hosted.HostedRegistry}.
 */
@NullMarked
package io.github.registryproxy.hosted;

import org.jspecify.annotations.NullMarked;
