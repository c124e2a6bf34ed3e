/**
 * The chain: a {@link io.github.registryproxy.RegistryProxy} is a {@link io.github.registryproxy.RegistryHandler} made of
 * {@link io.github.registryproxy.Middleware}s in front of another handler, usually an upstream registry.
 *
 * <p>Start here:
 *
 * <pre>{@code
 * RegistryHandler hub = HttpUpstream.to(URI.create("https://registry-1.docker.io")).build();
 * RegistryProxy proxy = RegistryProxy.builder()
 *         .use(RenameRepository.under("library"))
 *         .use(new PullOnly())
 *         .upstream(hub)
 *         .build();
 * }</pre>
 *
 * <p>Requests are lent, responses are given: a handler reads a request's body at most once and never closes it; whoever
 * receives a response returns it or closes it.
 */
@NullMarked
package io.github.registryproxy;

import org.jspecify.annotations.NullMarked;
