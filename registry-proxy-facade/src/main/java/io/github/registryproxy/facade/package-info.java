/**
 * A registry under one's own name, made of settings: what the server and the WAR have in common. Start at
 * {@link io.github.registryproxy.facade.Facade}.
 */
@NullMarked
package io.github.registryproxy.facade;

import org.jspecify.annotations.NullMarked;
