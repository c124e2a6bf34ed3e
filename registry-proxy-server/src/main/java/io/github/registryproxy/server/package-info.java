/**
 * The proxy to run: settings from the command line and the environment, an embedded container, health, draining, and a
 * demonstration that needs nothing else. {@link io.github.registryproxy.server.Main} is where it starts.
 */
@NullMarked
package io.github.registryproxy.server;

import org.jspecify.annotations.NullMarked;
