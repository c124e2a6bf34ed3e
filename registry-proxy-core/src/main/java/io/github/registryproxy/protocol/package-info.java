/**
 * The words of the OCI distribution protocol as values: names, references, digests, operations, challenges, errors.
 *
 * <p>Everything here is immutable, depends on the JDK alone and refuses bad input in its constructor with a
 * {@link io.github.registryproxy.protocol.RegistryException} that names the code of the specification. Start with {@link
 * io.github.registryproxy.protocol.Target} and {@link io.github.registryproxy.protocol.Operation}.
 */
@NullMarked
package io.github.registryproxy.protocol;

import org.jspecify.annotations.NullMarked;
