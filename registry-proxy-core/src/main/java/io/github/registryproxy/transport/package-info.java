/**
 * One HTTP exchange with one origin: the only package that opens connections.
 *
 * <p>A {@link io.github.registryproxy.transport.Transport} follows no redirect, adds no credential and repeats nothing; what
 * it must do is keep time, keep the framing honest and let go at once when told to.
 */
@NullMarked
package io.github.registryproxy.transport;

import org.jspecify.annotations.NullMarked;
