/** An application of its own that serves images beside its pages. */
@NullMarked
package io.github.registryproxy.examples.embedded;

import org.jspecify.annotations.NullMarked;
