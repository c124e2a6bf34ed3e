/** What several modules of this project share, and nobody else should use. */
@NullMarked
package io.github.registryproxy.internal;

import org.jspecify.annotations.NullMarked;
