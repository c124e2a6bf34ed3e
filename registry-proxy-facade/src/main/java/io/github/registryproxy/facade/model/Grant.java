package io.github.registryproxy.facade.model;

import io.github.registryproxy.login.Who;
import io.github.registryproxy.protocol.Access;
import java.util.List;
import java.util.Set;

/**
 * One rule of a login.
 *
 * @param repositories globs of canonical names, or where upstreams are named of the names there; none: all
 * @param upstreams names of upstreams, from which alone it allows; none: from everywhere, and what is hosted
 */
public record Grant(Who who, List<String> repositories, List<String> upstreams, Set<Access> access) {}
