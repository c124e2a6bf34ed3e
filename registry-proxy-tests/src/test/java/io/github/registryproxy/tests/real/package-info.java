/**
 * Laws proved with real registries and real clients, each a process on loopback. Run by the profile {@code real}; see
 * {@link io.github.registryproxy.tests.real.Stage}.
 */
@NullMarked
package io.github.registryproxy.tests.real;

import org.jspecify.annotations.NullMarked;
