/** Routes and write-through caches in front of fake registries. */
@NullMarked
package io.github.registryproxy.tests.route;

import org.jspecify.annotations.NullMarked;
