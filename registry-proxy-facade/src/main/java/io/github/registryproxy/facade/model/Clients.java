package io.github.registryproxy.facade.model;

import io.github.registryproxy.transport.Cidr;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * By which names clients come.
 *
 * @param publicUrl scheme, host and port that they use; empty: what the request says
 * @param trustedProxies whose forwarding fields are believed
 * @param allowedHosts lower case; empty: any
 */
public record Clients(Optional<URI> publicUrl, List<Cidr> trustedProxies, List<String> allowedHosts) {}
