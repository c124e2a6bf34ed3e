package io.github.registryproxy.facade.model;

import io.github.registryproxy.login.Who;
import io.github.registryproxy.protocol.Access;
import java.util.List;
import java.util.Set;

/**
 * One rule of a login.
 *
 * @param repositories globs, by the names that clients use; none: all
 */
public record Grant(Who who, List<String> repositories, Set<Access> access) {}
