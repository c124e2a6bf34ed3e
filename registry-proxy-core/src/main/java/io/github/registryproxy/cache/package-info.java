/**
 * The pull-through cache over one {@link io.github.registryproxy.store.ContentStore}: blobs fetched once and streamed to all who
 * wait, manifests and tags kept as long as they may be.
 */
@NullMarked
package io.github.registryproxy.cache;

import org.jspecify.annotations.NullMarked;
