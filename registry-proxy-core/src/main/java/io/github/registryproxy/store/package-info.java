/**
 * Where content is kept: blobs and manifests by their digest, whole or not at all, and small records beside them.
 *
 * <p>{@link io.github.registryproxy.store.ContentStore} is the contract. It knows no file, no lock and no rename, so that a
 * directory, memory, an object store or a shared index can stand behind it.
 */
@NullMarked
package io.github.registryproxy.store;

import org.jspecify.annotations.NullMarked;
